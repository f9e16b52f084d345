import { setImmediate } from 'node:timers/promises'

/*
 * Work that texts and conditions of authors make, counted and not timed: the same work is the same number on every machine, so
 * what is bounded by it comes out the same wherever, and however often, it is done. One unit is about a microsecond.
 */

let made = 0
let most = Number.POSITIVE_INFINITY

/** What was made so far; only differences say something. */
export const effortSoFar = (): number => made

/** @throws TooMuchEffort once more was made than may be */
export function spend(units: number): void {
  made += units
  if (made > most) throw new TooMuchEffort('asks for more computing than one step may')
}

export class TooMuchEffort extends Error {
  override readonly name = 'TooMuchEffort'
}

/**
 * From now on so much may be made at most. Not by a function around the work: this is done for each step of a run.
 * @returns what `unbound` takes, in a `finally`
 */
export function bound(units: number): number {
  const outer = most
  most = Math.min(outer, made + units)
  return outer
}

export function unbound(outer: number): void {
  most = outer
}

/** So long a batch computes before others have their turn. */
const TURN_MS = 25

/**
 * For loops over a batch: gives a promise to wait for when others have waited long enough, else undefined.
 * `const rest = turns(); for (…) { …; const pause = rest(); if (pause !== undefined) await pause }`
 */
export function turns(): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < TURN_MS) return undefined
    return setImmediate().then(() => {
      since = performance.now()
    })
  }
}
