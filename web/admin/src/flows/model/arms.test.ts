import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withArm, withoutArm } from './arms.ts'

const arms = (...weights: [string, number][]) => weights.map(([handle, weight]) => ({ handle, weight }))

test('an arm that is added or removed leaves the holdout its share', () => {
  const sample = arms(['nudge', 90], ['holdout', 10])
  const two = arms(['nudge', 45], ['holdout', 10], ['text', 45])
  assert.deepEqual(withArm(sample, 'holdout', 'text'), two)
  assert.deepEqual(withoutArm(two, 'holdout', 2), sample)
  assert.deepEqual(withoutArm(two, 'holdout', 0), arms(['holdout', 10], ['text', 90]))
  assert.deepEqual(
    withArm(arms(['none', 1], ['a', 1]), 'none', 'b'),
    arms(['none', 1], ['a', 0.5]).concat(arms(['b', 0.5])),
  )
  assert.deepEqual(withArm(arms(['a', 45], ['none', 5]), 'none', 'b'), arms(['a', 23], ['none', 5], ['b', 22]))
})

test('without a holdout each arm weighs what it weighed, and without treated arms too', () => {
  assert.deepEqual(withArm(arms(['a', 5]), '', 'b'), arms(['a', 5], ['b', 1]))
  assert.deepEqual(withoutArm(arms(['a', 5], ['b', 1]), '', 0), arms(['b', 1]))
  assert.deepEqual(withArm(arms(['none', 5]), 'none', 'b'), arms(['none', 5], ['b', 1]))
  assert.deepEqual(withoutArm(arms(['none', 5], ['a', 5]), 'none', 1), arms(['none', 5]))
  assert.deepEqual(withoutArm(arms(['none', 5], ['a', 5]), 'none', 0), arms(['a', 5]))
})
