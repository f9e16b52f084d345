import { addBusinessTime, type Calendar } from '#conversations/index.ts'
import { ownEvent, TIMER_SOURCE } from '#events/index.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { type Fault, says } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'

export type Status = 'scheduled' | 'fired' | 'failed' | 'cancelled'

export type TimerEvent = { type: string; subject?: string; data?: Json }

/** A timer as it is kept. Times are domain milliseconds. */
export type Timer = {
  tenant: string
  id: string
  status: Status
  dueAt: number
  /** Set together, for a delay in business time. */
  countsFrom: number | null
  delayMs: number | null
  calendarId: string | null
  callbackUrl: string | null
  event: TimerEvent | null
  payload: Json
  error: string | null
  attempts: number | null
  traceparent: string | null
  /** Of the request that made it. */
  hops: number
  cause: string | null
  createdBy: string
  createdAt: number
  updatedAt: number
  firedAt: number | null
}

/** When a timer shall fire, as its maker says it. */
export type When = { dueAt?: string; delay?: string; calendar?: string }

export type Moment = Pick<Timer, 'dueAt' | 'countsFrom' | 'delayMs' | 'calendarId'>

/** A time that lies further back is a mistake in the date; nearer ones fire at once (a slow caller, a retry). */
const PAST_MS = 24 * 3_600_000
const FUTURE_MS = 3_660 * 24 * 3_600_000

/**
 * The moment a timer is due, or what is wrong with it.
 * @param calendar the one named; null: there is none of that id
 * @param now domain milliseconds
 */
export function momentOf(
  when: When,
  calendar: Calendar | null | undefined,
  now: number,
): { moment: Moment; faults?: undefined } | { moment?: undefined; faults: Fault[] } {
  const fault = (path: string, en: string, es: string) => ({ faults: [{ path, ...says(en, es) }] })
  const { dueAt, delay, calendar: calendarId } = when
  const faults = exactlyOne(when, ['dueAt', 'delay'])
  if (faults.length > 0) return { faults }
  if (dueAt !== undefined) {
    if (calendarId !== undefined)
      return fault(
        '/calendar',
        'counts a delay; dueAt is a fixed time',
        'cuenta una demora; una hora fija no la necesita',
      )
    return within({ dueAt: Date.parse(dueAt), countsFrom: null, delayMs: null, calendarId: null }, '/dueAt', now)
  }
  const span = parseDuration(delay ?? '')
  if (span === null)
    return fault(
      '/delay',
      'must be an ISO 8601 duration of at most ten years, for example PT4H',
      'debe ser una duración de diez años como máximo, por ejemplo PT4H',
    )
  if (calendarId === undefined) {
    return within({ dueAt: addSpan(now, span), countsFrom: null, delayMs: null, calendarId: null }, '/delay', now)
  }
  if (!calendar)
    return fault(
      '/calendar',
      `there is no calendar ${JSON.stringify(calendarId)}`,
      `no hay ningún horario ${JSON.stringify(calendarId)}`,
    )
  // A business day has as many hours as the calendar says on that day: only time has a length that can be counted.
  if (!/^PT/.test(delay ?? ''))
    return fault(
      '/delay',
      'must be hours, minutes or seconds (PT…) when a calendar counts',
      'debe ser en horas, minutos o segundos cuando cuenta un horario',
    )
  const moment = { dueAt: addBusinessTime(calendar, now, span.ms), countsFrom: now, delayMs: span.ms, calendarId }
  return within(moment, '/delay', now)
}

function within(moment: Moment, path: string, now: number) {
  if (Number.isNaN(moment.dueAt)) return { faults: [{ path, ...says('is no time', 'no es una hora') }] }
  if (moment.dueAt < now - PAST_MS)
    return { faults: [{ path, ...says('lies more than a day back', 'pasó hace más de un día') }] }
  if (moment.dueAt > now + FUTURE_MS)
    return { faults: [{ path, ...says('lies more than ten years ahead', 'es dentro de más de diez años') }] }
  return { moment }
}

/**
 * When a timer is really due: a delay in business time is counted again with the calendar as it is now. A calendar
 * that is gone changes nothing.
 */
export function dueNow(timer: Timer, calendar: Calendar | undefined): number {
  if (timer.countsFrom === null || timer.delayMs === null || calendar === undefined) return timer.dueAt
  return addBusinessTime(calendar, timer.countsFrom, timer.delayMs)
}

/** The event of a timer: the same timer gives the same event, so a redo adds none. */
export function eventOf(timer: Timer, event: TimerEvent, now: number): EventDraft {
  const { tenant, traceparent } = timer
  const told = ownEvent({
    tenant,
    id: hashId('timer', tenant, timer.id),
    source: TIMER_SOURCE,
    type: event.type,
    subject: event.subject ?? timer.id,
    at: now,
    data: event.data ?? null,
    traceparent,
    cause: timer.cause ?? `timer:${timer.id}`,
    hops: timer.hops + 1,
  })
  return { ...told, origin: 'timer' }
}

/** The delivery that carries the call: the same timer gives the same one. */
export const deliveryIdOf = ({ tenant, id }: Pick<Timer, 'tenant' | 'id'>): string => hashId('timer', tenant, id)

const isCalled = ({ status, callbackUrl }: Timer): boolean =>
  callbackUrl !== null && (status === 'fired' || status === 'failed')

/** Body of the call-back. */
export const callbackBody = (timer: Timer, now: number) => ({
  id: timer.id,
  dueAt: new Date(timer.dueAt).toISOString(),
  firedAt: new Date(now).toISOString(),
  payload: timer.payload,
})

/** A timer as the API shows it. */
export const shown = (timer: Timer) => ({
  id: timer.id,
  dueAt: new Date(timer.dueAt).toISOString(),
  status: timer.status,
  ...(timer.calendarId === null ? {} : { calendar: timer.calendarId }),
  ...(timer.callbackUrl === null ? {} : { callbackUrl: timer.callbackUrl }),
  // How the call fares, attempt by attempt, is told by its delivery; a timer learns the end only.
  ...(isCalled(timer) ? { deliveryId: deliveryIdOf(timer) } : {}),
  ...(timer.event === null ? {} : { event: timer.event }),
  payload: timer.payload,
  attempts: timer.attempts,
  error: timer.error,
  createdAt: new Date(timer.createdAt).toISOString(),
  updatedAt: new Date(timer.updatedAt).toISOString(),
  firedAt: timer.firedAt === null ? null : new Date(timer.firedAt).toISOString(),
})
