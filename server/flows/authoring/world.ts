import { calendarKeyOf, calendarsOf } from '#conversations/index.ts'
import type { World } from '#flows/compiler.ts'
import type { Graph } from '#flows/graph.ts'
import type { Notifier } from '#notifications/index.ts'
import type { Db } from '#platform/work.ts'
import { knownSecrets } from '#secrets/index.ts'

/** What the graph of a tenant is judged against: its templates, and those of the calendars and secrets named that it has. */
export async function worldOf(db: Db, tenant: string, graph: Graph | null, notifier: Notifier): Promise<World> {
  const named = namedIn(graph).map((calendarId) => ({ tenant, calendarId }))
  const [templates, found, secrets] = await Promise.all([
    notifier.templates(db, tenant),
    calendarsOf(db, named),
    knownSecrets(db, tenant, secretsIn(graph)),
  ])
  const known = named.filter((key) => found.has(calendarKeyOf(key)))
  return { templates, calendars: new Set(known.map(({ calendarId }) => calendarId)), secrets }
}

/** Calendars that nodes of a graph name by their ids, whatever else is wrong with it. */
function namedIn(graph: Graph | null): string[] {
  const named = (graph?.nodes ?? []).map(({ data }) => (data as { calendar?: unknown } | undefined)?.calendar)
  return [...new Set(named.filter((name): name is string => typeof name === 'string' && name !== 'queue'))]
}

/** Secrets that nodes of a graph name. */
function secretsIn(graph: Graph | null): string[] {
  const named = (graph?.nodes ?? []).flatMap(({ data }) => (data as { secret?: unknown } | undefined)?.secret ?? [])
  return [...new Set(named.filter((name): name is string => typeof name === 'string'))]
}
