import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholeAfter } from '#flows/watch/due.ts'

test('all that wait are read each five minutes, and for a hundredth of the time where that takes long', () => {
  assert.equal(wholeAfter(1_000, 20), 301_000)
  assert.equal(wholeAfter(1_000, 12_000), 1_201_000)
})
