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
  it('is committed in parts, one after the other, and keeps its order', async () => {
    const program = await testProgram([])
    const server = await testServer(program)
    try {
      const ids = Array.from({ length: 250 }, (_, i) => `b${i}`)
      const events = ids.map((id) => ({ specversion: '1.0', id, source: 'shop', type: 'order.placed', subject: 'one' }))
      const answer = await server.inject({
        method: 'POST',
        url: '/api/v1/events',
        headers: { authorization: 'Bearer default', 'content-type': 'application/cloudevents-batch+json' },
        payload: JSON.stringify(events),
      })
      assert.equal(answer.statusCode, 202)
      const [order, parts] = await asOwner(program.url, async (client) => [
        await client.query<{ id: string }>('select id from event_log order by position'),
        await client.query<{ n: number }>(
          'select count(*)::int as n from event_key group by batch order by min(position)',
        ),
      ])
      assert.deepEqual(
        order.rows.map(({ id }) => id),
        ids,
      )
      assert.deepEqual(
        parts.rows.map(({ n }) => n),
        [100, 100, 50],
      )
    } finally {
      await server.close()
      await program.close()
    }
  })
})
