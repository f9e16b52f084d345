import { type CalendarKey, calendarKeyOf, calendarsOf } from '#conversations/index.ts'
import { type CallbackDelivery, type DeliveryDraft, type DeliveryEnd, enqueueDeliveries } from '#deliveries/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { EventDraft } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'
import type { TimerRetention } from './retention.ts'
import { lockTimers, updateTimers } from './store.ts'
import { callbackBody, deliveryIdOf, dueNow, eventOf, type Timer } from './timer.ts'

export const FIRE_KIND = 'timer.fire'
const END_KIND = 'timer.end'

export function dueKinds(runtime: Runtime, retention: TimerRetention): DueKind[] {
  /** Status, event and call are one commit with the claim of the due row: a timer fires once or not yet. */
  async function fire(tx: Tx, keys: readonly { tenant: string; id: string }[], now: number): Promise<void> {
    const timers = (await lockTimers(tx, keys)).filter((timer) => timer.status === 'scheduled')
    const calendars = await calendarsOf(tx, timers.flatMap(calendarKey))
    const changed: Timer[] = []
    const events: EventDraft[] = []
    const calls: DeliveryDraft[] = []
    const later: DueEntry[] = []
    for (const timer of timers) {
      const [key] = calendarKey(timer)
      const dueAt = dueNow(timer, key === undefined ? undefined : calendars.get(calendarKeyOf(key)))
      if (dueAt > now) {
        // The calendar has closed meanwhile what was open when the time was counted.
        changed.push({ ...timer, dueAt, updatedAt: now })
        later.push({ kind: FIRE_KIND, tenant: timer.tenant, key: timer.id, dueAt })
        continue
      }
      changed.push({ ...timer, status: 'fired', updatedAt: now, firedAt: now })
      if (timer.event !== null) events.push(eventOf(timer, timer.event, now))
      else calls.push(callOf(timer, now))
    }
    updateTimers(tx, changed)
    retention.ended(tx, changed)
    enqueueDeliveries(tx, calls, runtime)
    if (later.length > 0) tx.schedule(later)
    if (events.length > 0) tx.append(events)
    crashPoint('timers:fire')
  }

  return [
    {
      kind: FIRE_KIND,
      clock: 'domain',
      handle: (rows, tx, now) =>
        fire(
          tx,
          rows.map(({ tenant, key }) => ({ tenant, id: key })),
          now,
        ),
    },
    {
      kind: END_KIND,
      // Written by the dispatcher, which lives by the wall clock.
      clock: 'wall',
      async handle(rows, tx) {
        const ends = new Map(rows.map((row) => [`${row.tenant}\n${row.key}`, row.payload as DeliveryEnd]))
        const timers = await lockTimers(
          tx,
          rows.map(({ tenant, key }) => ({ tenant, id: key })),
        )
        const now = runtime.clock.now()
        const ended = timers.flatMap((timer) => {
          const end = ends.get(`${timer.tenant}\n${timer.id}`)
          if (end === undefined) return []
          const status = end.ended === 'delivered' ? ('fired' as const) : ('failed' as const)
          const error = status === 'fired' ? null : (end.error ?? `the call was ${end.ended}`)
          return [{ ...timer, status, error, attempts: end.attempts, updatedAt: now }]
        })
        updateTimers(tx, ended)
        retention.ended(tx, ended)
      },
    },
  ]
}

const calendarKey = ({ tenant, calendarId }: Timer): CalendarKey[] =>
  calendarId === null ? [] : [{ tenant, calendarId }]

/** The receiver's idempotency key is the timer's id, percent-encoded since a header takes ASCII only. */
function callOf(timer: Timer, now: number): DeliveryDraft {
  const { tenant, id, callbackUrl } = timer
  const request: CallbackDelivery = {
    url: callbackUrl ?? '',
    headers: { 'idempotency-key': encodeURIComponent(id) },
    body: callbackBody(timer, now),
    hops: timer.hops + 1,
  }
  return {
    tenant,
    id: deliveryIdOf(timer),
    channel: 'callback',
    target: `callback:${URL.parse(callbackUrl ?? '')?.host ?? ''}`,
    request,
    traceparent: timer.traceparent,
    cause: `timer:${id}`,
    notifyOn: { kind: END_KIND, key: id },
  }
}
