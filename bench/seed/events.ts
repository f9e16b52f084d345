import type pg from 'pg'
import { numberOf } from '../program/database.ts'
import { cloneRow } from './clone.ts'

const CHUNK = 500_000

/**
 * Fills the log with copies of its newest event, which the API took in, each about a subject of its own, and moves
 * every consumer behind them. The program must not run.
 * @param count events to be in the log afterwards
 */
export async function seedEvents(db: pg.Client, count: number): Promise<void> {
  for (;;) {
    const head = await numberOf(db, 'select last_value from event_position')
    const made = Math.min(CHUNK, count - head)
    if (made <= 0) break
    await db.query('begin')
    await cloneRow(db, 'event_log', `position = ${head}`, made, {
      position: `${head} + n`,
      id: `'seed-' || (${head} + n)`,
      subject: `'subject-' || md5((${head} + n)::text)`,
      encounter_id: `'subject-' || md5((${head} + n)::text)`,
      shard: 'n % 16',
    })
    await cloneRow(db, 'event_key', `position = ${head}`, made, {
      key: `md5('seed-' || (${head} + n))::uuid`,
      position: `${head} + n`,
    })
    await db.query(`select setval('event_position', ${head + made})`)
    await db.query('commit')
    await db.query('select ensure_event_partitions(4000000, 1)')
  }
  await db.query('update consumer_cursor set position = (select last_value from event_position)')
  await db.query('vacuum analyze event_log, event_key')
}
