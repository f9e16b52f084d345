const FIRST_MS = 1_000
const MOST_MS = 30_000
/** So that many nodes do not come back in the same instant. */
const JITTER = 0.2

/**
 * How long to wait before the n-th attempt (from 1) to reach a broker: 1, 2, 4, 8 … 30 s and up to a fifth more.
 * @param chance 0 to 1
 */
export const reconnectDelayMs = (attempt: number, chance: number): number =>
  Math.round(Math.min(MOST_MS, FIRST_MS * 2 ** (Math.max(1, attempt) - 1)) * (1 + JITTER * chance))
