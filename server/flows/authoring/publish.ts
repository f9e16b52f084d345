import { hash } from 'node:crypto'
import { audit } from '#access/index.ts'
import type { Unable } from '#flows/abilities.ts'
import { baseOf, isStale } from '#flows/authoring/revision.ts'
import {
  type Draft,
  insertVersion,
  publishVersion,
  readFlow,
  readSave,
  readVersion,
  touchFlow,
  versionOf,
} from '#flows/authoring/store.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { canaryLook } from '#flows/canary/due.ts'
import { insertCanary, latestCanary, type NewCanary } from '#flows/canary/store.ts'
import type { NamedCase } from '#flows/cases/case.ts'
import { changedMeanwhile, mayNotForce, redCases } from '#flows/cases/errors.ts'
import { casesOf } from '#flows/cases/store.ts'
import { judgeCases, type Verdict } from '#flows/cases/verdict.ts'
import { compileGraph } from '#flows/compile.ts'
import { differenceOf } from '#flows/difference.ts'
import { beginAlike } from '#flows/entry/control.ts'
import { canaryInOneLine, canaryMovesNobody, canaryUnderWay, nothingPublished, stale, unfit } from '#flows/errors.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph, GraphFault } from '#flows/graph.ts'
import { begin, checkChoice, keysLeft, type RunsChoice } from '#flows/moves/choice.ts'
import { beginSearches } from '#flows/proof/winners/due.ts'
import type { Rehearsals } from '#flows/rehearsal.ts'
import { schedule } from '#flows/runs/schedules.ts'
import type { Notifier } from '#notifications/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Identity } from '#platform/http/route.ts'
import { notFound, Problem } from '#platform/problem.ts'
import type { Database, Db, Tx } from '#platform/work.ts'

/** What a publish is asked for. */
export type PublishRequest = {
  flowId: string
  identity: Identity
  traceparent: string
  /** Of the request: its repeat finds the version. */
  publication: string
  note: string | null
  /** The version whose graph is published again; null: the draft. */
  fromVersion: number | null
  /** Publish although cases are red. */
  force: boolean
  /** What becomes of the runs of other versions. */
  runs: RunsChoice
  /** A share of the new runs that take it, instead of all. */
  canary: Omit<NewCanary, 'flowId' | 'version'> | null
  /** What nodes cannot do in this installation. */
  unable: Unable
  /** How its cases went, played before: what plays long must hold no lock. */
  rehearsed: Rehearsed | null
  /** What the draft was when its publisher read it. */
  basedOn: { tag: string | undefined; revision: number | undefined }
}

/** What owners and administrators may, and nobody else. */
const FORCES = 'users:write'

/** Freezes the draft, or an earlier version's graph, as a new version that new events run. */
export async function publish(
  tx: Tx,
  asked: PublishRequest,
  notifier: Notifier,
  clock: Clock,
): Promise<{ version: number; warnings: readonly GraphFault[] }> {
  const { flowId, identity, traceparent, publication, note, fromVersion } = asked
  const { tenant } = identity
  const found = await readFlow(tx, tenant, flowId, true)
  if (found === undefined) throw notFound('flow', flowId)
  const earlier = await versionOf(tx, tenant, flowId, publication)
  if (earlier !== undefined) return { version: earlier, warnings: [] }
  await refuseStale(tx, tenant, found, asked.basedOn)
  if ((await latestCanary(tx, tenant, flowId, true))?.state === 'running') throw canaryUnderWay()
  if (asked.canary !== null && found.published === null) throw nothingPublished()
  if (asked.canary !== null && asked.runs.choice !== 'stay') throw canaryMovesNobody()
  const after = await publishable(tx, tenant, found, fromVersion, notifier, asked.unable)
  const { graph, flow } = after
  if (asked.canary !== null && found.published !== null) {
    const published = await readVersion(tx, tenant, flowId, found.published)
    if (published !== undefined && !beginAlike(published.graph, graph)) throw canaryInOneLine()
  }
  const left = await checkChoice(tx, tenant, flowId, after, asked.runs)
  const keys = asked.runs.choice === 'move' ? await keysLeft(tx, tenant, flowId, after) : []
  const cases = await casesOf(tx, tenant, flowId)
  if (cases.length > 0 && asked.rehearsed?.of !== played(graph, cases)) throw changedMeanwhile()
  const red = cases.length === 0 ? [] : (asked.rehearsed?.verdicts ?? []).filter(({ passed }) => !passed)
  if (red.length > 0 && !asked.force) throw redCases(red)
  if (red.length > 0 && !identity.permissions.has(FORCES)) throw mayNotForce()
  const freeze = asked.canary === null ? publishVersion : insertVersion
  const version = await freeze(tx, tenant, {
    flowId,
    publication,
    graph,
    listens: [...flow.listens.keys()],
    note,
    fromVersion,
    by: identity.actor,
    at: clock.now(),
  })
  const wall = clock.wall()
  beginSearches(tx, tenant, flowId, version, flow, clock.now())
  if (asked.canary === null) {
    schedule(tx, tenant, flowId, { version, flow }, clock.now())
    await begin(tx, tenant, { flowId, version, previous: found.published, by: identity.actor, wall }, asked.runs)
  } else {
    insertCanary(tx, tenant, { flowId, version, ...asked.canary }, { by: identity.actor, at: clock.now() })
    touchFlow(tx, tenant)
    tx.schedule([canaryLook(tenant, flowId, version, wall)])
  }
  audit(
    tx,
    { identity, traceparent },
    {
      at: wall,
      action:
        asked.canary !== null ? 'flow.canary-started' : fromVersion === null ? 'flow.published' : 'flow.rolled-back',
      target: `flow:${flowId}`,
      before: { version: found.published },
      after: {
        version,
        note,
        runs: asked.runs.choice,
        ...(fromVersion === null ? {} : { fromVersion }),
        ...(asked.canary === null ? {} : { canary: asked.canary }),
        ...(red.length === 0 ? {} : { inSpiteOf: red.map(({ name }) => name) }),
      },
    },
  )
  return { version, warnings: [...left, ...keys, ...after.warnings] }
}

