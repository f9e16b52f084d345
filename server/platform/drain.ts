/**
 * How long a stop waits for what is in hand, one after the other in this order. Together they are less than the limit,
 * after which the process ends as it is; what is left of ten seconds then is for the embedded database, which must not
 * outlive the program.
 */
export const DRAIN_MS = {
  /** Requests that are answered still, or whose body is coming in. */
  requests: 2_000,
  /** Attempts of deliveries under way, and the moment in which those that are broken off end. */
  deliveries: 4_000,
  brokenOff: 500,
  /** What attempts came to. */
  marks: 1_000,
} as const

export const DRAIN_LIMIT_MS = 8_000
