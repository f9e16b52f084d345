import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase } from '#platform/testing.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Delivery } from './delivery.ts'
import { causedDeliveries, findDelivery, hasten, statesOf } from './history/store.ts'
import { lookAfterDays, markAny, stillHeld } from './marking/store.ts'
import type { Outcome } from './outcome.ts'
import { pacedUntil, putOff } from './pace/store.ts'
import { cancelFreeRows, cancelRows, claimRows, insertRows, leasedOf, releaseRows, scanTargets } from './store.ts'

const ROWS = 4_000
const BATCH = 100
/** Pages read for a row: a few of each index it is in. A plan that reads along takes thousands. */
const MOST_PAGES = 20
const NOW = Date.now()
const LEASE = 1

const delivery = (i: number): Delivery => ({
  tenant: 'default',
  id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  channel: 'test',
  target: `t${i % 4}`,
  eventPosition: i,
  eventId: `e${i}`,
  request: null,
  traceparent: null,
  cause: `e${i}`,
  notifyOn: null,
  attempts: 0,
  failures: 0,
  createdAt: NOW,
  since: NOW,
})
const outcome = (row: Delivery, ended: boolean): Outcome => ({
  delivery: row,
  hold: { lease: LEASE },
  ended: ended ? 'delivered' : null,
  nextAt: ended ? null : NOW + 60_000,
  attempts: 1,
  failures: ended ? 0 : 1,
  at: NOW,
  verdict: ended ? 'delivered' : 'retry',
  latencyMs: 1,
  summary: 'TEST',
  attempt: { verdict: ended ? 'delivered' : 'retry' },
})
/** 100 of the leased rows; `from` counts in hundreds. */
const batch = (from: number) => Array.from({ length: BATCH }, (_, i) => delivery((from * BATCH + i) * 2))
const ids = (rows: readonly Delivery[]) => rows.map(({ id }) => id)

/** Even rows are leased to us, odd ones are free. Each touches up to 100 rows. */
const statements: Record<string, (db: Db) => Promise<unknown>> = {
  insert: (db) =>
    insertRows(
      db as Tx,
      batch(0).map((row) => ({ ...row, id: randomUUID(), notifyOn: undefined })),
      { now: NOW, lease: LEASE, taken: null, once: false },
    ),
  'insert once': (db) =>
    insertRows(
      db as Tx,
      batch(0).map((row) => ({ ...row, id: randomUUID(), notifyOn: undefined })),
      { now: NOW, lease: LEASE, taken: null, once: true },
    ),
  claim: (db) =>
    claimRows(db, [{ tenant: 'default', target: 't1', most: BATCH, before: null, untried: null }], NOW, LEASE),
  'mark as ended': (db) =>
    markAny(
      db,
      batch(1).map((row) => outcome(row, true)),
    ),
  'mark for later': (db) =>
    markAny(
      db,
      batch(2).map((row) => outcome(row, false)),
    ),
  held: (db) =>
    stillHeld(
      db,
      batch(3).map((row) => outcome(row, true)),
    ),
  leased: (db) => leasedOf(db, batch(3), LEASE),
  release: (db) => releaseRows(db, batch(4), LEASE),
  'cancel a target': (db) => cancelRows(db as Tx, 'default', { target: 't3', most: BATCH }, NOW),
  'cancel what is free': (db) => cancelFreeRows(db as Tx, batch(7), NOW),
  cancel: (db) => cancelRows(db as Tx, 'default', { ids: ids(batch(5)) }, NOW),
  scan: (db) => scanTargets(db, NOW + 1_000, NOW),
  hasten: (db) => hasten(db as Tx, 'default', delivery(1).id, NOW),
  find: (db) => findDelivery(db, 'default', delivery(1).id),
  states: (db) => statesOf(db, 'default', ids(batch(3))),
  'put off': (db) => putOff(db, { tenant: 'default', target: 't1' }, ids(batch(6)), LEASE, NOW),
  'paced until': (db) => pacedUntil(db, 'default', 't1'),
  caused: (db) => causedDeliveries(db, 'default', [{ id: 'e1' }, { id: 'e2' }, { id: 'e3' }]),
}

for (const analyzed of [false, true]) {
  test(`plans made while nothing waits${analyzed ? ' and nothing is known to' : ''} stay right for many rows`, async () => {
    const { url, drop } = await testDatabase()
    const client = new pg.Client({
      connectionString: url,
      options: '-c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan',
    })
    await client.connect()
    const names = new Map<string, string>()
    const nameOf = (text: string) => names.get(text) ?? names.set(text, `p${names.size}`).get(text)
    const db: Db = {
      async query<Row>(text: string, values: readonly unknown[] = []) {
        return (await client.query({ name: nameOf(text), text, values: [...values] })).rows as Row[]
      },
    }
    /** Runs the same prepared statement, and counts the pages that it read; it answers nothing. */
    const pagesOf = async (run: (db: Db) => Promise<unknown>) => {
      let pages = 0
      await run({
        async query(text: string, values: readonly unknown[] = []) {
          const literals = values.map((value) => literal(value)).join(', ')
          const { rows } = await client.query(
            `explain (analyze, buffers, format json) execute ${nameOf(text)}(${literals})`,
          )
          const [{ Plan }] = rows[0]['QUERY PLAN']
          pages += Plan['Shared Hit Blocks'] + Plan['Shared Read Blocks']
          return []
        },
      })
      return pages
    }
    try {
      for (const table of ['delivery', 'delivery_node']) {
        await client.query(`alter table ${table} set (autovacuum_enabled = off)`)
      }
      await lookAfterDays(db, NOW, 30)
      if (analyzed) await client.query('vacuum analyze delivery')
      await client.query(
        "insert into delivery_node (place, pid, started_at, lease_until) values ('here', 1, now(), now() + '1 h')",
      )
      await client.query('begin')
      for (const run of Object.values(statements)) for (let i = 0; i < 3; i++) await run(db)
      await client.query('rollback')
      await client.query(
        `insert into delivery (tenant, id, channel, target, due_at, since, created_at, lease, event_position, event_id, cause, spacing_ms)
         select 'default', ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'test', 't' || i % 4,
           to_timestamp($1 / 1000.0), to_timestamp($1 / 1000.0), to_timestamp($1 / 1000.0),
           case when i % 2 = 0 then $2::bigint end, i, 'e' || i, 'e' || i,
           case when i % 40 = 1 then 5 end
         from generate_series(0, $3 - 1) i`,
        [NOW - 1_000, LEASE, ROWS],
      )
      for (const [name, run] of Object.entries(statements)) {
        const pages = await pagesOf(run)
        assert.ok(pages < BATCH * MOST_PAGES, `${name}: ${pages} pages`)
      }
    } finally {
      await client.end()
      await drop()
    }
  })
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.join(',')}}`)
  return typeof value === 'number' ? String(value) : pg.escapeLiteral(String(value))
}
