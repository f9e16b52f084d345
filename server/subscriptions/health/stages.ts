import { hash } from 'node:crypto'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** An endpoint that failed for so long, without one success, is disabled. */
export const DISABLE_AFTER_MS = 120 * HOUR_MS
/** How long it has to have failed for each of the warnings. */
export const WARN_AFTER_MS: readonly number[] = [HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 108 * HOUR_MS]
/** Nobody is disabled sooner than this after a warning. */
const NOTICE_MS = 12 * HOUR_MS

/** An endpoint that fails; times are wall milliseconds. */
export type Failing = {
  /** The first failed attempt since the last that went well. */
  since: number
  /** Warnings given, and when the last one was. */
  warnings: number
  warnedAt: number | null
}

export type Judgement = { kind: 'wait' } | { kind: 'warn'; warnings: number } | { kind: 'disable' }

/**
 * What follows from an endpoint's latest failure. Counted is the time over which it was seen to fail, from the first
 * failed attempt to this one: silence proves nothing, so nobody is disabled because nothing was sent.
 */
export function judge({ since, warnings, warnedAt }: Failing, lastFailureAt: number): Judgement {
  const failedMs = lastFailureAt - since
  if (failedMs >= DISABLE_AFTER_MS && warnedAt !== null && lastFailureAt - warnedAt >= NOTICE_MS) {
    return { kind: 'disable' }
  }
  const reached = WARN_AFTER_MS.filter((ms) => failedMs >= ms).length
  return reached > warnings ? { kind: 'warn', warnings: reached } : { kind: 'wait' }
}

/** When a failure from then on disables the endpoint. */
export const disablesAt = ({ since, warnedAt }: Failing, now: number): number =>
  Math.max(since + DISABLE_AFTER_MS, (warnedAt ?? now) + NOTICE_MS)

/** Probes of a disabled endpoint: every hour for a day, every six for a week, then daily for some three weeks more. */
const PROBES: readonly { upTo: number; delayMs: number }[] = [
  { upTo: 24, delayMs: HOUR_MS },
  { upTo: 52, delayMs: 6 * HOUR_MS },
  { upTo: 74, delayMs: 24 * HOUR_MS },
]

/**
 * How long to wait before the next probe.
 * @param sent how many were sent since it was disabled
 * @returns null when it was probed for long enough: its owner enables it by hand
 */
export const probeDelayMs = (sent: number): number | null => PROBES.find(({ upTo }) => sent < upTo)?.delayMs ?? null

const LOOK_MS = 5 * MINUTE_MS

/**
 * When to look how an endpoint fares after an attempt: at the next of a tenant's own moments, five minutes apart. So a
 * receiver that fails a thousand times is looked at once, and where many of a tenant fail one message tells of all.
 */
export function lookAt(tenant: string, at: number): number {
  const shift = Number.parseInt(hash('sha256', tenant).slice(0, 8), 16) % LOOK_MS
  return (Math.floor((at - shift) / LOOK_MS) + 1) * LOOK_MS + shift
}

/** Attempts this far back are those of the episode that a look found: it comes five minutes after the first at most. */
export const LOOK_BACK_MS = 3 * LOOK_MS
