import { type DatabaseClock, databaseClock, steadyNow } from '#platform/clock.ts'
import type { Database } from '#platform/work.ts'

const MEASURE_MS = 10_000

/**
 * Milliseconds to add to this machine's time to get the database's; half of the round trip is taken off.
 * @param known what is added now: it stays while the measurement, which is as good as its round trip was short, does
 *   not contradict it
 */
async function measureOffset(database: Database, known: number): Promise<number> {
  const before = steadyNow()
  const [row] = await database.worker.query<{ at: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::double precision as at',
  )
  const after = steadyNow()
  const offset = (row?.at ?? after) - (before + after) / 2
  return Math.abs(offset - known) <= (after - before) / 2 + 1 ? known : Math.round(offset)
}

type Stored = { scale: number; wall: Date; domain: Date }

const originOf = ({ wall, domain }: Stored) => ({ wall: wall.getTime(), domain: domain.getTime() })

/**
 * The program's clock. Scaled time continues from the stored origin, so it never goes back over a restart, also
 * when the scale is changed.
 */
export async function openClock(database: Database, scale: number): Promise<{ clock: DatabaseClock; stop(): void }> {
  let offset = await measureOffset(database, 0)
  const wall = steadyNow() + offset
  const [stored] = await database.worker.query<Stored>('select scale, wall, domain from platform_clock')
  let origin = { wall, domain: wall }
  if (stored !== undefined) {
    const kept = originOf(stored)
    origin =
      stored.scale === scale ? kept : { wall, domain: Math.max(wall, kept.domain + (wall - kept.wall) * stored.scale) }
  }
  if (stored?.scale !== scale && (stored !== undefined || scale !== 1)) {
    // Another program that starts at the same moment may have been first: its origin is that of both.
    await database.worker.query(
      `insert into platform_clock as c (scale, wall, domain)
       values ($1, to_timestamp($2::double precision / 1000), to_timestamp($3::double precision / 1000))
       on conflict (one) do update set scale = excluded.scale, wall = excluded.wall, domain = excluded.domain
       where c.scale <> excluded.scale`,
      [scale, origin.wall, origin.domain],
    )
    const [agreed] = await database.worker.query<Stored>('select scale, wall, domain from platform_clock')
    if (agreed?.scale === scale) origin = originOf(agreed)
  }
  const clock = databaseClock(scale, origin)
  clock.setOffset(offset)
  const timer = setInterval(() => {
    measureOffset(database, offset).then(
      (measured) => {
        offset = measured
        clock.setOffset(measured)
      },
      () => {},
    )
  }, MEASURE_MS)
  timer.unref()
  return { clock, stop: () => clearInterval(timer) }
}
