import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Database } from '#platform/work.ts'
import { CLOSED, FIRST_SLOTS } from './breaker.ts'
import { createClaims } from './claims.ts'
import type { Channel } from './delivery.ts'
import { createFairQueue } from './fair-queue.ts'
import type { Hand, Row, TargetLane } from './hand.ts'
import type { Marker } from './marking/marker.ts'
import type { NodeLease } from './node/lease.ts'
import { until } from './testing-rig.ts'

/** Claims over rows of one target that are due at these times; nothing looks at the targets but the test. */
function claimsOver(dueAts: readonly number[]) {
  let left = [...dueAts]
  const accepted: TargetLane[] = []
  const queue = createFairQueue<never, TargetLane['state']>(2_000, FIRST_SLOTS, 128, () => ({
    breaker: CLOSED,
    saved: false,
    backlog: false,
    left: 0,
    settledAt: 0,
    pacedAt: Number.NEGATIVE_INFINITY,
    channel: null,
  })) as unknown as Hand['queue']
  const worker = {
    async query(text: string, [given, now]: readonly unknown[]) {
      if (text.includes('recursive')) {
        const [due] = left
        return due === undefined
          ? []
          : [
              {
                tenant: 'a',
                target: 't',
                channel: 'test',
                due,
                since: due,
                open_until: null,
                opens: null,
                failures: null,
              },
            ]
      }
      const [{ most }] = JSON.parse(given as string) as [{ most: number }]
      const rows = left.filter((due) => due <= (now as number)).slice(0, most)
      left = left.slice(rows.length)
      return rows.map((due) => ({ tenant: 'a', id: String(due), target: 't', channel: 'test', due, spacing: null }))
    },
  }
  const hand = {
    queue,
    refence: () => false,
    pump() {},
    accept(lane: TargetLane, rows: readonly Row[]) {
      for (const _ of rows) {
        accepted.push(lane)
        queue.done(lane)
      }
    },
  }
  const claims = createClaims({
    database: { worker } as unknown as Database,
    clock: { wall: Date.now },
    logger: pino({ level: 'silent' }),
    channels: new Map([['test', { name: 'test', schedule: [], timeoutMs: 1_000 } as unknown as Channel]]),
    lease: { current: () => 1 } as unknown as NodeLease,
    hand: hand as unknown as Hand,
    marker: {} as Marker,
    isExpected: () => false,
  })
  return { claims, queue, accepted }
}

test('rows that become due in turn are all claimed without a scan', async () => {
  const now = Date.now()
  const { claims, queue, accepted } = claimsOver([now, now + 30, now + 60, now + 400])
  claims.expect(queue.lane('a', 't'), now + 400)
  await until(async () => accepted.length === 4, 'the claim of all rows')
  await claims.stop()
})

test('a target whose row a scan found to be due soon is not forgotten by it', async () => {
  const now = Date.now()
  const { claims, queue, accepted } = claimsOver([now + 40])
  await claims.scan(now)
  const lane = queue.lane('a', 't')
  await until(async () => accepted.length === 1, 'the claim of the row')
  assert.equal(accepted[0], lane)
  await until(async () => lane.inHand === 0, 'no room left taken')
  await claims.stop()
})
