import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { LogEvent } from '#platform/event.ts'
import type { Consumer, Service } from '#platform/service.ts'
import { flatEvent, testProgram } from '../testing.ts'

type Opened = Awaited<ReturnType<typeof testProgram>>

/** A consumer that writes each event into a table and can be told to fail. */
function ledger(name: string, fails: (event: LogEvent) => boolean): { service: Service; batches: LogEvent[][] } {
  const batches: LogEvent[][] = []
  const consumer: Consumer = {
    name,
    required: true,
    async handle(events) {
      batches.push([...events])
      return (tx) => {
        const bad = events.find(fails)
        const rows = events.map(({ tenant, id, position, subject }) => ({ tenant, id, position, subject }))
        void tx.query(
          `insert into ledger (consumer, tenant, id, position, subject)
           select $1, tenant, id, position, subject from jsonb_to_recordset($2::jsonb) as r (tenant text, id text, position bigint, subject text)`,
          [name, JSON.stringify(rows)],
        )
        if (bad !== undefined) void tx.query('select 1 / $1::int', [0])
      }
    },
  }
  return { service: { name, settings: {}, migrations: null, open: () => ({ consumers: [consumer] }) }, batches }
}

describe('the log', () => {
  let program: Opened
  const poison = new Set<string>()
  const good = ledger('good', () => false)
  const weak = ledger('weak', (event) => poison.has(event.id))

  before(async () => {
    program = await testProgram([good.service, weak.service])
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: program.url })
    await client.connect()
    await client.query(
      'create table ledger (consumer text, tenant text, id text, position bigint, subject text, primary key (consumer, tenant, id))',
    )
    await client.query('grant all on ledger to cauce_worker')
    await client.end()
    await program.start()
  })
  after(() => program.close())

  const rows = (consumer: string) =>
    program.database.worker.query<{ id: string; position: number; subject: string }>(
      'select id, position, subject from ledger where consumer = $1 order by position',
      [consumer],
    )

  it('gives each concurrent append its place, once', async () => {
    const results = await Promise.all(
      Array.from({ length: 1200 }, (_, i) =>
        program.log.append(flatEvent({ id: `e${i % 1000}`, encounterId: `enc-${i % 37}` })),
      ),
    )
    assert.equal(results.filter((result) => result.duplicate).length, 200)
    assert.equal(new Set(results.map((result) => result.position)).size, 1000)
    await program.log.settled()
    assert.equal((await rows('good')).length, 1000)
    assert.equal((await rows('weak')).length, 1000)
  })

  it('keeps the order of a subject in every consumer', async () => {
    const subject = 'ordered'
    for (let i = 0; i < 50; i++) await program.log.append(flatEvent({ id: `o${i}`, encounterId: subject }))
    await program.log.settled()
    const ids = (await rows('weak')).filter((row) => row.subject === subject).map((row) => row.id)
    assert.deepEqual(
      ids,
      Array.from({ length: 50 }, (_, i) => `o${i}`),
    )
  })

  it('holds back only the subject of a poison event, and hands it on when it succeeds', async () => {
    poison.add('p1')
    await Promise.all(['p0', 'p1', 'p2'].map((id) => program.log.append(flatEvent({ id, encounterId: 'sick' }))))
    await program.log.append(flatEvent({ id: 'q1', encounterId: 'healthy' }))
    await program.log.settled()
    const known = new Set((await rows('weak')).map((row) => row.id))
    assert.deepEqual([known.has('p0'), known.has('p1'), known.has('p2'), known.has('q1')], [true, false, false, true])
    assert.equal((await rows('good')).filter((row) => row.subject === 'sick').length, 3)
    const parked = await program.database.worker.query('select event_id, status from event_exception order by position')
    assert.deepEqual(parked, [
      { event_id: 'p1', status: 'retrying' },
      { event_id: 'p2', status: 'waiting' },
    ])
    poison.delete('p1')
    const until = Date.now() + 5_000
    while (Date.now() < until && (await program.database.worker.query('select 1 from event_exception')).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const order = (await rows('weak')).filter((row) => row.subject === 'sick').map((row) => row.id)
    assert.deepEqual(order.sort(), ['p0', 'p1', 'p2'])
    await program.log.append(flatEvent({ id: 'p3', encounterId: 'sick' }))
    await program.log.settled()
    assert.ok((await rows('weak')).some((row) => row.id === 'p3'))
  })

  it('appends with a transaction or not at all', async () => {
    await assert.rejects(
      program.database.transaction(async (tx) => {
        tx.append([flatEvent({ id: 'never' })])
        throw new Error('changed my mind')
      }),
    )
    await program.database.transaction(async (tx) => tx.append([flatEvent({ id: 'always' })]))
    await program.log.settled()
    const ids = (await rows('good')).map((row) => row.id)
    assert.deepEqual([ids.includes('never'), ids.includes('always')], [false, true])
  })

  it('shows the log as outbox and consumed events', async () => {
    const [counts] = await program.database.worker.query<{ published: number; consumed: number }>(
      `select (select count(*) from outbox_event where status = 'published') as published,
        (select count(*) from consumed_event where consumer_name = 'good') as consumed`,
    )
    const [all] = await program.database.worker.query<{ count: number }>('select count(*) as count from event_log')
    assert.equal(counts?.published, all?.count)
    assert.equal(counts?.consumed, all?.count)
  })

  it('shows a tenant nothing of another, and nothing at all without a tenant', async () => {
    await program.log.append(flatEvent({ id: 'secret', tenant: 'other' }))
    const seen = await program.database.asTenant('default', (tx) =>
      tx.query('select id from event_log where id = $1', ['secret']),
    )
    assert.deepEqual(seen, [])
    const none = await program.database.asTenant('', (tx) => tx.query('select id from event_log'))
    assert.deepEqual(none, [])
  })
})

describe('a consumer that nothing concerns', () => {
  it('has passed the last events too, when none come after them', async () => {
    const consumer: Consumer = { name: 'aloof', required: true, handle: async () => null }
    const program = await testProgram([
      { name: 'aloof', settings: {}, migrations: null, open: () => ({ consumers: [consumer] }) },
    ])
    try {
      await program.start()
      for (const id of ['first', 'second', 'last']) {
        await program.log.append(flatEvent({ id }))
        await program.log.settled()
      }
      const pending = () => program.database.worker.query(`select 1 from outbox_event where status = 'pending'`)
      const until = Date.now() + 5_000
      while (Date.now() < until && (await pending()).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
      assert.deepEqual(await pending(), [])
    } finally {
      await program.close()
    }
  })
})
