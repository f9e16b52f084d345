import { Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import { type CalendarBody, calendarBody, calendarFaults } from '#conversations/calendars/schema.ts'
import { deleteCalendar, listCalendars, readCalendar, saveCalendar } from '#conversations/calendars/store.ts'
import { rearm } from '#conversations/due.ts'
import { idCursor, idParams } from '#conversations/fields.ts'
import { previewAnswer, previewOf } from '#conversations/queues/preview.ts'
import { queuesWithCalendar, rulesOf } from '#conversations/queues/store.ts'
import { assertKnown, tagOf } from '#platform/http/entity-tag.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const tag = 'Calendars'
const answer = Type.Intersect([Type.Object({ id: Type.String() }), calendarBody], { title: 'Calendar' })

function assertSound(calendar: CalendarBody): void {
  const faults = calendarFaults(calendar)
  if (faults.length > 0) throw invalid(...faults)
}

/** Business calendars: when time counts for queues, flows and timers. */
export function calendarRoutes({ clock, database }: Runtime): Route[] {
  const put = (by: Actor, id: string, calendar: CalendarBody, ifMatch: string | undefined) => {
    const { tenant } = by.identity
    assertSound(calendar)
    return database.asTenant(tenant, async (tx) => {
      const now = clock.now()
      const queues = await queuesWithCalendar(tx, tenant, id)
      const before = await readCalendar(tx, tenant, id, ifMatch === undefined ? '' : 'for no key update')
      assertKnown(ifMatch, 'calendar', before && { id, ...before })
      await saveCalendar(tx, tenant, id, calendar, now)
      audit(tx, by, { at: clock.wall(), action: 'calendar.changed', target: `calendar:${id}`, before, after: calendar })
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
      description: 'With If-Match, a calendar that somebody else changed meanwhile is not overwritten: 409.',
      tag,
      params: idParams,
      body: calendarBody,
      answer,
      refuses: [409],
      handle: async (call) => {
        const { params, body, request, reply } = call
        const saved = await put(call, params.id, body, request.headers['if-match'])
        reply.header('etag', tagOf('calendar', saved))
        return saved
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/calendars/:id/preview',
      permission: 'queues:write',
      summary: 'How many open encounters a change of a calendar would warn and close at once',
      description:
        'In all queues that count in it. Takes what a PUT takes, and changes nothing. Counted is what comes due within a minute by this calendar and would not by the one that holds.',
      tag,
      params: idParams,
      body: calendarBody,
      answer: previewAnswer,
      handle: ({ identity: { tenant }, params, body: calendar }) => {
        assertSound(calendar)
        return database.asTenant(tenant, async (tx) => {
          if ((await readCalendar(tx, tenant, params.id)) === null) throw notFound('calendar', params.id)
          const queues = await queuesWithCalendar(tx, tenant, params.id)
          const rules = await rulesOf(
            tx,
            [],
            queues.map((queueId) => ({ tenant, queueId })),
          )
          const changes = queues.flatMap((queueId) => {
            const before = rules.of(tenant, queueId)
            return before === null ? [] : [{ before, after: { ...before, calendar } }]
          })
          return previewOf(tx, tenant, changes, clock.now())
        })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/calendars/:id',
      permission: 'queues:read',
      summary: 'A business calendar; the ETag is for If-Match',
      tag,
      params: idParams,
      answer,
      handle: async ({ identity: { tenant }, params, reply }) => {
        const calendar = await database.asTenant(tenant, (tx) => readCalendar(tx, tenant, params.id))
        if (calendar === null) throw notFound('calendar', params.id)
        const shown = { id: params.id, ...calendar }
        reply.header('etag', tagOf('calendar', shown))
        return shown
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
        const found = await database.asTenant(tenant, (tx) => listCalendars(tx, tenant, limit, after))
        const page = pageFrom(found, (last) => last.id)
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
      refuses: [409],
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant } = identity
          const before = await readCalendar(tx, tenant, params.id)
          if (!(await deleteCalendar(tx, tenant, params.id))) throw notFound('calendar', params.id)
          // Behind the lock: a queue that took it up a moment ago is seen, and one that does so now waits and finds none.
          const queues = await queuesWithCalendar(tx, tenant, params.id)
          if (queues.length > 0)
            throw conflict(
              `The calendar is used by ${queues.length} queue(s), first ${queues[0]}.`,
              `El horario lo usan colas (${queues.length}), primero ${queues[0]}.`,
            )
          const target = `calendar:${params.id}`
          audit(tx, { identity, traceparent }, { at: clock.wall(), action: 'calendar.removed', target, before })
        }),
    }),
  ]
}
