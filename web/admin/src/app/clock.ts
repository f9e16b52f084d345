/** The program's clocks, as its answers show them. */

/**
 * Conversations and flows live in the program's own time, which may pass faster than ours (a demonstration); logs of what
 * machines and users did are in the time of the wall. Without a fast clock they are the same.
 */
export type ClockKind = 'domain' | 'wall'

/** What the program said of its time, and when we heard it. */
type Heard = { domain: number; wall: number; scale: number }

/** The moment by that clock, when our own shows `wall`. */
export const timeBy = (heard: Heard | null, kind: ClockKind, wall: number): number =>
  heard === null || kind === 'wall' ? wall : heard.domain + (wall - heard.wall) * heard.scale

let heard: Heard | null = null

/** Keeps what an answer of `GET /api/v1/me` says of the time. A clock that runs as ours does is not second-guessed. */
export function hearClock({ now, scale }: { now: string; scale: number }): void {
  const wall = Date.now()
  const domain = Date.parse(now)
  heard = scale === 1 && Math.abs(domain - wall) < 60_000 ? null : { domain, wall, scale }
}

export const currentTime = (kind: ClockKind): number => timeBy(heard, kind, Date.now())
