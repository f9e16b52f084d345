import { type Clock, databaseClock } from '#platform/clock.ts'

/** Two hours pass in a second: a day in twelve. */
export const SCALE = 7_200

/** A day of silence, sixteen hours that a slow machine takes to nudge, four to come back; who came back is not yet silent again. */
const STORY_MS = 44 * 3_600_000

/** Not before anybody says so. */
const NEVER = Number.MAX_SAFE_INTEGER

export type StoryClock = Clock & {
  /** From now on hours pass in a second, as long as there are any left to the present. */
  hurry(): void
  /** The rest of the hours are over: from now on it is the clock on the wall. */
  arrive(): void
}

/**
 * Begins so long ago that the story is over by now, and never passes the present: what it tells then lies in the last days, and who
 * looks at it afterwards finds one time on every page.
 */
export function storyClock(): StoryClock {
  const { wall } = databaseClock(1, { wall: 0, domain: 0 })
  let hurriedAt = NEVER
  let arrivedAt = NEVER
  const behind = (at: number) =>
    at >= arrivedAt ? 0 : Math.max(0, STORY_MS - Math.max(0, at - hurriedAt) * (SCALE - 1))
  const now = () => {
    const at = wall()
    return at - behind(at)
  }
  return {
    get scale() {
      return behind(wall()) === 0 ? 1 : SCALE
    },
    wall,
    now,
    wallAt(at) {
      const slow = at + STORY_MS
      return Math.max(at, Math.min(slow, Math.ceil(hurriedAt + (slow - hurriedAt) / SCALE), arrivedAt))
    },
    hurry() {
      hurriedAt = wall()
    },
    arrive() {
      arrivedAt = wall()
    },
  }
}
