import type { Json } from '#platform/event.ts'
import type { Trace } from '#platform/trace-context.ts'
import type { Db, Tx } from '#platform/work.ts'

/** Something that shall leave: written in the transaction of what caused it, sent after its commit. */
export type DeliveryDraft = {
  tenant: string
  /**
   * A UUID in text, derived from the cause (`hashId`), so that a redo repeats it. It is the idempotency key that
   * receivers see (`webhook-id`), equal on every retry and replay.
   */
  id: string
  /** Name of a registered channel: `webhook`, `http`, `push`, `email`, `callback`, … */
  channel: string
  /**
   * What shares slots and breaker, within the tenant: `subscription:<id>`, `host:<host>`, `smtp:<host>`, …
   * One target is served by one channel.
   */
  target: string
  /** Wall milliseconds; absent: at once. */
  dueAt?: number
  /** One of many that are due one after the other: no sooner than this after the one before it, also when all had to wait. */
  spacingMs?: number
  /** A UUID of its owner's, common to those that were put back together: they can be counted and called off (`cancelPaced`). */
  replay?: string
  /** The event it tells of: a webhook's row is narrow, its channel loads the event again when it must. */
  eventPosition?: number | null
  eventId?: string | null
  /** What the channel needs and no event holds: JSON, under 256 kB. */
  request?: Json
  traceparent: Trace | null
  /** Id of the event, or `run:<id>`, that caused it. */
  cause: string | null
  /** When the delivery has ended the dispatcher schedules this due row in the commit of its own mark. */
  notifyOn?: NotifyOn | null
  /**
   * What `Channel.prepare` would make of the row, when the caller has it in hand already. It lives in memory
   * only: after a crash, or when this node is full, the channel prepares the row again.
   */
  prepared?: Prepared
}

/** A due row to schedule when a delivery ends; its handler gets `DeliveryEnd` as payload. */
export type NotifyOn = { kind: string; key: string; payload?: Json }

/** Payload of the due row that `notifyOn` asks for. */
export type DeliveryEnd = {
  deliveryId: string
  ended: Ended
  attempts: number
  /** HTTP status of the last answer, if there was one. */
  status: number | null
  error: string | null
  /** What the channel reports of the answer (the `http` channel: `{ status, headers, body }`). */
  outcome: Json
  /** As given in `notifyOn.payload`. */
  payload: Json
}

/** How a delivery ends. `failed` is for good: it stays listed as a dead letter until replayed. */
export type Ended = 'delivered' | 'failed' | 'cancelled'

/** A delivery that has not ended, as the dispatcher holds it. */
export type Delivery = {
  tenant: string
  id: string
  channel: string
  target: string
  eventPosition: number | null
  eventId: string | null
  request: Json
  traceparent: Trace | null
  cause: string | null
  notifyOn: NotifyOn | null
  /** Attempts made so far. */
  attempts: number
  /** Failed attempts of the present schedule: a replay starts it again at 0. */
  failures: number
  /** Wall milliseconds at which the present schedule began. */
  since: number
  createdAt: number
  /** A run that died had it in hand, and may have begun it; absent: none had. */
  takenOver?: boolean
}

/** One attempt made ready: all that `send` needs, so that sending reads nothing, or only what is too large to be held. */
export type Prepared = {
  /** What the attempt log shows of the request, for example `POST https://example.com/hook`. */
  summary: string
  /** Delays between attempts in place of the channel's own. */
  schedule?: readonly number[]
}

/** Said by `prepare` of a row that shall not leave any more: the receiver is gone, the message is void. */
export type Cancelled = { cancelled: string }

/** Said by `prepare` of a row whose moment is not now: it is looked at again then (wall milliseconds). No attempt. */
export type Postponed = { postponedTo: number; reason: string }

/**
 * What an attempt came to.
 * - `delivered`: taken by the receiver.
 * - `retry`: next step of the schedule.
 * - `throttle`: as `retry`, and the target gets fewer slots and a pause (429, 502, 504).
 * - `permanent`: no retry can help; a dead letter.
 * - `dead`: the address is gone (410): as `permanent`.
 */
export type Verdict = 'delivered' | 'retry' | 'throttle' | 'permanent' | 'dead'

export type Attempt = {
  verdict: Verdict
  /** Wall milliseconds: the receiver asked not to be called earlier. Never brings the next attempt forward. */
  notBefore?: number
  /** For the attempt log: HTTP status, a bounded choice of headers, at most 4 KiB of the body. */
  status?: number
  headers?: Readonly<Record<string, string>>
  body?: string
  /** Why it failed, in a sentence without secrets. */
  error?: string
  /** For who waits for the end: see `DeliveryEnd.outcome`. */
  outcome?: Json
}

/** A way out: one small file each under `channels/` of its context, registered once when its context opens. */
export type Channel<P extends Prepared = Prepared> = {
  name: string
  /** Delays between attempts in milliseconds; one attempt more than there are delays. */
  schedule: readonly number[]
  /**
   * Total time of one attempt, at most five minutes. One of more than 15 s is broken off when the lease of its node is
   * no longer renewed, so that nobody else makes it again while it goes on.
   */
  timeoutMs: number
  /** Somebody waits for the end: a receiver that puts a row off for longer than its schedule could last has refused it. */
  awaited?: true
  /**
   * Loads for many rows at once what sending needs (`db` sees all tenants: join on tenant and id). The answer has
   * the order of `rows`. Called only for rows without `DeliveryDraft.prepared`, and again for each retry.
   */
  prepare(rows: readonly Delivery[], db: Db): Promise<readonly (P | Cancelled | Postponed)[]>
  /**
   * Makes one attempt. A throw or an abort counts as `retry`.
   * @param trace the attempt's own span: what goes out names it as parent (`traceHeaders`)
   */
  send(prepared: P, delivery: Delivery, signal: AbortSignal, trace: Trace): Promise<Attempt>
  /** For channels that look after their targets: who is gone, failing, or well again. */
  care?: Care<P>
  /** Of targets whose rows have schedules of their own (`Prepared.schedule`), those of now; null: the channel's. */
  schedulesOf?(
    targets: readonly { tenant: string; target: string }[],
    db: Db,
  ): Promise<readonly (readonly number[] | null)[]>
}

/** What attempts say of the health of their target. */
export type Care<P extends Prepared = Prepared> = {
  /** Whether an attempt has to be noted. Asked after every one, so it must be quick, and false for what is well. */
  concerns(prepared: P, delivery: Delivery, verdict: Verdict, at: number): boolean
  /** Notes attempts inside the commit of their marks; issues statements and waits for none. */
  note(tx: Tx, attempts: readonly Noted[]): void
  /** Deliveries were given up for good, also without an attempt: as `note`, in the commit of their marks. */
  gaveUp?(tx: Tx, deliveries: readonly GivenUp[]): void
}

/** A delivery that became a dead letter; `at` is wall milliseconds. */
export type GivenUp = Pick<Delivery, 'tenant' | 'id' | 'target' | 'eventPosition' | 'eventId'> & {
  attempts: number
  status: number | null
  error: string | null
  at: number
}

/** An attempt that concerned its channel; `at` is wall milliseconds. */
export type Noted = { tenant: string; target: string; verdict: Verdict; at: number }
