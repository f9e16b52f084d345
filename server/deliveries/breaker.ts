import type { Verdict } from './delivery.ts'

/** Consecutive failures after which a target gets no more attempts for a while. */
export const FAILURES_TO_OPEN = 10
const FIRST_OPEN_MS = 10_000
const LONGEST_OPEN_MS = 600_000
/** A receiver may ask for a pause (429 and `Retry-After`); a longer wish binds the one delivery only. */
const LONGEST_PAUSE_MS = 3_600_000

/**
 * Whether a target may be called. Closed: `openUntil` is null. Open: it lies ahead. Half-open: it has passed, and
 * one probe at a time decides.
 */
export type Breaker = {
  /** In a row, the latest included. */
  failures: number
  /** How often it opened without a success between: each time it stays open twice as long. */
  opens: number
  openUntil: number | null
}

export const CLOSED: Breaker = { failures: 0, opens: 0, openUntil: null }

export const stateOf = (breaker: Breaker, now: number): 'closed' | 'open' | 'half-open' =>
  breaker.openUntil === null ? 'closed' : breaker.openUntil > now ? 'open' : 'half-open'

/**
 * The breaker after an attempt. What was permanent (a request the receiver will never take) says nothing about
 * the target's health.
 * @param random from 0 to below 1: spreads the probes of many targets by ±15 %
 */
export function afterAttempt(
  breaker: Breaker,
  attempt: { verdict: Verdict; notBefore?: number },
  now: number,
  random: number,
): Breaker {
  if (attempt.verdict === 'delivered' || attempt.verdict === 'permanent') return CLOSED
  const state = stateOf(breaker, now)
  // Sent before it opened: already counted.
  if (state === 'open') return breaker
  // It is well enough to say when it wants more: it gets that pause, no longer one.
  if (attempt.verdict === 'throttle' && attempt.notBefore !== undefined && attempt.notBefore > now) {
    return { ...breaker, openUntil: Math.min(attempt.notBefore, now + LONGEST_PAUSE_MS) }
  }
  const failures = breaker.failures + 1
  const opens = state === 'half-open' || failures >= FAILURES_TO_OPEN
  const openFor = opens ? Math.min(FIRST_OPEN_MS * 2 ** breaker.opens, LONGEST_OPEN_MS) * (0.85 + 0.3 * random) : 0
  return {
    failures,
    opens: breaker.opens + (opens ? 1 : 0),
    openUntil: opens ? Math.round(now + openFor) : breaker.openUntil,
  }
}

export const MOST_SLOTS = 64
/** A target begins with few, so that a burst opens no more connections than a quick receiver needs. */
export const FIRST_SLOTS = 8

/** Slots of a target after an attempt: halved when it is too slow or asks for less, regained one by one. */
export function slotsAfter(slots: number, verdict: Verdict, timedOut: boolean): number {
  if (verdict === 'throttle' || timedOut) return Math.max(1, slots >> 1)
  return verdict === 'delivered' ? Math.min(MOST_SLOTS, slots + 1) : slots
}
