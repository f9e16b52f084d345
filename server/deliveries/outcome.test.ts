import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attempt, Channel, Delivery } from './delivery.ts'
import { outcomeOf } from './outcome.ts'

const NOW = Date.UTC(2026, 3, 4, 17, 10, 0)
const delivery: Delivery = {
  ...{ tenant: 'a', id: 'd', channel: 'http', target: 'host:x', eventPosition: null, eventId: null, request: null },
  ...{ traceparent: null, cause: null, notifyOn: null, attempts: 0, failures: 0, since: NOW, createdAt: NOW },
}
const calls = { schedule: [3_000, 10_000], timeoutMs: 15_000 }

const asked = (seconds: number, channel: Pick<Channel, 'schedule' | 'timeoutMs' | 'awaited'>, since = NOW) => {
  const attempt: Attempt = { verdict: 'throttle', status: 429, notBefore: NOW + seconds * 1_000 }
  const item = { lease: 1, delivery: { ...delivery, since }, prepared: { summary: 'GET http://x/' } }
  const { ended, nextAt } = outcomeOf(item, channel, attempt, { at: NOW, latencyMs: 5, random: 0.5 })
  return { ended, after: nextAt === null ? null : nextAt - NOW }
}

test('a receiver that asks for more time than somebody waits for the end has refused it', () => {
  const awaited = { ...calls, awaited: true as const }
  assert.deepEqual(asked(30, awaited), { ended: null, after: 30_000 })
  assert.deepEqual(asked(3_600, awaited), { ended: 'failed', after: null })
  // Together its wishes may take no longer either.
  assert.deepEqual(asked(30, awaited, NOW - 40_000), { ended: 'failed', after: null })
  assert.deepEqual(asked(3_600, calls), { ended: null, after: 3_600_000 })
})
