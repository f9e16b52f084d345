const BROKER = { firstMs: 1_000, mostMs: 30_000 }
/** So that many nodes do not come back in the same instant. */
const JITTER = 0.2

/**
 * How long to wait before the n-th attempt (from 1) to reach a server: twice as long each time, and up to a fifth more.
 * @param chance 0 to 1
 * @param pace of a broker, unless said otherwise: 1, 2, 4, 8 … 30 s
 */
export const reconnectDelayMs = (attempt: number, chance: number, { firstMs, mostMs } = BROKER): number =>
  Math.round(Math.min(mostMs, firstMs * 2 ** (Math.max(1, attempt) - 1)) * (1 + JITTER * chance))
