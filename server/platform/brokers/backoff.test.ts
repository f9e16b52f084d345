import assert from 'node:assert/strict'
import { it } from 'node:test'
import { LONGEST_RECONNECT_MS, reconnectDelayMs } from './backoff.ts'

it('connecting again waits 1, 2, 4, 8 … 30 s, spread by a fifth', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 50].map((failures) => reconnectDelayMs(failures, 0.5)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  )
  assert.equal(reconnectDelayMs(1, 0), 800)
  assert.ok(reconnectDelayMs(99, 0.999) <= LONGEST_RECONNECT_MS)
})