function refusalAsNull(error: unknown): null {
  if (error instanceof Problem && error.status < 500) return null
  throw error
}

/** How the cases of a graph went. `of`: which cases, and of which graph. */
export type Rehearsed = { of: string; verdicts: readonly Verdict[] }

const played = (graph: Graph, cases: readonly NamedCase[]): string =>
  hash('sha256', JSON.stringify([graph, cases]), 'base64url')

/** Plays the cases to what would be published; null where there is nothing, or nothing that could be. @throws Problem, see `Turns` */
export async function rehearse(
  database: Database,
  asked: { tenant: string; flowId: string; fromVersion: number | null; left: AbortSignal; unable: Unable },
  notifier: Notifier,
  rehearsals: Rehearsals,
): Promise<Rehearsed | null> {
  const { tenant, flowId, fromVersion, left, unable } = asked
  const found = await database.asTenant(tenant, async (tx) => {
    const cases = await casesOf(tx, tenant, flowId)
    const flow = cases.length === 0 ? undefined : await readFlow(tx, tenant, flowId)
    if (flow === undefined) return null
    // What is wrong with it is told by the publish itself, behind what else it has to say.
    const after = await publishable(tx, tenant, flow, fromVersion, notifier, unable).catch(refusalAsNull)
    return after === null ? null : { cases, ...after }
  })
  if (found === null) return null
  const { graph, flow, cases } = found
  const verdicts = await rehearsals.hold(tenant, left, (turns) => judgeCases(flow, cases, turns))
  return { of: played(graph, cases), verdicts }
}

/** What would be published, compiled. @throws Problem 422 with every fault */
export async function publishable(
  db: Db,
  tenant: string,
  found: Draft,
  fromVersion: number | null,
  notifier: Notifier,
  unable?: Unable,
): Promise<{ graph: Graph; flow: Flow; warnings: readonly GraphFault[] }> {
  const stored = fromVersion === null ? null : await readVersion(db, tenant, found.id, fromVersion)
  if (stored === undefined) throw notFound('version', String(fromVersion))
  const graph = stored === null ? found.draft : stored.graph
  const { flow, faults = [], warnings } = compileGraph(graph, await worldOf(db, tenant, graph, notifier, unable))
  if (flow === undefined || graph === null) throw unfit(faults)
  return { graph, flow, warnings }
}

async function refuseStale(db: Db, tenant: string, found: Draft, basedOn: PublishRequest['basedOn']): Promise<void> {
  if (!isStale(basedOn, found.revision)) return
  const base = baseOf(basedOn)
  const [read, save] = await Promise.all([
    Number.isInteger(base) ? readSave(db, tenant, found.id, base) : undefined,
    readSave(db, tenant, found.id, found.revision),
  ])
  const difference = read === undefined ? { changes: [], counts: {} } : differenceOf(read.graph, found.draft)
  throw stale(difference, save === undefined ? null : { by: save.savedBy, at: save.savedAt }, 'theirs')
}
