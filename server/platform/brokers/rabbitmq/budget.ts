/** What may be in hand of one queue. AMQP counts messages; one may have a hundred bytes, or a million. */
const MOST_BYTES = 64 * 1_048_576
/** How fast the mean size follows what comes. */
const WEIGHT = 1 / 64

/** Watches the size of what is in hand, and says how many messages may be. */
export type Budget = {
  delivered(bytes: number): void
  settled(bytes: number): void
  /** A fresh channel: nothing is in hand. */
  begin(): void
  /** How many messages may be in hand now; a fresh channel is opened with that. */
  readonly allowed: number
  /** Whether more is in hand than may be, or much less is allowed than could be: time for a fresh channel. */
  readonly outgrown: 'too large' | 'too small' | null
}

/** @param most messages in hand, whatever their size */
export function prefetchBudget(most: number): Budget {
  let mean = 0
  let inHand = 0
  let given = most
  const allowed = () => Math.max(1, Math.min(most, Math.floor(MOST_BYTES / 2 / Math.max(1, mean))))
  return {
    delivered(bytes) {
      inHand += bytes
      mean += (bytes - mean) * WEIGHT
    },
    settled(bytes) {
      inHand -= bytes
    },
    begin() {
      inHand = 0
      given = allowed()
    },
    get allowed() {
      return allowed()
    },
    get outgrown() {
      if (inHand > MOST_BYTES && given > 1) return 'too large'
      return given < most && allowed() > given * 2 ? 'too small' : null
    },
  }
}
