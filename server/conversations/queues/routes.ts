import { type Static, Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import { holdCalendar, readCalendar } from '#conversations/calendars/store.ts'
import { viewOfQueue } from '#conversations/context/context.ts'
import { rearm } from '#conversations/due.ts'
import { id, idCursor, idParams, locale, optional, plainText, visibleText } from '#conversations/fields.ts'
import { previewAnswer, previewOf } from '#conversations/queues/preview.ts'
import { type Queue, SILENCES, type Silence, type StateTimes } from '#conversations/queues/queue.ts'
import { listQueues, readQueue, rulesOf, saveQueue } from '#conversations/queues/store.ts'
import { assertKnown, tagOf } from '#platform/http/entity-tag.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const tag = 'Queues'
/** The warning comes after a day, and a day after it the close, unless the queue says otherwise. */
const DEFAULT_MIN = 1_440
const MAX_MIN = 5_256_000

const minutes = (minimum: number) => optional(Type.Integer({ minimum, maximum: MAX_MIN }))
const times = Type.Optional(
  Type.Object({
    max_inactive_patient_warning_time: minutes(1),
    max_inactive_patient_time: minutes(1),
  }),
)
/** Of a silence: an object of the fields of the queue itself. */
type GivenTimes = NonNullable<Static<typeof times>>

const thresholds = Type.Object(
  Object.fromEntries(SILENCES.map((silence) => [silence, times])) as Record<Silence, typeof times>,
  {
    description:
      'Other times for some silences; null: never. Of those that hold, the first that has the time counts, in this order: `snoozed` (since the snooze ended), `neverWrote` (the person never wrote), `withBot`, `transferred` and `returned` to the queue (until somebody speaks), `agentSpokeLast`, `botSpokeLast`, `personSpokeLast`; else the time of the queue',
  },
)

const body = Type.Object({
  name: optional(visibleText(500)),
  brand: optional(visibleText(255)),
  product: optional(visibleText(255)),
  service: optional(visibleText(255)),
  continuity: Type.Optional(Type.Boolean()),
  max_inactive_patient_warning_time: minutes(1),
  max_inactive_patient_time: minutes(1),
  close_inactive_encounters: Type.Optional(Type.Boolean()),
  continuity_extension_time: minutes(0),
  calendarId: optional(id),
  warningTexts: Type.Optional(Type.Record(locale, plainText)),
  reopen_closed_encounters: Type.Optional(Type.Boolean()),
  thresholds: Type.Optional(thresholds),
})
const answer = Type.Intersect([Type.Object({ id: Type.String() }), body], { title: 'Queue' })

const viewOf = (queue: Queue) => ({
  ...viewOfQueue(queue),
  warningTexts: queue.warningTexts,
  reopen_closed_encounters: queue.reopenClosed,
  thresholds: shownThresholds(queue.thresholds),
})

/** Only what is given stands apart from the queue's own times. */
function thresholdsOf(given: Static<typeof thresholds> = {}): Queue['thresholds'] {
  const entries = Object.entries(given).map(([silence, times]: [string, GivenTimes]) => {
    const { max_inactive_patient_warning_time: warningMin, max_inactive_patient_time: closeMin } = times
    return [
      silence,
      { ...(warningMin === undefined ? {} : { warningMin }), ...(closeMin === undefined ? {} : { closeMin }) },
    ]
  })
  return Object.fromEntries(entries.filter(([, times]) => Object.keys(times as StateTimes).length > 0))
}

const shownThresholds = (kept: Queue['thresholds']) =>
  Object.fromEntries(
    Object.entries(kept).map(([silence, { warningMin, closeMin }]) => [
      silence,
      {
        ...(warningMin === undefined ? {} : { max_inactive_patient_warning_time: warningMin }),
        ...(closeMin === undefined ? {} : { max_inactive_patient_time: closeMin }),
      },
    ]),
  )

const queueOf = (tenant: string, id: string, given: Static<typeof body>): Queue => ({
  tenant,
  id,
  name: given.name ?? null,
  brand: given.brand ?? null,
  product: given.product ?? null,
  service: given.service ?? null,
  continuity: given.continuity ?? false,
  warningMin:
    given.max_inactive_patient_warning_time === undefined ? DEFAULT_MIN : given.max_inactive_patient_warning_time,
  closeMin: given.max_inactive_patient_time === undefined ? DEFAULT_MIN : given.max_inactive_patient_time,
  closeInactive: given.close_inactive_encounters ?? false,
  thresholds: thresholdsOf(given.thresholds),
  extensionMin: given.continuity_extension_time ?? 0,
  calendarId: given.calendarId ?? null,
  warningTexts: given.warningTexts ?? {},
  reopenClosed: given.reopen_closed_encounters ?? false,
  bare: false,
  version: 1,
})

const noCalendar = (calendarId: string) =>
  invalid({
    path: '/calendarId',
    ...says(
      `there is no calendar ${JSON.stringify(calendarId)}`,
      `no hay ningún horario ${JSON.stringify(calendarId)}`,
    ),
  })

/** Queues: their times, and what they say. */
export function queueRoutes({ clock, database }: Runtime): Route[] {
  const put = (by: Actor, queue: Queue, ifMatch: string | undefined) =>
    database.asTenant(queue.tenant, async (tx) => {
      const { tenant, id, calendarId } = queue
      const now = clock.now()
      if (calendarId !== null && !(await holdCalendar(tx, tenant, calendarId))) throw noCalendar(calendarId)
      const before = await readQueue(tx, tenant, id, ifMatch === undefined ? '' : 'for no key update')
      assertKnown(ifMatch, 'queue', before && viewOf(before))
      await saveQueue(tx, queue, now)
      audit(tx, by, {
        at: clock.wall(),
        action: 'queue.changed',
        target: `queue:${id}`,
        before: before && viewOf(before),
        after: viewOf(queue),
      })
      tx.schedule([rearm(tenant, id, now)])
      return viewOf(queue)
    })
  return [
    route({
      method: 'PUT',
      path: '/api/v1/queues/:id',
      permission: 'queues:write',
      summary: 'Make or replace a queue; open encounters follow at once',
      description: 'With If-Match, a queue that somebody else changed meanwhile is not overwritten: 409.',
      tag,
      params: idParams,
      body,
      answer,
      refuses: [409],
      handle: async (call) => {
        const { identity, params, body, request, reply } = call
        const saved = await put(call, queueOf(identity.tenant, params.id, body), request.headers['if-match'])
        reply.header('etag', tagOf('queue', saved))
        return saved
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/queues/:id/preview',
      permission: 'queues:write',
      summary: 'How many open encounters a change of a queue would warn and close at once',
      description:
        'Takes what a PUT takes, and changes nothing. Counted is what comes due within a minute by these times and would not by those that hold.',
      tag,
      params: idParams,
      body,
      answer: previewAnswer,
      handle: async ({ identity: { tenant }, params, body }) => {
        const queue = queueOf(tenant, params.id, body)
        return database.asTenant(tenant, async (tx) => {
          const before = (await rulesOf(tx, [], [{ tenant, queueId: queue.id }])).of(tenant, queue.id)
          if (before === null) throw notFound('queue', queue.id)
          const calendar = queue.calendarId === null ? null : await readCalendar(tx, tenant, queue.calendarId)
          if (queue.calendarId !== null && calendar === null) throw noCalendar(queue.calendarId)
          return previewOf(tx, tenant, [{ before, after: { queue, calendar } }], clock.now())
        })
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/queues/:id',
      permission: 'queues:read',
      summary: 'A queue; the ETag is for If-Match',
      tag,
      params: idParams,
      answer,
      handle: async ({ identity: { tenant }, params, reply }) => {
        const queue = await database.asTenant(tenant, (tx) => readQueue(tx, tenant, params.id))
        if (queue === null) throw notFound('queue', params.id)
        const shown = viewOf(queue)
        reply.header('etag', tagOf('queue', shown))
        return shown
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/queues',
      permission: 'queues:read',
      summary: 'Queues by id',
      tag,
      query: Type.Object({
        ...pageFields,
        q: Type.Optional({
          ...visibleText(100),
          description: 'Words in the name or the id; large or small, with accents or without',
        }),
      }),
      answer: pageSchema(answer),
      handle: async ({ identity: { tenant }, query }) => {
        const limit = query.limit as number
        const after = readCursor(query.cursor, idCursor) ?? ''
        const found = await database.asTenant(tenant, (tx) => listQueues(tx, tenant, { limit, after, words: query.q }))
        const page = pageFrom(found, (last) => last.id)
        return { ...page, items: page.items.map(viewOf) }
      },
    }),
  ]
}
