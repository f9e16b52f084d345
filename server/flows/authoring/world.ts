import { permissionsOf, usersByIds } from '#access/index.ts'
import { calendarKeyOf, calendarsOf } from '#conversations/index.ts'
import type { Unable } from '#flows/abilities.ts'
import type { World } from '#flows/compiler.ts'
import type { Graph } from '#flows/graph.ts'
import { publishedGraphs } from '#flows/runs/called/store.ts'
import type { Notifier } from '#notifications/index.ts'
import type { Db } from '#platform/work.ts'
import { knownSecrets } from '#secrets/index.ts'

/** Nobody has another one: an address, a text with outputs, or what the database does not even take. */
const USER_ID = /^[\w.:-]{1,255}$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Other flows that nodes of a graph begin. */
function flowsIn(graph: Graph | null): string[] {
  const named = (graph?.nodes ?? []).map(({ data }) => (data as { flow?: unknown } | undefined)?.flow)
  const onError = (graph?.settings as { onError?: unknown } | undefined)?.onError
  return [...new Set([...named, onError].filter((id): id is string => typeof id === 'string' && UUID.test(id)))]
}

/** A published flow that another one can begin. */
const begins = (graph: Graph | null): boolean =>
  (graph?.nodes ?? []).some(
    ({ type, data = {} }) => type === 'trigger' && data.event === undefined && data.schedule === undefined,
  )

/** What the graph of a tenant is judged against: its templates, and those of the calendars and secrets named that it has. */
export async function worldOf(
  db: Db,
  tenant: string,
  graph: Graph | null,
  notifier: Notifier,
  unable?: Unable,
): Promise<World> {
  const named = namedIn(graph).map((calendarId) => ({ tenant, calendarId }))
  const asked = usersIn(graph).map((id) => ({ tenant, id }))
  const [templates, found, secrets, flows, users] = await Promise.all([
    notifier.templates(db, tenant),
    calendarsOf(db, named),
    knownSecrets(db, tenant, secretsIn(graph)),
    publishedGraphs(db, tenant, flowsIn(graph)),
    asked.length === 0 ? [] : usersByIds(db, asked),
  ])
  const known = named.filter((key) => found.has(calendarKeyOf(key)))
  return {
    templates,
    calendars: new Set(known.map(({ calendarId }) => calendarId)),
    secrets,
    flows: new Map(flows.map(({ id, graph: published }) => [id, { begins: begins(published) }])),
    users: new Map(users.map(({ id, role }) => [id, { decides: permissionsOf(tenant, role).has('approvals:decide') }])),
    ...(unable === undefined ? {} : { unable }),
  }
}

/** Calendars that nodes of a graph name by their ids, whatever else is wrong with it. */
function namedIn(graph: Graph | null): string[] {
  const named = (graph?.nodes ?? []).map(({ data }) => (data as { calendar?: unknown } | undefined)?.calendar)
  return [...new Set(named.filter((name): name is string => typeof name === 'string' && name !== 'queue'))]
}

/** Users that nodes of a graph may name, among whatever else they send to. */
function usersIn(graph: Graph | null): string[] {
  const named = (graph?.nodes ?? []).map(({ data }) => {
    const to = (data as { to?: unknown } | undefined)?.to
    return typeof to === 'object' && to !== null ? (to as { userId?: unknown }).userId : to
  })
  const ids = named.flatMap((id) => (typeof id === 'string' ? [id.trim()] : []))
  return [...new Set(ids.filter((id) => USER_ID.test(id)))]
}

/** Secrets that nodes of a graph name. */
function secretsIn(graph: Graph | null): string[] {
  const named = (graph?.nodes ?? []).flatMap(({ data }) => (data as { secret?: unknown } | undefined)?.secret ?? [])
  return [...new Set(named.filter((name): name is string => typeof name === 'string'))]
}
