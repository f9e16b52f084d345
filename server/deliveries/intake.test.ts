import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Database } from '#platform/work.ts'
import { CLOSED, FIRST_SLOTS } from './breaker.ts'
import type { Channel, DeliveryDraft } from './delivery.ts'
import { createFairQueue } from './fair-queue.ts'
import type { Hand, TargetLane } from './hand.ts'
import { createIntake } from './intake.ts'
import type { NodeLease } from './node/lease.ts'

const NOW = Date.now()
const DRAFT: DeliveryDraft = { tenant: 'a', id: 'one', channel: 'test', target: 't', traceparent: null, cause: null }

/** An intake over an empty hand; `told` are the lanes of which it said that they have rows, here or in the database. */
function intakeOver() {
  const told: TargetLane[] = []
  const queue = createFairQueue<never, TargetLane['state']>(2_000, FIRST_SLOTS, 128, () => ({
    breaker: CLOSED,
    saved: false,
    backlog: false,
    left: 0,
    settledAt: 0,
    pacedAt: Number.NEGATIVE_INFINITY,
    channel: null,
  })) as unknown as Hand['queue']
  const hand = { queue, has: () => false, pump() {}, accept: (lane: TargetLane) => void told.push(lane) }
  const intake = createIntake({
    database: { worker: { query: async () => [] } } as unknown as Database,
    clock: { wall: () => NOW },
    logger: pino({ level: 'silent' }),
    channels: new Map([['test', { name: 'test' } as unknown as Channel]]),
    lease: { current: () => 1 } as unknown as NodeLease,
    hand: hand as unknown as Hand,
    onBacklog: (lane) => void told.push(lane),
  })
  return { intake, queue, told }
}

test('rows left in the database are told of under the lane of now, also when that of before was forgotten', () => {
  const { intake, queue, told } = intakeOver()
  const before = queue.lane('a', 't')
  before.state.backlog = true
  const reservation = intake.reserve([DRAFT], NOW)
  assert.deepEqual(reservation.taken, [false])
  queue.forget(() => true)
  reservation.committed(null)
  assert.equal(told[0], queue.lane('a', 't'))
  assert.notEqual(told[0], before)
})

test('rows whose commit was answered late count in the lane of now, also when that of before was forgotten', async () => {
  const { intake, queue, told } = intakeOver()
  const reservation = intake.reserve([DRAFT], NOW)
  assert.deepEqual(reservation.taken, [true])
  await intake.look(NOW + 10_000)
  queue.forget(() => true)
  reservation.committed(null)
  const lane = queue.lane('a', 't')
  assert.equal(told[0], lane)
  assert.equal(lane.inHand, 1)
})
