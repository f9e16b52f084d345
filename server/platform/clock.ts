/**
 * Time as a parameter, of two kinds.
 *
 * `now()` is domain time: conversations, flows, calendars, quiet hours, timers, `occurredAt`, link expiry.
 * `wall()` guards machines: leases, locks, time-outs, backoff, breakers, rate limits, tokens, signatures.
 * Both are epoch milliseconds and follow the database's clock, so a node whose clock is wrong, or is set while it runs,
 * neither fires early nor steals a lease.
 */
export type Clock = {
  now(): number
  wall(): number
  /** Domain milliseconds that pass in one wall millisecond. 1 unless CAUCE_TIME_SCALE says otherwise. */
  readonly scale: number
  /** The wall time at which domain time `at` is reached (equal to `at` when the scale is 1). */
  wallAt(at: number): number
}

/**
 * Milliseconds since 1970 by this machine: what its clock said when the program began, and what has passed since by a clock
 * that nobody sets. Wrong by as much as it was then; what follows the database measures by how much.
 */
export const steadyNow = (): number => Math.floor(performance.timeOrigin + performance.now())

/** A clock that follows the database: `offset` is added to this machine's steady time, `origin` fixes the scale. */
export type DatabaseClock = Clock & { setOffset(ms: number): void }

/** A step back that is longer than this is not held: time would stand still for as long. */
const HOLD_MS = 10_000

/**
 * @param scale how many domain milliseconds pass in one wall millisecond (> 0)
 * @param origin the wall time and the domain time at which the scale began; stored, so that scaled time never
 *   goes back over a restart
 */
export function databaseClock(scale: number, origin: { wall: number; domain: number }): DatabaseClock {
  let offset = 0
  let last = 0
  const scaled = scale !== 1 || origin.wall !== origin.domain
  const wall = () => {
    const read = steadyNow() + offset
    // A new offset may step back by some milliseconds: hold still rather than go back.
    if (read > last || last - read > HOLD_MS) last = read
    return last
  }
  return {
    scale,
    wall,
    now: () => (scaled ? Math.floor(origin.domain + (wall() - origin.wall) * scale) : wall()),
    wallAt: (at) => (scaled ? Math.ceil(origin.wall + (at - origin.domain) / scale) : at),
    setOffset(ms) {
      offset = ms
    },
  }
}

export type ManualClock = Clock & {
  set(at: number): void
  advance(ms: number): void
  /** Calls back whenever it was moved. */
  onMove(moved: () => void): void
}

/** A clock that a test moves by hand; domain and wall are the same. */
export function manualClock(start: number): ManualClock {
  let at = start
  const followers: (() => void)[] = []
  const move = (to: number) => {
    at = to
    for (const follow of followers) follow()
  }
  return {
    scale: 1,
    now: () => at,
    wall: () => at,
    wallAt: (moment) => moment,
    set: move,
    advance: (ms) => move(at + ms),
    onMove: (moved) => void followers.push(moved),
  }
}
