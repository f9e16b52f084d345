import { calendarKeyOf, calendarsOf } from '#conversations/index.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph, GraphFault } from '#flows/graph.ts'
import type { Db } from '#platform/work.ts'

/** Calendars that a graph names and the tenant does not have, each with the nodes that name it. */
export async function unknownCalendars(db: Db, tenant: string, flow: Flow, graph: Graph): Promise<GraphFault[]> {
  const named = [...flow.calendars].filter((name) => name !== 'queue')
  const known = await calendarsOf(
    db,
    named.map((calendarId) => ({ tenant, calendarId })),
  )
  const missing = new Set(named.filter((calendarId) => !known.has(calendarKeyOf({ tenant, calendarId }))))
  return graph.nodes.flatMap(({ id, data }) => {
    const calendar = (data as { calendar?: unknown } | undefined)?.calendar
    if (typeof calendar !== 'string' || !missing.has(calendar)) return []
    return [{ nodeId: id, path: 'data.calendar', message: `there is no calendar ${JSON.stringify(calendar)}` }]
  })
}
