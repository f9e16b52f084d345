import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { pino } from 'pino'
import { type OpenDatabase, openDatabase } from '#platform/database.ts'
import { openSignals, type Signals } from '#platform/signals.ts'
import { testDatabase } from '#platform/testing.ts'

describe('signals', () => {
  let place: Awaited<ReturnType<typeof testDatabase>>
  let database: OpenDatabase
  let owner: pg.Client
  let here: Signals
  let there: Signals
  before(async () => {
    place = await testDatabase()
    database = openDatabase(place.url)
    owner = new pg.Client({ connectionString: place.url })
    await owner.connect()
    const logger = pino({ level: 'silent' })
    here = await openSignals(database, 'here', logger)
    there = await openSignals(database, 'there', logger)
  })
  after(async () => {
    await here.close()
    await there.close()
    await database.close()
    await owner.end()
    await place.drop()
  })

  /** Resolves with the first message that satisfies. */
  function heard(topic: string, satisfies: (payload: string | null) => boolean = () => true): Promise<string | null> {
    return new Promise((resolve) => there.on(topic, (payload) => satisfies(payload) && resolve(payload)))
  }

  it('reach the other nodes and not their sender', async () => {
    const own: unknown[] = []
    here.on('topic', (payload) => own.push(payload))
    const message = heard('topic')
    here.send('topic', 'hello')
    assert.equal(await message, 'hello')
    assert.deepEqual(own, [])
  })

  it('survive a message of somebody else on the channel, and a listener that throws', async () => {
    const message = heard('sound')
    there.on('sick', () => {
      throw new Error('sick listener')
    })
    for (const text of ['', 'hello', 'null', '[]', '{"node":"x"}', '{"node":"x","topics":{"sick":"","sound":"7"}}']) {
      await owner.query('select pg_notify($1, $2)', ['cauce', text])
    }
    assert.equal(await message, '7')
  })

  it('come again after the connection was lost, and tell that something may have been missed', async () => {
    const missed = heard('lost', (payload) => payload === null)
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'cauce'`,
    )
    assert.equal(await missed, null)
    const message = heard('again', (payload) => payload === 'hello')
    const sending = setInterval(() => here.send('again', 'hello'), 50)
    assert.equal(await message, 'hello')
    clearInterval(sending)
    const { rows } = await owner.query(
      `select query from pg_stat_activity where datname = current_database() and application_name = 'cauce'
         and (query like 'listen%' or query like 'select pg_notify%')`,
    )
    assert.equal(rows.length, 2)
  })

  it('leave no connection behind when they are closed while they connect again', async () => {
    const short = await openSignals(database, 'short', pino({ level: 'silent' }))
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'cauce'`,
    )
    // The moment at which the next connection is on its way.
    const connect = database.connect
    const connecting = Promise.withResolvers<void>()
    database.connect = (role) => {
      connecting.resolve()
      return connect(role)
    }
    await connecting.promise
    database.connect = connect
    await short.close()
    await database.worker.query('select 1')
    const open = async () => {
      const { rows } = await owner.query(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and query = 'listen cauce'`,
      )
      return rows[0].n
    }
    const end = performance.now() + 3_000
    while ((await open()) !== 2 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(await open(), 2)
  })
})
