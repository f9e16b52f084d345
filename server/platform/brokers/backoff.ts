const FIRST_MS = 1_000
const LONGEST_MS = 30_000
const JITTER = 0.2

/**
 * How long to wait before connecting to a broker again: 1, 2, 4, 8 … 30 s, each ±20 % so that many clients of a
 * broker that comes back do not come at once.
 * @param failures connections that failed in a row, the last one included (1 or more)
 * @param random from 0 to below 1
 */
export function reconnectDelayMs(failures: number, random: number): number {
  const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20))
  return Math.round(delay * (1 - JITTER + 2 * JITTER * random))
}

/** The longest of these delays. */
export const LONGEST_RECONNECT_MS = LONGEST_MS * (1 + JITTER)
