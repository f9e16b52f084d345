import { Type } from '@sinclair/typebox'
import { type CalendarBody, calendarBody, calendarFaults } from '#conversations/calendars/schema.ts'
import { deleteCalendar, listCalendars, readCalendar, saveCalendar } from '#conversations/calendars/store.ts'
import { rearm } from '#conversations/due.ts'
import { idCursor, idParams } from '#conversations/fields.ts'
import { queuesWithCalendar } from '#conversations/queues/store.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const tag = 'Calendars'
const answer = Type.Intersect([Type.Object({ id: Type.String() }), calendarBody])

/** Business calendars: when time counts for queues, flows and timers. */
export function calendarRoutes({ clock, database }: Runtime): Route[] {
  const put = (tenant: string, id: string, calendar: CalendarBody) => {
    const faults = calendarFaults(calendar)
    if (faults.length > 0) throw invalid(...faults)
    return database.asTenant(tenant, async (tx) => {
      const now = clock.now()
      const queues = await queuesWithCalendar(tx, tenant, id)
      await saveCalendar(tx, tenant, id, calendar, now)
      tx.schedule(queues.map((queueId) => rearm(tenant, queueId, now)))
      return { id, ...calendar }
    })
  }
  return [
    route({
      method: 'PUT',
      path: '/api/v1/calendars/:id',
      permission: 'queues:write',
      summary: 'Make or replace a business calendar; open encounters follow at once',
      tag,
      params: idParams,
      body: calendarBody,
      answer,
      handle: ({ identity, params, body }) => put(identity.tenant, params.id, body),
    }),
    route({
      method: 'GET',
      path: '/api/v1/calendars/:id',
      permission: 'queues:read',
      summary: 'A business calendar',
      tag,
      params: idParams,
      answer,
      handle: async ({ identity: { tenant }, params }) => {
        const calendar = await database.asTenant(tenant, (tx) => readCalendar(tx, tenant, params.id))
        if (calendar === null) throw notFound('calendar', params.id)
        return { id: params.id, ...calendar }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/calendars',
      permission: 'queues:read',
      summary: 'Business calendars by id',
      tag,
      query: Type.Object(pageFields),
      answer: pageSchema(answer),
      handle: async ({ identity: { tenant }, query }) => {
        const limit = query.limit as number
        const after = readCursor(query.cursor, idCursor) ?? ''
        const rows = await database.asTenant(tenant, (tx) => listCalendars(tx, tenant, limit, after))
        const page = pageOf(rows, limit, (last) => last.id)
        return { ...page, items: page.items.map(({ id, calendar }) => ({ id, ...calendar })) }
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/calendars/:id',
      permission: 'queues:write',
      summary: 'Delete a calendar that no queue uses',
      tag,
      params: idParams,
      status: 204,
      handle: ({ identity: { tenant }, params }) =>
        database.asTenant(tenant, async (tx) => {
          const queues = await queuesWithCalendar(tx, tenant, params.id)
          if (queues.length > 0)
            throw conflict(`The calendar is used by ${queues.length} queue(s), first ${queues[0]}.`)
          if (!(await deleteCalendar(tx, tenant, params.id))) throw notFound('calendar', params.id)
        }),
    }),
  ]
}
