import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createBatcher } from '#platform/batcher.ts'

describe('a batcher', () => {
  it('makes one call of what comes together and of what gathers while it is under way', async () => {
    const calls: number[][] = []
    const first = Promise.withResolvers<void>()
    const batcher = createBatcher<number, number>({
      maxItems: 3,
      async handle(items) {
        calls.push([...items])
        if (calls.length === 1) await first.promise
        return items.map((item) => item * 10)
      },
    })
    const early = [1, 2].map(batcher.add)
    await new Promise((resolve) => setImmediate(resolve))
    const late = [3, 4, 5, 6].map(batcher.add)
    assert.equal(batcher.depth, 6)
    first.resolve()
    assert.deepEqual(await Promise.all([...early, ...late]), [10, 20, 30, 40, 50, 60])
    assert.deepEqual(calls, [[1, 2], [3, 4, 5], [6]])
    await batcher.idle()
    assert.equal(batcher.depth, 0)
  })

  it('fails the item at fault alone where a fault may be of one item, and all of them where it may not', async () => {
    const make = (bisect: boolean) =>
      createBatcher<number, number>({
        maxItems: 10,
        async handle(items) {
          if (items.includes(3)) throw new Error('three')
          return items.map((item) => (item === 5 ? new Error('five') : item))
        },
        bisect: () => bisect,
      })
    const states = async (bisect: boolean) => {
      const { add } = make(bisect)
      const results = await Promise.allSettled([1, 2, 3, 4, 5].map(add))
      return results.map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message))
    }
    assert.deepEqual(await states(true), [1, 2, 'three', 4, 'five'])
    assert.deepEqual(await states(false), ['three', 'three', 'three', 'three', 'three'])
  })

  it('goes on after a handler that throws at once', async () => {
    let broken = true
    const batcher = createBatcher<number, number>({
      maxItems: 10,
      handle(items) {
        if (broken) throw new Error('broken')
        return Promise.resolve(items)
      },
    })
    await assert.rejects(batcher.add(1), /broken/)
    broken = false
    assert.equal(await batcher.add(2), 2)
  })
})
