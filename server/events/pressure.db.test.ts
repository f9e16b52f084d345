import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createLedger, ledger, pushedClock, until } from '#events/testing.ts'
import { flatEvent, testProgram } from '../testing.ts'

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
