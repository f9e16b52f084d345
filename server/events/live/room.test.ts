import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { createRoom, FRAME_MS, MOST_LINES } from '#events/live/room.ts'
import type { LogEvent } from '#platform/event.ts'

const event = (position: number) =>
  ({
    position,
    id: `e-${position}`,
    type: 'order.placed',
    subject: 's',
    encounterId: null,
    occurredAt: 1_800_000_000_000,
    raw: '{"secret":1}',
  }) as LogEvent

/** Keeps what it is told; `behind` takes nothing. */
function ear() {
  const frames: { events: { position: number }[]; left: number }[] = []
  const self = {
    behind: false,
    frames,
    take(frame: string) {
      if (self.behind) return false
      assert.match(frame, /^data: [^\n]+\n\n$/)
      frames.push(JSON.parse(frame.slice('data: '.length)))
      return true
    },
  }
  return self
}

let now = 0
const pass = (ms: number) => {
  now += ms
  mock.timers.tick(ms)
}

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] })
  now = 1_000
  mock.method(performance, 'now', () => now)
})
afterEach(() => {
  mock.timers.reset()
  mock.restoreAll()
})

test('the first event is told at once, those of the next moment together, as lines without their content', () => {
  const room = createRoom()
  const one = ear()
  room.add(one)
  room.tell(event(1))
  pass(0)
  assert.deepEqual(one.frames, [
    {
      events: [
        {
          position: 1,
          id: 'e-1',
          type: 'order.placed',
          subject: 's',
          conversationId: null,
          time: '2027-01-15T08:00:00.000Z',
        },
      ],
      left: 0,
    },
  ])
  room.tell(event(2))
  room.tell(event(3))
  pass(FRAME_MS - 1)
  assert.equal(one.frames.length, 1)
  pass(1)
  assert.deepEqual(
    one.frames[1]?.events.map(({ position }) => position),
    [2, 3],
  )
})

test('of many at once some are told and the rest counted', () => {
  const room = createRoom()
  const one = ear()
  room.add(one)
  for (let i = 0; i < MOST_LINES + 30; i++) room.tell(event(i))
  pass(0)
  assert.deepEqual([one.frames[0]?.events.length, one.frames[0]?.left], [MOST_LINES, 30])
  room.tell(event(99))
  pass(FRAME_MS)
  assert.deepEqual([one.frames[1]?.events.length, one.frames[1]?.left], [1, 0])
})

test('a reader that is behind gets no more until it has caught up, and then how many it missed; others do not wait', () => {
  const room = createRoom()
  const [slow, quick] = [ear(), ear()]
  room.add(slow)
  room.add(quick)
  slow.behind = true
  for (let round = 0; round < 3; round++) {
    room.tell(event(round))
    pass(FRAME_MS)
  }
  slow.behind = false
  room.tell(event(3))
  pass(FRAME_MS)
  assert.deepEqual(
    slow.frames.map(({ events, left }) => [events.length, left]),
    [[1, 3]],
  )
  assert.deepEqual(
    quick.frames.map(({ left }) => left),
    [0, 0, 0, 0],
  )
})

test('when the last one has left nothing waits, and whoever comes hears only of what comes then', () => {
  const room = createRoom()
  const leave = room.add(ear())
  room.tell(event(1))
  leave()
  assert.ok(room.empty)
  const later = ear()
  room.add(later)
  pass(FRAME_MS)
  assert.deepEqual(later.frames, [])
})
