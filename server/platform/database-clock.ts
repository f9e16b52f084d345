import { type DatabaseClock, databaseClock } from '#platform/clock.ts'
import type { Database } from '#platform/work.ts'

const MEASURE_MS = 10_000

/** Milliseconds to add to this machine's time to get the database's; half of the round trip is taken off. */
async function measureOffset(database: Database): Promise<number> {
  const before = Date.now()
  const [row] = await database.worker.query<{ at: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::double precision as at',
  )
  const after = Date.now()
  const offset = (row?.at ?? after) - (before + after) / 2
  // Below the error of the measurement there is nothing to correct.
  return Math.abs(offset) <= (after - before) / 2 + 1 ? 0 : Math.round(offset)
}

type Origin = { scale: number; wall: Date; domain: Date }

/**
 * The program's clock. Scaled time continues from the stored origin, so it never goes back over a restart, also
 * when the scale is changed.
 */
export async function openClock(database: Database, scale: number): Promise<{ clock: DatabaseClock; stop(): void }> {
  const offset = await measureOffset(database)
  const wall = Date.now() + offset
  const [stored] = await database.worker.query<Origin>('select scale, wall, domain from platform_clock')
  let origin = { wall, domain: wall }
  if (stored !== undefined) {
    const kept = { wall: stored.wall.getTime(), domain: stored.domain.getTime() }
    origin =
      stored.scale === scale ? kept : { wall, domain: Math.max(wall, kept.domain + (wall - kept.wall) * stored.scale) }
  }
  if (stored?.scale !== scale && (stored !== undefined || scale !== 1)) {
    await database.worker.query(
      `insert into platform_clock (scale, wall, domain)
       values ($1, to_timestamp($2::double precision / 1000), to_timestamp($3::double precision / 1000))
       on conflict (one) do update set scale = excluded.scale, wall = excluded.wall, domain = excluded.domain`,
      [scale, origin.wall, origin.domain],
    )
  }
  const clock = databaseClock(scale, origin)
  clock.setOffset(offset)
  const timer = setInterval(() => {
    measureOffset(database).then(clock.setOffset, () => {})
  }, MEASURE_MS)
  timer.unref()
  return { clock, stop: () => clearInterval(timer) }
}
