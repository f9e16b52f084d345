import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'

/** A server that is back is noticed within five seconds, however long it was away; one that only restarts, sooner. */
const PACE = { firstMs: 250, mostMs: 4_000 }

/**
 * The way to a server that may be away. While it is, one caller at a time asks again, more and more seldom, and all others are
 * told at once what that one was told: dozens of loops that open a socket each few moments take a fifth of a core for nothing.
 * @param isAway whether a failure says that the server itself cannot be reached
 */
export function createReach(
  isAway: (error: unknown) => boolean,
  { now = () => performance.now(), chance = Math.random } = {},
): <T>(connect: () => Promise<T>) => Promise<T> {
  let attempts = 0
  let until = 0
  let asking = false
  let why: unknown

  return async (connect) => {
    const again = attempts > 0
    if (again && (asking || now() < until)) throw why
    if (again) asking = true
    try {
      const connected = await connect()
      attempts = 0
      return connected
    } catch (error) {
      // Those that were under way together fail together, and count once.
      if (isAway(error) && (again || now() >= until)) {
        attempts += 1
        until = now() + reconnectDelayMs(attempts, chance(), PACE)
        why = error
      }
      throw error
    } finally {
      if (again) asking = false
    }
  }
}
