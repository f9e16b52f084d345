import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DRAIN_LIMIT_MS, DRAIN_MS } from '#platform/drain.ts'

test('a client that hangs and a receiver that hangs do not keep a stop from coming to its end', () => {
  const longest = Object.values(DRAIN_MS).reduce((sum, ms) => sum + ms, 0)
  assert.ok(longest < DRAIN_LIMIT_MS, `${longest} ms of ${DRAIN_LIMIT_MS}`)
})
