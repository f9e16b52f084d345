import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createLedger, ledger, until } from '#events/testing.ts'
import { flatEvent, testProgram } from '../testing.ts'

type Opened = Awaited<ReturnType<typeof testProgram>>

describe('a batch whose COMMIT was not answered', () => {
  let program: Opened
  let lose = 0
  const given: string[] = []

  before(async () => {
    program = await testProgram([ledger('reader', (events) => given.push(...events.map(({ id }) => id)))])
    await createLedger(program.url)
    // The committer's connection: the commit is done, its answer never comes.
    const { connect } = program.database
    program.database.connect = async (role) => {
      const opened = await connect(role)
      return {
        ...opened,
        async query(text, values) {
          const rows = await opened.query(text, values)
          if (text.includes('append_events') && lose-- > 0) {
            await opened.close()
            throw new Error('Connection terminated unexpectedly')
          }
          return rows as never
        },
      }
    }
    await program.start()
  })
  after(() => program.close())

  const handled = () =>
    program.database.worker.query<{ id: string; position: number }>('select id, position from ledger order by n')

  it('is known again when it is sent again, answered as new and handled once', async () => {
    lose = 1
    const ids = Array.from({ length: 20 }, (_, i) => `lost-${i}`)
    const results = await Promise.all(ids.map((id) => program.log.append(flatEvent({ id }))))
    assert.deepEqual(
      results.map(({ duplicate }) => duplicate),
      ids.map(() => false),
    )
    const next = await program.log.append(flatEvent({ id: 'next' }))
    assert.equal(next.duplicate, false)
    const rows = await until(handled, (found) => found.length >= 21)
    assert.deepEqual(
      rows.map(({ id }) => id),
      [...ids, 'next'],
    )
    assert.deepEqual(
      rows.slice(0, 20).map(({ position }) => position),
      results.map(({ position }) => position),
    )
    assert.deepEqual(given, [...ids, 'next'])
  })

  it('keeps the order of a caller whose events fill several batches', async () => {
    lose = 2
    const ids = Array.from({ length: 1_200 }, (_, i) => `many-${i}`)
    await Promise.all(ids.map((id) => program.log.append(flatEvent({ id, encounterId: 'many' }))))
    const rows = await until(handled, (found) => found.length >= 1_221)
    assert.deepEqual(
      rows.slice(21).map(({ id }) => id),
      ids,
    )
  })
})

describe('events of sources that were never seen', () => {
  it('keep their order over batches, although the sources are stored first', async () => {
    const program = await testProgram([ledger('reader')])
    try {
      await createLedger(program.url)
      await program.start()
      const { worker } = program.database
      const { query } = worker
      let slow = true
      worker.query = async (text, values) => {
        if (text.includes('event_source') && slow) {
          slow = false
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        return query(text, values)
      }
      const ids = Array.from({ length: 600 }, (_, i) => `s-${i}`)
      await Promise.all(
        ids.map((id, i) => program.log.append({ ...flatEvent({ id }), source: i < 500 ? 'one' : 'two' })),
      )
      const rows = await program.database.worker.query<{ id: string }>('select id from event_log order by position')
      assert.deepEqual(
        rows.map(({ id }) => id),
        ids,
      )
    } finally {
      await program.close()
    }
  })
})
