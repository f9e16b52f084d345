import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { pino } from 'pino'
import { databaseClock } from '#platform/clock.ts'
import { type OpenDatabase, openDatabase } from '#platform/database.ts'
import { createDueEngine, type DueEngine } from '#platform/due.ts'
import type { DueKind } from '#platform/due-kind.ts'
import { testDatabase } from '#platform/testing.ts'
import type { DueEntry } from '#platform/work.ts'

const HOUR_MS = 3_600_000
const start = Date.now()
const clock = databaseClock(1, { wall: start, domain: start })

async function until<T>(look: () => Promise<T>, satisfies: (value: T) => boolean): Promise<T> {
  for (const end = performance.now() + 8_000; ; ) {
    const value = await look()
    if (satisfies(value)) return value
    if (performance.now() > end) throw new Error(`it stays ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('due rows of a clock that runs faster', () => {
  it('fire when that clock says so: not before, and not a second of the wall later', async () => {
    const place = await testDatabase()
    const database = openDatabase(place.url)
    const wall = Date.now()
    const fast = databaseClock(3_600, { wall, domain: wall })
    const due = createDueEngine({ database, clock: fast, logger: pino({ level: 'silent' }), signals: null })
    const fired: { dueAt: number; now: number }[] = []
    due.register([
      {
        kind: 'fast',
        clock: 'domain',
        async handle(rows, _tx, now) {
          fired.push(...rows.map(({ dueAt }) => ({ dueAt, now })))
        },
      },
    ])
    const { schedule, unschedule, handleInline } = due
    database.setHooks({ append: () => assert.fail('there is no log here'), schedule, unschedule, handleInline })
    try {
      due.start()
      const begun = fast.now()
      const hours = [0.2, 0.5, 1, 1.7]
      await database.transaction(async (tx) => {
        tx.schedule(hours.map((h) => ({ kind: 'fast', tenant: 't', key: `${h}`, dueAt: begun + h * HOUR_MS })))
      })
      await until(
        async () => fired.length,
        (n) => n === hours.length,
      )
      for (const { dueAt, now } of fired) {
        assert.ok(now >= dueAt)
        assert.ok((now - dueAt) / 3_600 < 1_000, `${(now - dueAt) / 3_600} ms late`)
      }
    } finally {
      await due.stop()
      await database.close()
      await place.drop()
    }
  })
})

describe('due rows whose handling goes wrong', () => {
  let place: Awaited<ReturnType<typeof testDatabase>>
  let database: OpenDatabase
  /** Sees and ends the sessions of others. */
  let owner: pg.Client
  const engines: DueEngine[] = []

  /** An engine for one kind of its own, as another node would have. */
  function engine(kind: DueKind): DueEngine {
    const made = createDueEngine({ database, clock, logger: pino({ level: 'silent' }), signals: null })
    made.register([kind])
    engines.push(made)
    database.setHooks({
      append: () => assert.fail('there is no log here'),
      schedule: made.schedule,
      unschedule: made.unschedule,
      handleInline: made.handleInline,
    })
    return made
  }
  const schedule = (...entries: Omit<DueEntry, 'tenant'>[]) =>
    database.transaction(async (tx) => tx.schedule(entries.map((entry) => ({ tenant: 't', ...entry }))))
  const rows = (kind: string) =>
    database.worker.query<{ key: string; due_at: Date; attempts: number; error: string | null }>(
      'select key, due_at, attempts, error from due where kind = $1 order by key',
      [kind],
    )
  /** Somebody moves a row while it is claimed: the statement waits for the claim to end, and is the first to go on. */
  async function moveBehind(kind: string, key: string, dueAt: number): Promise<void> {
    const moving = schedule({ kind, key, dueAt })
    const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    await until(
      () => owner.query(waits),
      ({ rowCount }) => rowCount === 1,
    )
    const { transaction } = database
    database.transaction = async (fn, options) => {
      await moving
      return transaction(fn, options)
    }
  }

  before(async () => {
    place = await testDatabase()
    database = openDatabase(place.url)
    owner = new pg.Client({ connectionString: place.url })
    await owner.connect()
  })
  after(async () => {
    await Promise.all(engines.map((one) => one.stop()))
    await database.close()
    await owner.end()
    await place.drop()
  })

  it('do not fire early when they were moved while their batch failed', async () => {
    const handled: string[] = []
    let failed = false
    const later = clock.wall() + HOUR_MS
    const due = engine({
      kind: 'moved',
      clock: 'wall',
      async handle(batch) {
        if (!failed) {
          failed = true
          await moveBehind('moved', 'a', later)
          throw new Error('no')
        }
        handled.push(...batch.map(({ key }) => key))
      },
    })
    await schedule({ kind: 'moved', key: 'a', dueAt: 1_000 }, { kind: 'moved', key: 'b', dueAt: 1_000 })
    due.start()
    const left = await until(
      () => rows('moved'),
      (found) => found.length === 1,
    )
    assert.deepEqual(handled, ['b'])
    assert.deepEqual(
      left.map(({ key, due_at, attempts }) => ({ key, at: due_at.getTime(), attempts })),
      [{ key: 'a', at: later, attempts: 0 }],
    )
  })

  it('keep the time to which they were moved while they failed alone', async () => {
    const later = clock.wall() + HOUR_MS
    const tried = Promise.withResolvers<void>()
    const due = engine({
      kind: 'alone',
      clock: 'wall',
      async handle() {
        await moveBehind('alone', 'a', later)
        tried.resolve()
        throw new Error('no')
      },
    })
    await schedule({ kind: 'alone', key: 'a', dueAt: 1_000 })
    due.start()
    await tried.promise
    const [row] = await until(
      () => rows('alone'),
      (found) => found[0]?.due_at.getTime() !== 1_000,
    )
    await due.stop()
    assert.deepEqual([(await rows('alone'))[0]?.due_at.getTime(), row?.attempts], [later, 0])
  })

  it('wait alone when they deadlock, time out or fail with words that cannot be stored, and hold up no other', async () => {
    const handled = new Set<string>()
    const faults: Record<string, () => unknown> = {
      deadlock: () => Object.assign(new Error('deadlock detected'), { code: '40P01' }),
      timeout: () => Object.assign(new Error('canceling statement'), { code: '57014' }),
      words: () => new Error('a \u0000 and half of \ud83d'),
      closed: () => new Error('the encounter is closed'),
    }
    const due = engine({
      kind: 'faulty',
      clock: 'wall',
      async handle(batch) {
        for (const { key } of batch) if (faults[key]) throw faults[key]()
        for (const { key } of batch) handled.add(key)
      },
    })
    const keys = [...Object.keys(faults), 'w', 'x', 'y', 'z']
    await schedule(...keys.map((key, i) => ({ kind: 'faulty', key, dueAt: 1_000 + i })))
    due.start()
    await until(
      async () => handled.size,
      (size) => size === 4,
    )
    const waiting = await until(
      () => rows('faulty'),
      (found) => found.every(({ attempts }) => attempts > 0),
    )
    assert.deepEqual(
      waiting.map(({ key }) => key),
      ['closed', 'deadlock', 'timeout', 'words'],
    )
    assert.equal(waiting.at(-1)?.error, 'a  and half of \ufffd')
  })

  it('of a transaction that takes a row back again are not left behind', async () => {
    engine({ kind: 'fickle', clock: 'wall', handle: async () => {} })
    await database.transaction(async (tx) => {
      tx.schedule(['a', 'b'].map((key) => ({ kind: 'fickle', tenant: 't', key, dueAt: clock.wall() + HOUR_MS })))
      tx.unschedule('fickle', 't', ['a'])
    })
    assert.deepEqual(
      (await rows('fickle')).map(({ key }) => key),
      ['b'],
    )
  })

  it('are handled once, in time and never early while connections are cut, by two nodes', async () => {
    const rowsInAll = 1_500
    const handle: DueKind['handle'] = async (batch, tx, now) => {
      const early = batch.filter(({ dueAt }) => dueAt > now)
      assert.equal(early.length, 0)
      // The primary key says when a row is handled twice.
      void tx.query(
        `insert into due_failed (kind, tenant, key, due_at, error, failed_at)
         select 'done', tenant, key, due_at, '', to_timestamp($2::double precision / 1000)
         from jsonb_to_recordset($1::jsonb) as r (tenant text, key text, due_at timestamptz)`,
        [
          JSON.stringify(batch.map(({ tenant, key, dueAt }) => ({ tenant, key, due_at: new Date(dueAt) }))),
          clock.wall(),
        ],
      )
    }
    const [one, two] = [0, 1].map(() => engine({ kind: 'many', clock: 'wall', batch: 100, handle }))
    one?.start()
    two?.start()
    const now = clock.wall()
    await schedule(
      ...Array.from({ length: rowsInAll }, (_, i) => ({
        kind: 'many',
        key: `k${i}`,
        dueAt: now + ((i * 7919) % 1_500),
      })),
    )
    const done = () =>
      database.worker
        .query<{ n: number; late: number }>(
          `select count(*) as n, max(extract(epoch from failed_at - due_at))::double precision as late
           from due_failed where kind = 'done'`,
        )
        .then(([row]) => row)
        .catch(() => undefined)
    let cuts = 0
    const end = await until(
      async () => {
        if (cuts < 6 && clock.wall() > now + cuts * 250) {
          cuts += 1
          await owner.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and application_name = 'cauce'`,
          )
        }
        return done()
      },
      (found) => found?.n === rowsInAll,
    )
    assert.ok(cuts > 3)
    // A claim that was cut comes again with the next second.
    assert.ok((end?.late ?? 99) < 3.5, `${end?.late} s late`)
    assert.deepEqual(await rows('many'), [])
  })
})
