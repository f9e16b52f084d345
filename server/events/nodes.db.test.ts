import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { asOwner, createLedger, ledger, until } from '#events/testing.ts'
import { flatEvent, testProgram } from '../testing.ts'

type Opened = Awaited<ReturnType<typeof testProgram>>

/** The node is gone without a word: nothing of it runs any more, and nothing was given back. */
async function kill(program: Opened): Promise<void> {
  // Whatever it still tries fails; its sessions end.
  const dead = async () => {
    throw Object.assign(new Error('killed'), { code: '57P01' })
  }
  Object.assign(program.database, { transaction: dead, connect: dead, asTenant: dead })
  program.database.worker.query = dead
}

describe('two nodes over one database', () => {
  let one: Opened
  let two: Opened
  before(async () => {
    one = await testProgram([ledger('reader')], { node: 'one' })
    await createLedger(one.url)
    await one.start()
  })
  after(async () => {
    await two?.close()
    await one.close()
  })

  const holders = async () =>
    (
      await asOwner(one.url, (client) =>
        client.query<{ node: string; n: number }>(
          'select node, count(*)::int as n from shard_lease group by node order by node',
        ),
      )
    ).rows
  const handled = () =>
    asOwner(
      one.url,
      async (client) =>
        (await client.query<{ id: string; subject: string }>('select id, subject from ledger order by n')).rows,
    )

  it('share the shards, and each handles what the other took in', async () => {
    two = await testProgram([ledger('reader')], { node: 'two', url: one.url })
    await two.start()
    await until(holders, (found) => found.length === 2 && found.every(({ n }) => n === 8), 6_000)
    await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        (i % 2 === 0 ? one : two).log.append(flatEvent({ id: `a${i}`, encounterId: `enc-${i % 40}` })),
      ),
    )
    const rows = await until(handled, (found) => found.length === 400)
    assert.equal(new Set(rows.map(({ id }) => id)).size, 400)
  })

  it('one dies in the middle of a load: within 15 s the other has it all, in order and once', async () => {
    const began = performance.now()
    let sent = 0
    const send = async (lane: number) => {
      for (let i = 0; performance.now() - began < 2_000; i++) {
        await one.log.append(flatEvent({ id: `b${lane}-${String(i).padStart(5, '0')}`, encounterId: `lane-${lane}` }))
        sent += 1
      }
    }
    const loading = Promise.all(Array.from({ length: 24 }, (_, lane) => send(lane)))
    setTimeout(() => void kill(two), 500)
    await loading
    const rows = (await until(handled, (found) => found.length === 400 + sent, 15_000)).filter(({ id }) =>
      id.startsWith('b'),
    )
    assert.ok(performance.now() - began < 15_500, 'the shards stood still for too long')
    assert.deepEqual(await holders(), [{ node: 'one', n: 16 }])
    for (let lane = 0; lane < 24; lane++) {
      const ids = rows.filter(({ subject }) => subject === `lane-${lane}`).map(({ id }) => id)
      assert.deepEqual(ids, [...ids].sort())
    }
  })
})

describe('a node that starts while an append is under way', () => {
  it('does not take its events for handled', async () => {
    const first = await testProgram([ledger('reader')])
    let second: Opened | undefined
    try {
      await createLedger(first.url)
      await first.log.append(flatEvent({ id: 'before' }))
      await asOwner(first.url, async (client) => {
        await client.query('begin')
        await client.query(
          `select append_events(jsonb_build_array(jsonb_build_array(0, gen_random_uuid(), 'default', 'late', 'x', 't', 's', 3,
             'flat', 1800000000000, 1800000000000, null, null, null, 0, 'rest', '{}')), gen_random_uuid(), false)`,
        )
        const opening = testProgram([ledger('reader')], { url: first.url, node: 'second' }).then(async (program) => {
          second = program
          await program.start()
        })
        // It waits for the append, or else it has passed it.
        await until(
          () =>
            asOwner(first.url, async (other) => {
              const { rows } = await other.query(
                `select 1 from pg_locks where locktype = 'advisory' and not granted
                 union all select 1 from consumer_cursor where position > 2`,
              )
              return rows.length
            }),
          (n) => n > 0,
        )
        await client.query('commit')
        await opening
      })
      const handled = () =>
        asOwner(first.url, async (client) => (await client.query('select id from ledger order by n')).rows)
      assert.deepEqual(await until(handled, (rows) => rows.length === 2), [{ id: 'before' }, { id: 'late' }])
    } finally {
      await second?.close()
      await first.close()
    }
  })
})
