import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { afterAttempt, type Breaker, CLOSED, FAILURES_TO_OPEN, MOST_SLOTS, slotsAfter, stateOf } from './breaker.ts'
import type { Verdict } from './delivery.ts'

const fail = (breaker: Breaker, now: number) => afterAttempt(breaker, { verdict: 'retry' }, now, 0.5)
const failing = (times: number, now = 0) => {
  let breaker = CLOSED
  for (let i = 0; i < times; i++) breaker = fail(breaker, now)
  return breaker
}

test('it opens with the tenth failure in a row and not before', () => {
  assert.equal(stateOf(failing(FAILURES_TO_OPEN - 1), 0), 'closed')
  const open = failing(FAILURES_TO_OPEN)
  assert.deepEqual([stateOf(open, 0), open.openUntil, open.opens], ['open', 10_000, 1])
  assert.equal(stateOf(open, 10_000), 'half-open')
})

test('a failed probe doubles the pause up to ten minutes, a good one closes it', () => {
  let breaker = failing(FAILURES_TO_OPEN)
  const pauses: number[] = []
  for (let i = 0; i < 8; i++) {
    const at = breaker.openUntil as number
    breaker = fail(breaker, at)
    pauses.push((breaker.openUntil as number) - at)
  }
  assert.deepEqual(pauses, [20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000, 600_000])
  assert.equal(afterAttempt(breaker, { verdict: 'delivered' }, breaker.openUntil as number, 0.5), CLOSED)
})

test('what was sent before it opened changes nothing, unless it went well', () => {
  const open = failing(FAILURES_TO_OPEN)
  assert.equal(fail(open, 1), open)
  assert.equal(afterAttempt(open, { verdict: 'delivered' }, 1, 0.5), CLOSED)
})

test('a receiver that asks for a pause gets it, an hour at most; a refusal of the request is no sickness', () => {
  const asked = (ms: number) => afterAttempt(CLOSED, { verdict: 'throttle', notBefore: 5 + ms }, 5, 0.5).openUntil
  assert.equal(asked(120_000), 120_005)
  assert.equal(asked(86_400_000), 3_600_005)
  assert.equal(asked(-1_000), null)
  let busy = failing(9)
  for (let now = 0; now < 100_000; now += 2_000) {
    busy = afterAttempt(busy, { verdict: 'throttle', notBefore: now + 2_000 }, now, 0.5)
    assert.equal(busy.openUntil, now + 2_000, 'however often it asks')
  }
  assert.equal(afterAttempt(CLOSED, { verdict: 'retry', notBefore: 99_000 }, 5, 0.5).openUntil, null)
  assert.equal(afterAttempt(failing(9), { verdict: 'permanent' }, 0, 0.5), CLOSED)
})

test('whatever happens: closed after a success, and never open beyond an hour', () => {
  const verdict = fc.constantFrom<Verdict>('delivered', 'retry', 'throttle', 'permanent', 'dead')
  const step = fc.record({
    verdict,
    after: fc.nat(700_000),
    wish: fc.nat(100_000_000),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let breaker = CLOSED
      let now = 0
      for (const { verdict: what, after, wish, random } of steps) {
        now += after
        breaker = afterAttempt(breaker, { verdict: what, notBefore: now + wish }, now, random)
        if (what === 'delivered') assert.equal(breaker, CLOSED)
        assert.ok(breaker.openUntil === null || breaker.openUntil <= now + 3_600_000)
      }
    }),
  )
})

test('slots halve when a receiver is too slow, and come back one by one', () => {
  assert.equal(slotsAfter(64, 'retry', true), 32)
  assert.equal(slotsAfter(1, 'throttle', false), 1)
  assert.equal(slotsAfter(32, 'retry', false), 32)
  assert.equal(slotsAfter(32, 'delivered', false), 33)
  assert.equal(slotsAfter(MOST_SLOTS, 'delivered', false), MOST_SLOTS)
})
