import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLedger, ledger, pushedClock, serviceOf, until, writeLedger } from '#events/testing.ts'
import { CONFLICT_SQLSTATE } from '#platform/work.ts'
import { flatEvent, testProgram } from '../testing.ts'

type Opened = Awaited<ReturnType<typeof testProgram>>

describe('an event that a consumer cannot handle', () => {
  const clock = pushedClock()
  const poison = new Map<string, () => unknown>()
  let program: Opened
  /** Batches that were tried, by the ids in them. */
  const tried: string[][] = []

  before(async () => {
    const weak = ledger('weak', (events) => {
      tried.push(events.map(({ id }) => id))
      for (const { id } of events) poison.get(id)?.()
    })
    program = await testProgram([weak], { clock })
    await createLedger(program.url)
    await program.start()
  })
  after(() => program.close())

  const handled = async (subject: string) =>
    (
      await program.database.worker.query<{ id: string }>('select id from ledger where subject = $1 order by n', [
        subject,
      ])
    ).map(({ id }) => id)
  const exceptions = (subject: string) =>
    program.database.worker.query<{ event_id: string; status: string; attempts: number; error: string | null }>(
      'select event_id, status, attempts, error from event_exception where subject = $1 order by position',
      [subject],
    )
  const send = (id: string, encounterId: string) => program.log.append(flatEvent({ id, encounterId }))
  const fail = (text: string) => () => {
    throw new Error(text)
  }

  it('is tried at 1 s, 5 s, 30 s and 2 min, holds up nobody but its subject, and is then set aside', async () => {
    poison.set('p1', fail('no'))
    await send('p1', 'sick')
    await send('p2', 'sick')
    await until(
      () => exceptions('sick'),
      (rows) => rows.length === 2,
    )
    for (const [attempts, delayMs] of [
      [2, 1_000],
      [3, 5_000],
      [4, 30_000],
    ] as const) {
      clock.push(delayMs)
      await until(
        () => exceptions('sick'),
        (rows) => rows[0]?.attempts === attempts,
      )
      const began = performance.now()
      await send(`h${attempts}`, `healthy-${attempts}`)
      await until(
        () => handled(`healthy-${attempts}`),
        (ids) => ids.length === 1,
      )
      assert.ok(performance.now() - began < 500, 'another subject waited')
    }
    assert.deepEqual(await handled('sick'), [])
    clock.push(120_000)
    await until(
      () => handled('sick'),
      (ids) => ids.length === 1,
    )
    assert.deepEqual(await handled('sick'), ['p2'])
    assert.deepEqual(await exceptions('sick'), [{ event_id: 'p1', status: 'failed', attempts: 5, error: 'no' }])
  })

  it('is parked whatever its error says, also when that looks like a lost connection or cannot be stored', async () => {
    for (const text of ['the encounter is closed', 'no connection between them', 'cut \ud83d here', 'a \u0000 in it']) {
      const id = `odd ${tried.length}`
      poison.set(id, fail(text))
      await send(id, id)
      const [row] = await until(
        () => exceptions(id),
        (rows) => rows.length === 1,
      )
      assert.equal(row?.status, 'retrying')
    }
  })

  it('is parked when its rows conflict without end', async () => {
    poison.set('torn', () => {
      throw Object.assign(new Error('row guard'), { code: CONFLICT_SQLSTATE })
    })
    await send('torn', 'torn')
    await send('whole', 'whole')
    await until(
      () => handled('whole'),
      (ids) => ids.length === 1,
    )
    await until(
      () => exceptions('torn'),
      (rows) => rows.length === 1,
    )
  })

  it('does not spend its attempts on conflicts', async () => {
    let conflicts = 3
    poison.set('busy', fail('no'))
    await send('busy', 'busy')
    await until(
      () => exceptions('busy'),
      (rows) => rows.length === 1,
    )
    poison.set('busy', () => {
      if (conflicts-- > 0) throw Object.assign(new Error('row guard'), { code: CONFLICT_SQLSTATE })
    })
    clock.push(1_000)
    await until(
      () => handled('busy'),
      (ids) => ids.length === 1,
      3_000,
    )
    assert.deepEqual(await exceptions('busy'), [])
  })

  it('lets thousands that waited behind it pass without stopping the others', async () => {
    poison.set('dam', fail('no'))
    await send('dam', 'river')
    await until(
      () => exceptions('river'),
      (rows) => rows.length === 1,
    )
    await Promise.all(Array.from({ length: 1_500 }, (_, i) => send(`drop-${i}`, 'river')))
    await until(
      () => exceptions('river'),
      (rows) => rows.length === 1_501,
    )
    poison.delete('dam')
    clock.push(1_000)
    await until(
      () => handled('river'),
      (ids) => ids.length > 0,
    )
    const began = performance.now()
    await send('boat', 'boat')
    await until(
      () => handled('boat'),
      (ids) => ids.length === 1,
    )
    assert.ok(performance.now() - began < 300, `another subject waited ${performance.now() - began} ms`)
    const ids = await until(
      () => handled('river'),
      (all) => all.length === 1_501,
    )
    assert.deepEqual(ids, ['dam', ...Array.from({ length: 1_500 }, (_, i) => `drop-${i}`)])
  })

  it('that was set aside and is given back holds its subject again while it fails', async () => {
    poison.set('p1', fail('still no'))
    await program.database.worker.query(
      `update event_exception set status = 'retrying', attempts = 0 where event_id = 'p1'`,
    )
    await program.database.transaction(async (tx) => {
      tx.schedule([
        {
          kind: 'consumer.retry',
          tenant: 'default',
          key: 'weak\nsick',
          dueAt: clock.wall(),
          payload: { consumer: 'weak', subject: 'sick', shard: await shardOfSubject('sick') },
        },
      ])
    })
    await until(
      () => exceptions('sick'),
      (rows) => rows[0]?.attempts === 1,
    )
    await send('p3', 'sick')
    await until(
      () => exceptions('sick'),
      (rows) => rows.length === 2,
    )
    poison.delete('p1')
    clock.push(1_000)
    assert.deepEqual(
      await until(
        () => handled('sick'),
        (ids) => ids.length === 3,
      ),
      ['p2', 'p1', 'p3'],
    )
  })

  const shardOfSubject = async (subject: string) =>
    (
      await program.database.worker.query<{ shard: number }>('select shard from event_log where subject = $1 limit 1', [
        subject,
      ])
    )[0]?.shard ?? -1
})

describe('a batch that times out', () => {
  it('is halved, so that the event at fault is parked alone', async () => {
    const slow = serviceOf({
      name: 'slow',
      required: true,
      handle: async (events) => (tx) => {
        if (events.some(({ id }) => id === 'slow')) {
          void tx.query("set local statement_timeout = '50ms'")
          void tx.query('select pg_sleep($1)', [1])
        }
        writeLedger(tx, 'slow', events)
      },
    })
    const program = await testProgram([slow])
    try {
      await createLedger(program.url)
      await program.start()
      await Promise.all(['a', 'slow', 'b'].map((id) => program.log.append(flatEvent({ id, encounterId: `of ${id}` }))))
      const rows = await until(
        () => program.database.worker.query<{ id: string }>('select id from ledger order by id'),
        (found) => found.length === 2,
      )
      assert.deepEqual(rows, [{ id: 'a' }, { id: 'b' }])
      await until(
        () => program.database.worker.query('select 1 from event_exception'),
        (found) => found.length === 1,
      )
    } finally {
      await program.close()
    }
  })
})
