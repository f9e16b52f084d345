/**
 * A stop finishes what is in hand, step by step in this order. Each step is over by its moment, in milliseconds after the
 * stop began: limits of their own would add up to more than there is as soon as a client, a broker and a receiver hang at once.
 */
export const DRAINED_BY_MS = {
  /** Requests that are answered still, or whose body is coming in. */
  requests: 1_500,
  /** Connections to brokers: what waits for their confirmation. */
  brokers: 2_250,
  /** Attempts of deliveries under way. */
  deliveries: 3_500,
  /** What attempts came to, those that were broken off too. */
  marks: 4_500,
  /** The last spans, to the collector. */
  spans: 5_000,
} as const

/** The moment in which attempts that are broken off end. */
export const BROKEN_OFF_MS = 500

/**
 * From here on the process ends as it is; what is left of ten seconds then is for the embedded database, which must not
 * outlive the program. What lies between the last step and this is for the log, for the embedded database to write what it holds, and
 * for a machine that has no time for us.
 */
export const DRAIN_LIMIT_MS = 8_000

/** Where the steps before took all there was, a step still has this: what is about to be done is done. */
const LEAST_MS = 200

export type Drain = {
  /** How long the step that begins now may wait. */
  left(step: keyof typeof DRAINED_BY_MS): number
}

/** @param now milliseconds of a clock that only goes forward */
export function beginDrain(now: () => number = () => performance.now()): Drain {
  const began = now()
  return { left: (step) => Math.max(LEAST_MS, began + DRAINED_BY_MS[step] - now()) }
}
