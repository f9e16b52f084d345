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
import { casesOf } from '#flows/cases/store.ts'
import { judgeCases } from '#flows/cases/verdict.ts'
import { compileGraph } from '#flows/compile.ts'
import { differenceOf } from '#flows/difference.ts'
import {
  canaryMovesNobody,
  canaryUnderWay,
  mayNotForce,
  nothingPublished,
  redCases,
  stale,
  unfit,
} from '#flows/errors.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph, GraphFault } from '#flows/graph.ts'
import { begin, checkChoice, type RunsChoice } from '#flows/moves/choice.ts'
import { schedule } from '#flows/runs/schedules.ts'
import type { Notifier } from '#notifications/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Identity } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Db, Tx } from '#platform/work.ts'

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
  await checkChoice(tx, tenant, flowId, after, asked.runs)
  const red = (await judgeCases(flow, await casesOf(tx, tenant, flowId))).filter(({ passed }) => !passed)
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
  return { version, warnings: after.warnings }
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
  throw stale(difference, save === undefined ? null : { by: save.savedBy, at: save.savedAt })
}
