import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureSpans, firstLook, wholeAfter } from '#flows/watch/due.ts'

test('all that wait are read each five minutes, and for a hundredth of the time where that takes long', () => {
  assert.equal(wholeAfter(1_000, 20), 301_000)
  assert.equal(wholeAfter(1_000, 12_000), 1_201_000)
})

test('after a stop of all programs runs have time to catch up before they are late; where others look, nothing is put off', () => {
  const settings = { CAUCE_FLOW_OVERDUE_MINUTES: 5 }
  const at = { wall: 10_000_000, now: 77 }
  const [look, ...more] = firstLook(at.wall - 3_600_000, at, settings)
  assert.deepEqual(more, [])
  assert.partialDeepStrictEqual(look, { dueAt: at.wall, payload: { wholeAt: at.wall + 300_000, awakeSince: 77 } })
  assert.deepEqual(firstLook(undefined, at, settings), [look])
  assert.deepEqual(firstLook(at.wall + 30_000, at, settings), [])
  assert.deepEqual(firstLook(at.wall - 1_000, at, settings), [])
})

test('on a fast clock a burst of failures is still there when the watchdog looks', () => {
  assert.deepEqual(failureSpans(1), { windowMs: 900_000, dayMs: 86_400_000 })
  assert.deepEqual(failureSpans(600), { windowMs: 600 * 900_000, dayMs: 600 * 86_400_000 })
})
