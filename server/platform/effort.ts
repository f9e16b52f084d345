import { setImmediate } from 'node:timers/promises'

/*
 * Work that texts and conditions of authors make, counted and not timed: the same work is the same number on every machine, so
 * what is bounded by it comes out the same wherever, and however often, it is done. One unit is about a microsecond.
 */

let made = 0
let most = Number.POSITIVE_INFINITY

/** What was made so far; only differences say something. */
export const effortSoFar = (): number => made

/** @throws what `tooMuch` makes once the innermost `bounded` has made more than it may */
export function spend(units: number): void {
  made += units
  if (made > most) throw tooMuch()
}

/** Thrown without a stack: it is no bug of ours. */
export class TooMuchEffort extends Error {
  override readonly name = 'TooMuchEffort'
}

function tooMuch(): TooMuchEffort {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const error = new TooMuchEffort('asks for more computing than one step may')
  Error.stackTraceLimit = stackTraceLimit
  return error
}

/** Does something that may make so much at most. Whoever is inside of another one is bounded by both. */
export function bounded<T>(units: number, act: () => T): T {
  const outer = most
  most = Math.min(outer, made + units)
  try {
    return act()
  } finally {
    most = outer
  }
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
