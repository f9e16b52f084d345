import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chiSquareTail, normalQuantile } from '#flows/proof/distributions.ts'
import { type Count, newcombe, spreadChance, wilson } from '#flows/proof/intervals.ts'

const of = (hits: number, people: number): Count => ({ hits, people })
const limits = (made: { low: number; high: number } | null) => [made?.low.toFixed(4), made?.high.toFixed(4)]

test('a single share: the examples of Newcombe 1998 (17: 857–872), table I, method 3', () => {
  assert.deepEqual(limits(wilson(of(81, 263))), ['0.2553', '0.3662'])
  assert.deepEqual(limits(wilson(of(15, 148))), ['0.0624', '0.1605'])
  assert.deepEqual(limits(wilson(of(0, 20))), ['0.0000', '0.1611'])
  assert.deepEqual(limits(wilson(of(1, 29))), ['0.0061', '0.1718'])
  assert.equal(wilson(of(0, 0)), null)
})

test('a difference of shares: the examples of Newcombe 1998 (17: 873–890), table II, method 10', () => {
  const examples = [
    [of(56, 70), of(48, 80), '0.0524', '0.3339'],
    [of(9, 10), of(3, 10), '0.1705', '0.8090'],
    [of(6, 7), of(2, 7), '0.0582', '0.8062'],
    [of(5, 56), of(0, 29), '-0.0381', '0.1926'],
    [of(0, 10), of(0, 20), '-0.1611', '0.2775'],
    [of(0, 10), of(0, 10), '-0.2775', '0.2775'],
    [of(10, 10), of(0, 20), '0.6791', '1.0000'],
    [of(10, 10), of(0, 10), '0.6075', '1.0000'],
  ] as const
  for (const [a, b, low, high] of examples) assert.deepEqual(limits(newcombe(a, b)), [low, high])
  assert.equal(newcombe(of(1, 2), of(0, 0)), null)
})

test('the tables of the normal and the chi-square distribution', () => {
  const quantiles = [
    [0.9, 1.281552],
    [0.975, 1.959964],
    [0.995, 2.575829],
    [0.9995, 3.290527],
    [0.5, 0],
  ] as const
  for (const [p, z] of quantiles) {
    assert.ok(Math.abs(normalQuantile(p) - z) < 1e-6, `${p}`)
    assert.ok(Math.abs(normalQuantile(1 - p) + z) < 1e-6, `${1 - p}`)
  }
  const tails = [
    [3.841, 1, 0.05],
    [5.991, 2, 0.05],
    [7.815, 3, 0.05],
    [18.307, 10, 0.05],
    [6.635, 1, 0.01],
    [10.828, 1, 0.001],
    [22.458, 6, 0.001],
    [30.144, 19, 0.05],
  ] as const
  for (const [x, df, p] of tails) assert.ok(Math.abs(chiSquareTail(x, df) / p - 1) < 1e-3, `${x} ${df}`)
})

test('a spread of people: Mendel’s peas fit 9:3:3:1, and a broken split does not fit its weights', () => {
  // R. A. Fisher, Statistical Methods for Research Workers, § 20: chi-square 0.47 with three degrees of freedom.
  const peas = spreadChance([315, 108, 101, 32], [9, 3, 3, 1])
  assert.ok(peas !== null && Math.abs(peas - 0.925) < 0.001, `${peas}`)
  assert.ok((spreadChance([5_300, 4_700], [1, 1]) as number) < 0.001)
  assert.ok((spreadChance([5_050, 4_950], [50, 50]) as number) > 0.3)
  assert.equal(spreadChance([20, 3], [90, 10]), null, 'too few to tell')
  assert.equal(spreadChance([20], [1]), null)
})

const count = fc
  .tuple(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([people, share]) => of(Math.round(people * share), people))
const confidence = fc.constantFrom(0.8, 0.9, 0.95, 0.99, 0.999)

test('limits lie around the share, inside 0 and 1, and mirror each other', () => {
  fc.assert(
    fc.property(count, confidence, (one, level) => {
      const found = wilson(one, level)
      const mirrored = wilson(of(one.people - one.hits, one.people), level)
      assert.ok(found !== null && mirrored !== null)
      assert.ok(0 <= found.low && found.low <= found.value && found.value <= found.high && found.high <= 1)
      assert.ok(Math.abs(found.low + mirrored.high - 1) < 1e-9)
      // The limits are where the score test stands at the level: its definition.
      const z = normalQuantile((1 + level) / 2)
      for (const p of [found.low, found.high]) {
        if (p === 0 || p === 1) continue
        assert.ok(Math.abs(Math.abs(found.value - p) - z * Math.sqrt((p * (1 - p)) / one.people)) < 1e-9)
      }
    }),
  )
})

test('differences lie inside -1 and 1, turn with their sides, and narrow as people come and certainty goes', () => {
  fc.assert(
    fc.property(count, count, (a, b) => {
      const found = newcombe(a, b)
      const turned = newcombe(b, a)
      const surer = newcombe(a, b, 0.99)
      const more = newcombe(of(a.hits * 10, a.people * 10), of(b.hits * 10, b.people * 10))
      assert.ok(found !== null && turned !== null && surer !== null && more !== null)
      assert.ok(
        -1 - 1e-12 <= found.low && found.low <= found.value && found.value <= found.high && found.high <= 1 + 1e-12,
      )
      assert.ok(Math.abs(found.low + turned.high) < 1e-12)
      assert.ok(surer.high - surer.low > found.high - found.low)
      assert.ok(more.high - more.low < found.high - found.low)
    }),
  )
})

test('the interval of a difference holds the true one about as often as it says', () => {
  // Drawn by a generator of its own, so that the count is the same on each machine.
  let seed = 12_345
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
  const drawn = (people: number, p: number) =>
    of(Array.from({ length: people }).filter(() => random() < p).length, people)
  for (const [m, p, n, q] of [
    [400, 0.3, 50, 0.2],
    [200, 0.05, 200, 0.05],
  ] as const) {
    let held = 0
    for (let i = 0; i < 2_000; i++) {
      const found = newcombe(drawn(m, p), drawn(n, q))
      if (found !== null && found.low <= p - q && p - q <= found.high) held++
    }
    assert.ok(held / 2_000 > 0.935 && held / 2_000 < 0.98, `${held / 2_000}`)
  }
})
