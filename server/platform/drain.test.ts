import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BROKEN_OFF_MS, beginDrain, DRAIN_LIMIT_MS, DRAINED_BY_MS } from '#platform/drain.ts'

const STEPS = Object.keys(DRAINED_BY_MS) as (keyof typeof DRAINED_BY_MS)[]
/** For the log and the database, also on a busy machine. */
const SPARE_MS = 2_500

test('a stop comes to its end in time though a client, a broker, a receiver, the database and the collector hang', () => {
  let now = 5_000
  const drain = beginDrain(() => now)
  for (const step of STEPS) {
    now += drain.left(step)
    if (step === 'deliveries') now += BROKEN_OFF_MS
  }
  assert.ok(now - 5_000 <= DRAIN_LIMIT_MS - SPARE_MS, `${now - 5_000} ms of ${DRAIN_LIMIT_MS}`)
})

test('what one step took beyond its share the later ones do without, but for a moment each', () => {
  let now = 0
  const drain = beginDrain(() => now)
  now = 4_100
  assert.equal(drain.left('brokers'), 200)
  assert.equal(drain.left('deliveries'), 200)
  assert.equal(drain.left('marks'), 400)
})

test('a step has what those before it did not need', () => {
  assert.equal(beginDrain(() => 0).left('deliveries'), DRAINED_BY_MS.deliveries)
})
