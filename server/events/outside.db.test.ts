import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLedger, pushedClock, serviceOf, until, writeLedger } from '#events/testing.ts'
import { Postponed } from '#platform/postponed.ts'
import type { Consumer } from '#platform/service.ts'
import { testDatabase } from '#platform/testing.ts'
import { flatEvent, testProgram } from '../testing.ts'

type Opened = Awaited<ReturnType<typeof testProgram>>

/** Beyond these it gives in, so that a consumer which spins does not take the test along. */
const MOST_TRIES = 2_000

/** Hands events on to something that may be away. */
function outsider(gate: { away: PromiseWithResolvers<void> | null; tries: number }): Consumer {
  return {
    name: 'outsider',
    required: true,
    outside: true,
    from: 'now',
    async handle(events) {
      gate.tries += 1
      if (gate.away !== null && gate.tries < MOST_TRIES) throw new Postponed('away', gate.away.promise)
      return (tx) => writeLedger(tx, 'outsider', events)
    },
  }
}

describe('a consumer that waits for something outside', () => {
  const clock = pushedClock()
  const gate = { away: null as PromiseWithResolvers<void> | null, tries: 0 }
  let database: Awaited<ReturnType<typeof testDatabase>>
  let program: Opened
  before(async () => {
    // Events that were there before it ran for the first time are not its own.
    database = await testDatabase()
    await createLedger(database.url)
    const earlier = await testProgram([], { clock, url: database.url })
    await earlier.log.append(flatEvent({ id: 'history' }))
    await earlier.close()
    program = await testProgram([serviceOf(outsider(gate))], { clock, url: database.url })
    await program.start()
  })
  after(async () => {
    await program?.close()
    await database?.drop()
  })

  const query = <Row>(text: string) => program.database.worker.query<Row>(text)
  const handled = async () => (await query<{ id: string }>('select id from ledger order by n')).map(({ id }) => id)
  const statusOf = async (id: string) =>
    (await query<{ status: string }>(`select status from outbox_event where id = '${id}'`))[0]?.status

  it('begins with what comes after it was first started', async () => {
    await program.log.append(flatEvent({ id: 'first' }))
    assert.deepEqual(await until(handled, (ids) => ids.length > 0), ['first'])
    assert.equal(await statusOf('history'), 'published')
  })

  it('loses nothing, parks nothing and does not spin while it waits; the doors stay open', async () => {
    gate.away = Promise.withResolvers()
    const before = gate.tries
    for (let i = 0; i < 20; i++) await program.log.append(flatEvent({ id: `late-${i}` }))
    await until(
      () => gate.tries,
      (tries) => tries > before,
    )
    clock.push(60_000)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    assert.equal(gate.tries, before + 1)
    assert.equal(program.log.overload('default'), null)
    assert.equal(await statusOf('late-0'), 'pending')
    assert.deepEqual(await query('select 1 from event_exception'), [])
    const { promise, resolve } = gate.away
    gate.away = null
    resolve()
    await promise
    const ids = await until(handled, (found) => found.length === 21)
    assert.deepEqual(ids, ['first', ...Array.from({ length: 20 }, (_, i) => `late-${i}`)])
    await until(
      () => statusOf('late-19'),
      (status) => status === 'published',
    )
  })

  it('leaves others their time also when what it waits for is over at once, and is not there', async () => {
    gate.away = Promise.withResolvers()
    gate.away.resolve()
    const before = gate.tries
    await program.log.append(flatEvent({ id: 'at-once' }))
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.ok(gate.tries - before < 100, `${gate.tries - before} tries in half a second`)
    gate.away = null
    await until(handled, (ids) => ids.at(-1) === 'at-once')
  })

  it('that is not run any more keeps no event pending, and goes on where it was when it runs again', async () => {
    await program.close()
    const without = await testProgram([{ ...serviceOf(outsider(gate)), open: () => ({ retired: ['outsider'] }) }], {
      clock,
      url: database.url,
    })
    await without.start()
    await without.log.append(flatEvent({ id: 'meanwhile' }))
    assert.equal(
      (
        await without.database.worker.query<{ status: string }>(
          "select status from outbox_event where id = 'meanwhile'",
        )
      )[0]?.status,
      'published',
    )
    await without.close()
    program = await testProgram([serviceOf(outsider(gate))], { clock, url: database.url })
    await program.start()
    await until(handled, (ids) => ids.at(-1) === 'meanwhile')
  })
})

describe('events that are appended together', () => {
  it('share one commit in their order, beside single ones; a repeat among them is told', async () => {
    const program = await testProgram([])
    try {
      const many = Array.from({ length: 500 }, (_, i) => flatEvent({ id: `t${i}` }))
      const [one, results] = await Promise.all([
        program.log.append(flatEvent({ id: 'single' })),
        program.log.appendTogether([...many.slice(0, 499), flatEvent({ id: 't0' })]),
      ])
      assert.equal(one.duplicate, false)
      assert.equal(results.length, 500)
      assert.deepEqual(results.at(-1), { position: results[0]?.position, duplicate: true, published: true })
      const batches = await program.database.worker.query<{ n: number }>(
        `select count(*) as n from event_key where position >= ${results[0]?.position} group by batch`,
      )
      assert.deepEqual(batches, [{ n: 499 }])
      await assert.rejects(program.log.appendTogether([...many, flatEvent({ id: 'more' })]), RangeError)
    } finally {
      await program.close()
    }
  })

  it('are all refused when the database refuses one of them', async () => {
    const program = await testProgram([])
    try {
      const bad = { ...flatEvent({ id: 'bad' }), form: null as never }
      await assert.rejects(program.log.appendTogether([flatEvent({ id: 'good' }), bad]))
      assert.deepEqual(await program.database.worker.query('select 1 from event_log'), [])
      assert.equal((await program.log.append(flatEvent({ id: 'good' }))).duplicate, false)
    } finally {
      await program.close()
    }
  })
})
