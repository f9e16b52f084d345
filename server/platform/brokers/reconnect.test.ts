import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'

test('a broker is looked for after 1, 2, 4, 8, 16, 30, 30 … s', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 60].map((attempt) => reconnectDelayMs(attempt, 0))
  assert.deepEqual(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('each wait is up to a fifth longer by chance, never shorter', () => {
  assert.equal(reconnectDelayMs(1, 1), 1_200)
  assert.equal(reconnectDelayMs(9, 0.5), 33_000)
})
