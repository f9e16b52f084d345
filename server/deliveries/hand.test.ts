import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import type { Channel, Delivery } from './delivery.ts'
import { createHand } from './hand.ts'
import type { Outcome } from './outcome.ts'

/** A hand with a lease that the test renews or not, and one channel whose receiver never answers; or as `send` says. */
function handOf(timeoutMs: number, send?: Channel['send']) {
  const lease = { leftMs: 18_000 }
  const outcomes: Outcome[] = []
  const signals: AbortSignal[] = []
  const channel: Channel = {
    name: 'slow',
    schedule: [1_000],
    timeoutMs,
    prepare: async (rows) => rows.map(() => ({ summary: 'SLOW' })),
    send(...attempt) {
      signals.push(attempt[2])
      return send?.(...attempt) ?? new Promise(() => {})
    },
  }
  const hand = createHand({
    database: {} as never,
    clock: { wall: () => Date.now() },
    logger: pino({ level: 'silent' }),
    channels: new Map([[channel.name, channel]]),
    lease: {
      current: () => 1,
      remainingMs: () => lease.leftMs,
      start: async () => {},
      stop: async () => {},
    },
    marker: { add: (outcome: Outcome) => void outcomes.push(outcome) } as never,
    spans: { enabled: false } as never,
    random: () => 0.5,
    onTarget: () => {},
    onAttempt: () => {},
  })
  return { hand, lease, outcomes, signals }
}

const delivery: Delivery = {
  tenant: 't',
  id: '00000000-0000-4000-8000-000000000001',
  channel: 'slow',
  target: 'slow',
  eventPosition: null,
  eventId: null,
  request: null,
  traceparent: null,
  cause: null,
  notifyOn: null,
  attempts: 0,
  failures: 0,
  since: 0,
  createdAt: 0,
}

test('an attempt that may outlast the lease goes on while it is renewed, and is broken off when it is not', async () => {
  const { hand, lease, outcomes, signals } = handOf(60_000)
  const lane = hand.queue.lane('t', 'slow')
  hand.queue.take(lane)
  hand.accept(lane, [{ delivery, lease: 1, prepared: { summary: 'SLOW' } }])
  hand.pump()
  assert.equal(signals.length, 1)
  await delay(250)
  assert.equal(signals[0]?.aborted, false, 'renewed, it goes on')
  lease.leftMs = 400
  await delay(250)
  assert.equal(signals[0]?.aborted, true, 'nobody else may make it while it goes on')
  assert.equal(outcomes.length, 1)
  assert.match(JSON.stringify(outcomes[0]), /the lease of this node ran out/)
})

test('what has come by the time-out is the answer, if it is enough to the channel; else there was none', async () => {
  const enough: Channel['send'] = (_prepared, _delivery, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve({ verdict: 'delivered', status: 200 })))
  for (const [send, verdict, slots] of [
    [enough, 'delivered', 4],
    [undefined, 'retry', 4],
  ] as const) {
    const { hand, outcomes } = handOf(50, send)
    const lane = hand.queue.lane('t', 'slow')
    hand.queue.take(lane)
    hand.accept(lane, [{ delivery, lease: 1, prepared: { summary: 'SLOW' } }])
    hand.pump()
    await delay(150)
    assert.deepEqual(
      outcomes.map((outcome) => outcome.verdict),
      [verdict],
    )
    assert.equal(lane.slots, slots, 'either way it is slow, and gets less at once')
  }
})
