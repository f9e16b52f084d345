import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAhead } from './ahead.ts'
import { CLOSED, FIRST_SLOTS } from './breaker.ts'
import { createFairQueue } from './fair-queue.ts'
import type { Item, TargetKnown } from './hand.ts'

const MOST = 2_000

/** A queue with so many of one target in hand, and something of it just done with. */
function flowing(inHand: number, longestMs?: number) {
  const queue = createFairQueue<Item, TargetKnown>(MOST, FIRST_SLOTS, MOST, () => ({
    breaker: CLOSED,
    saved: false,
    backlog: false,
    left: 0,
    settledAt: Number.NEGATIVE_INFINITY,
    pacedAt: Number.NEGATIVE_INFINITY,
    channel: null,
  }))
  const lane = queue.lane('a', 't')
  for (let i = 0; i < inHand; i++) queue.take(lane)
  const ahead = createAhead(queue, longestMs)
  ahead.settled(lane)
  // However slow the machine is that tests this.
  lane.state.settledAt += 60_000
  return { queue, lane, ahead }
}

/** Whether it is ready by the time that what is pending has run. */
async function isReady(ready: Promise<void>): Promise<boolean> {
  let is = false
  void ready.then(() => {
    is = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  return is
}

test('nobody waits for a target with room', async () => {
  assert.ok(await isReady(flowing(0).ahead.ready()))
  assert.ok(await isReady(flowing(200).ahead.ready()))
})

test('a batch waits for a target that flows and is more than half full, until it has room', async () => {
  const { queue, lane, ahead } = flowing(300, 60_000)
  const ready = ahead.ready()
  assert.ok(!(await isReady(ready)))
  queue.done(lane)
  ahead.moved()
  assert.ok(!(await isReady(ready)))
  for (let i = 0; i < 150; i++) queue.done(lane)
  ahead.moved()
  assert.ok(await isReady(ready))
})

test('a batch waits a moment at most', async () => {
  const { ahead } = flowing(300)
  const began = performance.now()
  await ahead.ready()
  assert.ok(performance.now() - began >= 45)
})

test('nobody waits for a target that hangs, is held, or has much or nobody knows how much left; a little is waited for', async () => {
  const hangs = flowing(300)
  hangs.lane.state.settledAt = performance.now() - 1_000
  assert.ok(await isReady(hangs.ahead.ready()))
  const held = flowing(300)
  held.lane.held = true
  assert.ok(await isReady(held.ahead.ready()))
  const behind = flowing(10, 60_000)
  behind.lane.state.backlog = true
  behind.lane.state.left = 500
  assert.ok(!(await isReady(behind.ahead.ready())))
  for (const left of [0, 100_000]) {
    behind.lane.state.left = left
    assert.ok(await isReady(behind.ahead.ready()))
  }
  behind.ahead.moved()
})
