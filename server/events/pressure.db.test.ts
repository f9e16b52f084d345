import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { asOwner, createLedger, ledger, pushedClock, until } from '#events/testing.ts'
import { flatEvent, testProgram, testServer } from '../testing.ts'

describe('readers that lag', () => {
  it('turn away the tenant whose events wait for half a minute, on every node, and nobody else', async () => {
    const clock = pushedClock()
    const gate = Promise.withResolvers<void>()
    const slow = ledger('slow', () => gate.promise)
    const one = await testProgram([slow], { clock })
    await createLedger(one.url)
    await one.start()
    const two = await testProgram([slow], { clock, url: one.url, node: 'two' })
    await two.start()
    try {
      await one.log.append(flatEvent({ id: 'noise', tenant: 'noisy' }))
      assert.equal(one.log.overload('noisy'), null)
      const refused = await until(
        () => {
          clock.push(500)
          return [one, two].map(({ log }) => log.overload('noisy'))
        },
        (found) => found.every((problem) => problem !== null),
      )
      assert.deepEqual(
        refused.map((problem) => [problem?.status, problem?.retryAfterS]),
        [
          [429, 5],
          [429, 5],
        ],
      )
      assert.equal(one.log.overload('quiet'), null)
      assert.equal(two.log.overload('quiet'), null)
      gate.resolve()
      await until(
        () => [one, two].map(({ log }) => log.overload('noisy')),
        (found) => found.every((problem) => problem === null),
      )
    } finally {
      gate.resolve()
      await two.close()
      await one.close()
    }
  })
})

describe('a large batch', () => {
  it('is committed in parts and in order, and leaves room for the events of others', async () => {
    const program = await testProgram([ledger('reader')])
    const server = await testServer(program)
    try {
      await createLedger(program.url)
      await program.start()
      const events = Array.from({ length: 2_000 }, (_, i) => ({
        specversion: '1.0',
        id: `b${i}`,
        source: 'shop',
        type: 'order.placed',
        subject: 'one',
      }))
      const large = server.inject({
        method: 'POST',
        url: '/api/v1/events',
        headers: { authorization: 'Bearer default', 'content-type': 'application/cloudevents-batch+json' },
        payload: JSON.stringify(events),
      })
      const single = await Promise.race([
        large.then(() => assert.fail('the batch was first')),
        (async () => {
          await until(
            () =>
              asOwner(program.url, async (client) => (await client.query('select 1 from event_log limit 1')).rowCount),
            (n) => n === 1,
          )
          return await program.log.append(flatEvent({ id: 'single' }))
        })(),
      ])
      assert.ok(single.position < 1_900, `after ${single.position}`)
      assert.equal((await large).statusCode, 202)
      const rows = await asOwner(program.url, async (client) => {
        const found = await client.query<{ id: string }>(
          "select id from event_log where source = 'shop' order by position",
        )
        return found.rows
      })
      assert.deepEqual(
        rows.map(({ id }) => id),
        events.map(({ id }) => id),
      )
    } finally {
      await server.close()
      await program.close()
    }
  })
})
