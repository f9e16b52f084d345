import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram, mergeHistograms } from './histogram.ts'

test('every percentile is within 1 % of the sorted values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, p) => {
        const histogram = new Histogram()
        for (const value of values) histogram.record(value)
        const sorted = values.toSorted((a, b) => a - b)
        const exact = (sorted[Math.max(1, Math.ceil(values.length * p)) - 1] as number) / 1000
        assert.ok(Math.abs(histogram.percentileMs(p) - exact) <= Math.max(exact * 0.01, 0.001))
      },
    ),
  )
})

test('parts that went through a process boundary add up', () => {
  const [one, two] = [new Histogram(), new Histogram()]
  one.record(100)
  two.record(3_000)
  const merged = mergeHistograms([one, new Histogram(structuredClone(two.counts))])
  assert.equal(merged.total, 2)
  assert.equal(merged.percentileMs(0.5), 0.1)
  assert.ok(Math.abs(merged.maxMs - 3) < 0.03)
})
