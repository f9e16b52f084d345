import { usersOfTenant } from '#access/index.ts'
import { type Calendar, calendarKeyOf, calendarsOf } from '#conversations/index.ts'
import { readAllowList } from '#deliveries/index.ts'
import type { Unable } from '#flows/abilities.ts'
import { compileGraph, compileVersion } from '#flows/compile.ts'
import { unfit } from '#flows/errors.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph } from '#flows/graph.ts'
import type { Installed, Job } from '#flows/machine/job.ts'
import { winnersOf } from '#flows/proof/winners/store.ts'
import { publishedGraphs } from '#flows/runs/called/store.ts'
import { notReached } from '#flows/runs/unable.ts'
import { type PretendHouse, pretendHouse } from '#notifications/index.ts'
import type { Db } from '#platform/work.ts'

/** What is the same for everything that a thread plays: the flow, those that it may begin, and what they name. */
export type Base = {
  flow: Flow
  others: ReadonlyMap<string, Flow>
  house: PretendHouse
  calendars: ReadonlyMap<string, Calendar>
  unable: Unable
}

/** Flows that one may lead to, each with all that it names. */
const MOST_FLOWS = 50
/** Users that messages may be for. */
const MOST_USERS = 1_000

/** Reads what the graph of a job needs. @throws Problem 422 where it does not compile */
export async function readBase(db: Db, job: Job): Promise<Base> {
  const { tenant, flowId, version, graph, installed } = job
  const { flow: compiled, faults = [] } = compileGraph(graph)
  if (compiled === undefined) throw unfit(faults)
  // A draft would be a new experiment.
  const flow = version === null ? compiled : await withWinners(db, tenant, flowId, version, compiled)
  const { others, graphs } = await calledBy(db, tenant, flow, graph)
  const [house, calendars] = await Promise.all([
    houseOf(db, tenant, graphs, installed),
    calendarsNamed(db, tenant, [flow, ...others.values()]),
  ])
  return { flow, others, house, calendars, unable: unableOf(installed) }
}

/** As in the thread that serves. */
function unableOf({ unable, allowed }: Installed): Unable {
  const known = new Map(unable)
  const allow = readAllowList(allowed)
  return (kind, url) => (kind === 'http' && url !== undefined ? notReached(url, allow) : (known.get(kind) ?? null))
}

async function calledBy(db: Db, tenant: string, flow: Flow, graph: Graph) {
  const others = new Map<string, Flow>()
  const graphs = [graph]
  const ledTo = ({ flows, onError }: Flow) => (onError === null ? [...flows] : [...flows, onError])
  for (let wanted = ledTo(flow); wanted.length > 0 && others.size < MOST_FLOWS; ) {
    const next = new Set<string>()
    for (const { id, version, graph: called } of await publishedGraphs(db, tenant, wanted)) {
      const compiled = called === null ? undefined : compileVersion(called)
      if (compiled === undefined || called === null) continue
      others.set(id, await withWinners(db, tenant, id, version, compiled))
      graphs.push(called)
      for (const further of ledTo(compiled)) if (!others.has(further)) next.add(further)
    }
    wanted = [...next]
  }
  return { others, graphs }
}

/** Arms that won take all, as in earnest, from the moment on from which they did. */
async function withWinners(db: Db, tenant: string, flowId: string, version: number, flow: Flow): Promise<Flow> {
  if (flow.splits.size === 0) return flow
  const searches = await winnersOf(db, tenant, flowId, [version])
  const winners = searches.flatMap(({ node, arm, promoted, decidedAt }) =>
    promoted && arm !== null && decidedAt !== null ? [[node, { arm, since: decidedAt.getTime() }] as const] : [],
  )
  return { ...flow, winners: new Map(winners) }
}

async function houseOf(db: Db, tenant: string, graphs: readonly Graph[], installed: Installed): Promise<PretendHouse> {
  const named = graphs.flatMap(({ nodes }) => nodes.map(({ data }) => data?.template))
  const templates = [...new Set(named.filter((name): name is string => typeof name === 'string'))]
  const addressed = graphs.some(({ nodes }) => JSON.stringify(nodes).includes('"userId"'))
  const users = addressed ? await usersOfTenant(db, tenant, MOST_USERS) : []
  const { configured, fallbackLocale } = installed
  return pretendHouse(db, tenant, templates, { configured, fallbackLocale, users })
}

function calendarsNamed(db: Db, tenant: string, flows: readonly Flow[]): Promise<Map<string, Calendar>> {
  const ids = [...new Set(flows.flatMap(({ calendars }) => [...calendars]))].filter((id) => id !== 'queue')
  return namedCalendars(db, tenant, ids)
}

/** Calendars by their ids. */
export async function namedCalendars(db: Db, tenant: string, ids: readonly string[]): Promise<Map<string, Calendar>> {
  const found = await calendarsOf(
    db,
    ids.map((calendarId) => ({ tenant, calendarId })),
  )
  return new Map(
    ids.flatMap((calendarId) => {
      const calendar = found.get(calendarKeyOf({ tenant, calendarId }))
      return calendar === undefined ? [] : [[calendarId, calendar] as const]
    }),
  )
}
