import { type Static, Type } from '@sinclair/typebox'
import { instant, orNull } from '#platform/http/answer-fields.ts'

/** `pending` waits for its first or next attempt; the others have ended. */
export const status = Type.Union([
  Type.Literal('pending'),
  Type.Literal('delivered'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
])
export type Status = Static<typeof status>

/** From when until when, of what is asked for: those that wait by when they were made, the others by when they ended. */
export const spanFields = {
  since: Type.Optional(Type.String({ ...instant, description: 'Ended, or made where it waits, at or after' })),
  until: Type.Optional(Type.String({ ...instant, description: 'Before this' })),
}

export const spanOf = ({ since, until }: { since?: string; until?: string }) => ({
  since: since === undefined ? undefined : Date.parse(since),
  until: until === undefined ? undefined : Date.parse(until),
})

export const delivery = Type.Object(
  {
    id: Type.String({ description: 'Also the `webhook-id` that the receiver saw, equal on every attempt' }),
    channel: Type.String(),
    target: Type.String(),
    status,
    attempts: Type.Integer(),
    eventId: orNull(Type.String()),
    eventType: orNull(
      Type.String({ description: 'Null: it tells of no event, or of one that the log keeps no longer' }),
    ),
    eventSubject: orNull(Type.String({ description: 'Null as `eventType` is' })),
    cause: orNull(Type.String()),
    createdAt: Type.String(),
    nextAttemptAt: orNull(
      Type.String({ description: 'When it is due, or when its receiver is called again, if that is later' }),
    ),
    endedAt: orNull(Type.String()),
    lastStatus: orNull(Type.Integer({ description: 'HTTP status of the last answer' })),
    lastError: orNull(Type.String()),
  },
  { title: 'Delivery' },
)

export const attempt = Type.Object(
  {
    number: orNull(Type.Integer({ description: 'Null: what ended it was no attempt' })),
    at: Type.String(),
    result: Type.String({
      description:
        'delivered; retry or throttle: it is tried again at `nextAttemptAt`; exhausted: it would have been, and this was the last try of its schedule; permanent, dead, cancelled or expired; postponed: its moment comes at `nextAttemptAt`, and nothing was tried',
    }),
    latencyMs: orNull(Type.Number({ description: 'To a tenth of a millisecond' })),
    request: orNull(Type.String({ description: 'What was asked of whom, in a line; `…/payload` has what was sent' })),
    status: orNull(Type.Integer()),
    headers: orNull(Type.Record(Type.String(), Type.String())),
    body: orNull(Type.String()),
    error: orNull(Type.String()),
    nextAttemptAt: orNull(Type.String()),
    truncated: Type.Optional(
      Type.Boolean({ description: 'Headers and body are left out: those of later attempts are a megabyte together' }),
    ),
  },
  { title: 'Attempt' },
)

export const deliveryWithAttempts = Type.Composite([delivery, Type.Object({ history: Type.Array(attempt) })])

export type DeliveryView = Static<typeof delivery>
export type AttemptView = Static<typeof attempt>

export type DeliveryRow = {
  id: string
  channel: string
  target: string
  status: Status
  attempts: number
  event_position: number | null
  event_id: string | null
  cause: string | null
  created_at: Date
  due_at: Date | null
  /** Its due time, or when its target may be called again if that is later. */
  next_at: Date | null
  ended_at: Date | null
  last_status: number | null
  last_error: string | null
}

/** @param event that it tells of, where the log keeps it */
export const viewOf = (row: DeliveryRow, event: { type: string; subject: string } | undefined): DeliveryView => ({
  id: row.id,
  channel: row.channel,
  target: row.target,
  status: row.status,
  attempts: row.attempts,
  eventId: row.event_id,
  eventType: event?.type ?? null,
  eventSubject: event?.subject ?? null,
  cause: row.cause,
  createdAt: row.created_at.toISOString(),
  nextAttemptAt: row.next_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
  lastStatus: row.last_status,
  lastError: row.last_error,
})

export type AttemptRow = {
  number: number
  at: Date
  verdict: string
  latency_ms: number | null
  request: string | null
  status: number | null
  headers: Record<string, string> | null
  body: string | null
  error: string | null
  next_at: Date | null
  truncated: boolean
}

/** What is said of a delivery that was not attempted then. Its row keeps how many attempts there had been. */
const UNSENT = new Set(['cancelled', 'expired', 'postponed'])

/** What calls for another attempt: without one it was the last. */
const AGAIN = new Set(['retry', 'throttle'])

export const attemptViewOf = (row: AttemptRow): AttemptView => ({
  number: UNSENT.has(row.verdict) ? null : row.number,
  at: row.at.toISOString(),
  result: row.next_at === null && AGAIN.has(row.verdict) ? 'exhausted' : row.verdict,
  latencyMs: row.latency_ms === null ? null : Math.round(row.latency_ms * 10) / 10,
  request: row.request,
  status: row.status,
  headers: row.headers,
  body: row.body,
  error: row.error,
  nextAttemptAt: row.next_at?.toISOString() ?? null,
  ...(row.truncated ? { truncated: true } : {}),
})
