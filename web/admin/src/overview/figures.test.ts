import assert from 'node:assert/strict'
import { it } from 'node:test'
import { channelState, noWayOut, onAxis, points, shareOf, spanOfDay } from './figures.ts'

it('compares shares in points', () => {
  assert.equal(shareOf(3, 0), 0)
  assert.equal(points(0.1234, 'es'), '12,3')
  assert.equal(points(-0.02, 'en'), '-2')
})

it('places intervals around zero, within the axis', () => {
  const { low, high, value, zero } = onAxis({ low: -0.02, high: 0.3, value: 0.14 })
  assert.ok(0 < low && low < zero && zero < value && value < high && high < 100)
})

it('tells how a channel fares', () => {
  const state = (delivered: number, failed: number, stuck = 0, down = false) =>
    channelState({ delivered, failed, stuck, down })
  assert.deepEqual([state(0, 0), state(9, 0), state(9, 1), state(1, 1)], ['quiet', 'good', 'some', 'bad'])
  assert.deepEqual([state(900, 0, 1), state(4, 0, 4), state(0, 0, 1)], ['some', 'bad', 'bad'])
  assert.equal(state(1_000, 0, 1, true), 'bad', 'what arrived before says nothing of a channel that is down')
})

it('opens of a day what was counted of it', () => {
  const from = '2026-11-01T15:30:00.000Z'
  assert.deepEqual(
    [
      spanOfDay('2026-11-01', { from }),
      spanOfDay('2026-11-02', { from }),
      spanOfDay('2026-11-02', { from, to: '2026-11-02T03:00:00.000Z' }),
    ],
    [
      { from, to: '2026-11-02T00:00:00.000Z' },
      { from: '2026-11-02T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' },
      { from: '2026-11-02T00:00:00.000Z', to: '2026-11-02T03:00:00.000Z' },
    ],
  )
})

it('tells which ways out are not set up where something was lost or nothing leaves', () => {
  const deliveries = { waiting: 0, lost: 0, breakersOpen: 0, webhooksPaused: 0, channels: [] }
  const leaves = {
    ...deliveries,
    channels: [{ channel: 'email', delivered: 3, failed: 0, waiting: 0, stuck: 0, down: false }],
  }
  const notSetUp = ['push'] as const
  const told = (failed: number, of: typeof leaves | typeof deliveries) =>
    noWayOut({ notifications: { failed, notSetUp: [...notSetUp] }, deliveries: of })
  assert.deepEqual(told(0, deliveries), { failed: 0, notSetUp: ['push'] })
  assert.deepEqual(told(2, leaves), { failed: 2, notSetUp: ['push'] })
  assert.deepEqual(told(0, leaves), { failed: 0, notSetUp: [] })
})
