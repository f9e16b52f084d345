import assert from 'node:assert/strict'
import { type MockTracker, test } from 'node:test'
import { storyClock } from './clock.ts'

const HOUR = 3_600_000
const BEGUN = Date.parse('2026-03-02T12:00:00Z')

/** The machine's steady clock, moved by hand. */
function machine(mock: MockTracker): { tick(ms: number): void } {
  let at = BEGUN
  mock.method(performance, 'now', () => at - performance.timeOrigin)
  const tick = (ms: number) => {
    at += ms
  }
  return { tick }
}

test('the story begins days ago, hurries and is over now: from then on it is the clock on the wall', ({ mock }) => {
  const { tick } = machine(mock)
  const clock = storyClock()
  const behind = () => (clock.wall() - clock.now()) / HOUR
  assert.equal(behind(), 44)
  tick(5_000)
  assert.equal(behind(), 44)
  clock.hurry()
  const hurried = clock.now()
  assert.equal(clock.wallAt(hurried + 24 * HOUR), clock.wall() + 12_000)
  tick(12_000)
  assert.equal(clock.now(), hurried + 24 * HOUR)
  assert.equal(clock.scale, 7_200)
  clock.arrive()
  for (const ms of [0, 600_000]) {
    tick(ms)
    assert.deepEqual([behind(), clock.scale], [0, 1])
  }
  assert.equal(clock.wallAt(hurried + 24 * HOUR), BEGUN + 17_000)
  assert.equal(clock.wallAt(clock.now() + HOUR), clock.wall() + HOUR)
})

test('a story that takes long does not pass the present', ({ mock }) => {
  const { tick } = machine(mock)
  const clock = storyClock()
  clock.hurry()
  tick(60_000)
  assert.deepEqual([clock.now(), clock.scale], [clock.wall(), 1])
  assert.equal(clock.wallAt(clock.now() + HOUR), clock.wall() + HOUR)
})
