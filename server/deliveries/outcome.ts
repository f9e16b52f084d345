import type { Json } from '#platform/event.ts'
import { storable } from '#platform/storable.ts'
import type { DueEntry } from '#platform/work.ts'
import type { Attempt, Channel, Delivery, DeliveryEnd, Ended, Postponed, Prepared, Verdict } from './delivery.ts'
import { nextAttemptAt, spanMs } from './schedule.ts'

/** A row in hand. A node whose lease ran out may come by the row again under its next run. */
export type Hold = { lease: number }

/** What became of one attempt, or of a row that left without one. */
export type Outcome = {
  delivery: Delivery
  /** The run that holds the row, as it is when the mark is written: its fence. */
  hold: Hold
  verdict: Verdict | 'cancelled' | 'expired' | 'postponed'
  ended: Ended | null
  /** Wall milliseconds of the next attempt when it has not ended. */
  nextAt: number | null
  /** Attempts made, this one included. */
  attempts: number
  failures: number
  at: number
  latencyMs: number | null
  summary: string | null
  attempt: Partial<Attempt>
  /** Its channel wants to note it in the commit of the mark (`Channel.care`). */
  noted?: true
}

/**
 * Decides what follows an attempt.
 * @param random from 0 to below 1, for the jitter
 */
export function outcomeOf(
  item: Hold & { delivery: Delivery; prepared: Prepared },
  channel: Pick<Channel, 'schedule' | 'timeoutMs' | 'awaited'>,
  attempt: Attempt,
  times: { at: number; latencyMs: number; random: number },
): Outcome {
  const { delivery, prepared } = item
  const failures = attempt.verdict === 'delivered' ? delivery.failures : delivery.failures + 1
  const schedule = prepared.schedule ?? channel.schedule
  const putOffTooLong =
    channel.awaited === true && (attempt.notBefore ?? 0) > delivery.since + spanMs(schedule, channel.timeoutMs)
  const again =
    (attempt.verdict === 'retry' || attempt.verdict === 'throttle') && !putOffTooLong
      ? nextAttemptAt(schedule, failures, times.at, times.random, attempt.notBefore)
      : null
  return {
    delivery,
    hold: item,
    verdict: attempt.verdict,
    ended: attempt.verdict === 'delivered' ? 'delivered' : again === null ? 'failed' : null,
    nextAt: again,
    attempts: delivery.attempts + 1,
    failures,
    at: times.at,
    latencyMs: times.latencyMs,
    summary: prepared.summary,
    attempt,
  }
}

/** The end of a row that was not attempted: called off, or its schedule ran out behind an open breaker. */
export function endedUnsent(
  delivery: Delivery,
  hold: Hold,
  verdict: 'cancelled' | 'expired',
  at: number,
  error: string,
): Outcome {
  return {
    delivery,
    hold,
    verdict,
    ended: verdict === 'cancelled' ? 'cancelled' : 'failed',
    nextAt: null,
    attempts: delivery.attempts,
    failures: delivery.failures,
    at,
    latencyMs: null,
    summary: null,
    attempt: { error },
  }
}

/** A row whose moment is not now: its schedule stays as it is. */
export function postponed(delivery: Delivery, hold: Hold, at: number, { postponedTo, reason }: Postponed): Outcome {
  return {
    ...endedUnsent(delivery, hold, 'cancelled', at, reason),
    verdict: 'postponed',
    ended: null,
    nextAt: postponedTo,
  }
}

/**
 * The due row that tells of the end.
 * @param now the earlier of wall and domain time, since the kind may follow either: due at once
 */
export function endOf(
  delivery: Pick<Delivery, 'tenant' | 'id' | 'notifyOn'>,
  ended: Ended,
  attempts: number,
  attempt: Partial<Attempt> | null,
  now: number,
): DueEntry {
  const end: DeliveryEnd = {
    deliveryId: delivery.id,
    ended,
    attempts,
    status: attempt?.status ?? null,
    error: attempt?.error === undefined ? null : storable(attempt.error),
    outcome: attempt?.outcome === undefined ? null : storableJson(attempt.outcome),
    payload: delivery.notifyOn?.payload ?? null,
  }
  return {
    kind: delivery.notifyOn?.kind ?? '',
    tenant: delivery.tenant,
    key: delivery.notifyOn?.key ?? '',
    dueAt: now,
    payload: end as unknown as Json,
  }
}

function storableJson(value: Json): Json {
  // Written out, both show as escapes; nearly always there are none.
  if (!/\\u(0000|d[89a-f])/i.test(JSON.stringify(value))) return value
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'string' ? storable(part) : part,
  ) as Json
}
