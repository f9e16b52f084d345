import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOfShare, isTooBad } from '#flows/canary/share.ts'

const FLOW = '0190a0b0-0000-7000-8000-000000000001'
const keys = Array.from({ length: 20_000 }, (_, i) => `e${i}`)
const share = (percent: number, version = 2) => keys.filter((key) => isOfShare('t', FLOW, version, key, percent))

test('a share is as large as it says, the same each time, and grows without letting anybody go', () => {
  for (const percent of [0.5, 5, 50]) {
    const expected = (keys.length * percent) / 100
    const deviation = Math.sqrt(expected * (1 - percent / 100))
    assert.ok(Math.abs(share(percent).length - expected) < 5 * deviation, `${share(percent).length} of ${expected}`)
  }
  assert.deepEqual(share(5), share(5))
  const larger = new Set(share(20))
  assert.ok(share(5).every((key) => larger.has(key)))
  assert.deepEqual([share(0).length, share(100).length], [0, keys.length])
  assert.notDeepEqual(share(5), share(5, 3), 'the next version is tried by others')
})

test('a version is too bad when more failed than allowed, of enough', () => {
  assert.equal(isTooBad({ failed: 9, ended: 9 }, 0.1, 10), false)
  assert.equal(isTooBad({ failed: 1, ended: 10 }, 0.1, 10), false)
  assert.equal(isTooBad({ failed: 2, ended: 10 }, 0.1, 10), true)
  assert.equal(isTooBad({ failed: 1, ended: 1_000 }, 0, 10), true)
})
