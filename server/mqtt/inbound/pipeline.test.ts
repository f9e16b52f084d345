import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { createPipeline, Stopping } from './pipeline.ts'

const quiet = { onStall() {}, onFlow() {}, pause: async () => {} }

it('handles items beside each other while all goes well', async () => {
  let inHand = 0
  let most = 0
  const pipeline = createPipeline<number>({
    ...quiet,
    async handle() {
      most = Math.max(most, ++inHand)
      await pause(2)
      inHand -= 1
    },
  })
  await Promise.all([1, 2, 3, 4].map((item) => pipeline.take(item)))
  assert.equal(most, 4)
})

it('begins nothing new while one fails, and goes on in order', async () => {
  const done: number[] = []
  const waits: number[] = []
  let away = true
  const told: string[] = []
  const pipeline = createPipeline<number>({
    onStall: () => void told.push('stall'),
    onFlow: () => void told.push('flow'),
    async pause(ms) {
      waits.push(ms)
      if (waits.length === 4) away = false
    },
    async handle(item) {
      await setImmediate()
      if (away) throw new Error('away')
      done.push(item)
    },
  })
  await Promise.all([1, 2, 3].map((item) => pipeline.take(item)))
  await setImmediate()
  assert.deepEqual(done, [1, 2, 3])
  assert.deepEqual(told, ['stall', 'flow'])
  assert.deepEqual(
    waits.map((ms) => Math.round(Math.log2(ms / 1_000))),
    [0, 1, 2, 3],
  )
  assert.equal(pipeline.stalled, false)
})

it('gives back what waits when it stops', async () => {
  const pipeline = createPipeline<number>({
    ...quiet,
    pause: () => pause(5),
    handle: () => Promise.reject(new Error('away')),
  })
  const taken = [1, 2, 3].map((item) => pipeline.take(item))
  await pause(20)
  pipeline.stop()
  for (const one of taken) await assert.rejects(one, Stopping)
  await assert.rejects(pipeline.take(4), Stopping)
})

it('handles each item to the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.boolean(), { maxLength: 3 }), { maxLength: 12 }), async (faults) => {
      const left = faults.map((some) => [...some])
      const done: number[] = []
      const pipeline = createPipeline<number>({
        ...quiet,
        async handle(item) {
          await setImmediate()
          if (left[item]?.shift() === true) throw new Error('away')
          done.push(item)
        },
      })
      await Promise.all(faults.map((_, item) => pipeline.take(item)))
      assert.deepEqual(
        [...done].sort((a, b) => a - b),
        [...faults.keys()],
      )
    }),
    { numRuns: 200 },
  )
})

it('catches up in order behind what is away for so many tries, more and more at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 40 }),
      fc.nat({ max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (before, after, tries) => {
        const done: number[] = []
        let [pauses, inHand, most] = [0, 0, 0]
        const pipeline = createPipeline<number>({
          onStall() {},
          onFlow() {},
          async pause() {
            pauses += 1
          },
          async handle(item) {
            most = Math.max(most, pauses < tries ? 0 : ++inHand)
            await setImmediate()
            if (pauses < tries) throw new Error('away')
            inHand -= 1
            done.push(item)
          },
        })
        const first = Array.from({ length: before + 1 }, (_, item) => pipeline.take(item))
        await setImmediate()
        const later = Array.from({ length: after }, (_, item) => pipeline.take(before + 1 + item))
        await Promise.all([...first, ...later])
        assert.deepEqual(done, [...Array(before + after + 1).keys()])
        if (before + after > 10) assert.ok(most >= 4, `${most} at once`)
      },
    ),
    { numRuns: 100 },
  )
})
