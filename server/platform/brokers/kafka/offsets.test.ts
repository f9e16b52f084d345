import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { trackProgress } from '#platform/brokers/kafka/offsets.ts'

test('what is settled ends before the first that is not, in whatever order they are', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3_000 })
  fc.assert(
    fc.property(gaps, fc.infiniteStream(fc.nat()), (steps, chances) => {
      const progress = trackProgress(10n)
      let at = 10n
      const open = new Map<bigint, () => void>()
      for (const step of steps) {
        open.set(at, progress.expect(at))
        at += BigInt(step)
        progress.next = at
      }
      while (open.size > 0) {
        const offsets = [...open.keys()]
        assert.equal(progress.settled, offsets[0], 'the first that is open')
        const chosen = offsets[(chances.next().value as number) % Math.min(3, offsets.length)] as bigint
        open.get(chosen)?.()
        open.delete(chosen)
      }
      assert.equal(progress.settled, progress.next)
    }),
    { numRuns: 20 },
  )
})
