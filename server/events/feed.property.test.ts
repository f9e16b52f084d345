import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import fc from 'fast-check'
import { createFeed } from '#events/feed.ts'
import type { LogEvent } from '#platform/event.ts'

/** Only what the feed looks at; a text of any size that takes no memory. */
const eventAt = (position: number, length: number) => ({ position, raw: { length } }) as unknown as LogEvent

type Step =
  | { do: 'commit'; own: boolean; sizes: number[]; gap: number }
  | { do: 'push'; which: number }
  | { do: 'read'; reader: number; limit: number }
  | { do: 'look' }
  | { do: 'turn' }
  | { do: 'fail' }

const KILOBYTE = 1024
const size = fc.oneof(
  { weight: 8, arbitrary: fc.constant(KILOBYTE) },
  { weight: 1, arbitrary: fc.constant(900 * KILOBYTE) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      own: fc.boolean(),
      sizes: fc.array(size, { minLength: 1, maxLength: 40 }),
      gap: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), which: fc.nat() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      reader: fc.nat(2),
      limit: fc.constantFrom(1, 3, 500),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'look' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'turn' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'fail' as const }) },
)

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A log that several nodes append to, and how much of it each reader has been given. */
function world() {
  const log: LogEvent[] = []
  const pushes: { base: number; events: LogEvent[]; last: number }[] = []
  let position = 1
  let failures = 0
  let loads = 0
  const load = async (after: number, rows: number, bytes: number) => {
    if (failures > 0) {
      failures -= 1
      throw new Error('the database is away')
    }
    // What is visible when the statement begins; the answer comes later.
    const visible = log.filter((event) => event.position > after).slice(0, rows)
    let upTo = 0
    for (let size = 0; upTo < visible.length && size < bytes; upTo++) size += visible[upTo]?.raw.length ?? 0
    const found = visible.slice(0, upTo)
    if (loads++ % 2 === 0) await turn()
    return found
  }
  const feed = createFeed(position, load, () => 1_000_000 + position)
  const readers = [0, 1, 2].map(() => ({ at: 1, got: [] as number[] }))
  return {
    feed,
    readers,
    log,
    pushes,
    fail() {
      failures += 1
    },
    commit({ own, sizes, gap }: Step & { do: 'commit' }) {
      // A transaction that was rolled back has drawn positions, and they stay drawn.
      position += gap
      const base = position
      const events = sizes.map((length) => eventAt(++position, length))
      log.push(...events)
      if (own) pushes.push({ base, events, last: position })
    },
    async read(reader: number, limit: number) {
      const mine = readers[reader] as (typeof readers)[number]
      const { events, upTo } = await feed.read(mine.at, limit).catch(() => ({ events: [], upTo: mine.at }))
      assert.ok(events.length <= limit)
      assert.ok(events.every((event) => event.position > mine.at && event.position <= upTo))
      mine.got.push(...events.map((event) => event.position))
      mine.at = upTo
    },
  }
}

describe('the tail of the log in memory', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }))
  afterEach(() => mock.timers.reset())

  it('gives every reader each event once and in order, whatever comes late, from elsewhere or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { feed, readers, log, pushes, fail, commit, read } = world()
        for (const one of steps) {
          if (one.do === 'commit') commit(one)
          else if (one.do === 'push' && pushes.length > 0) {
            const [push] = pushes.splice(one.which % pushes.length, 1)
            if (push) feed.push(push.base, push.events, push.last)
          } else if (one.do === 'read') await read(one.reader, one.limit)
          else if (one.do === 'look') feed.look()
          else if (one.do === 'fail') fail()
          else if (one.do === 'turn') await turn()
        }
        const expected = log.map(({ position }) => position)
        for (let rounds = 0; readers.some(({ got }) => got.length < expected.length); rounds++) {
          assert.ok(rounds < 400, 'a reader stands still')
          mock.timers.tick(1_000)
          for (let i = 0; i < 3; i++) await turn()
          for (const reader of readers.keys()) await read(reader, 500)
        }
        for (const { got } of readers) assert.deepEqual(got, expected)
        await feed.stop()
      }),
      { numRuns: 300 },
    )
  })

  it('keeps a bounded part of it, and reads the rest where it is', async () => {
    const { feed, readers, commit, pushes, read, log } = world()
    for (let i = 0; i < 400; i++) {
      commit({ do: 'commit', own: true, sizes: Array.from({ length: 50 }, () => KILOBYTE), gap: 0 })
      const push = pushes.pop()
      if (push) feed.push(push.base, push.events, push.last)
    }
    while (readers[0] && readers[0].got.length < log.length) await read(0, 500)
    assert.deepEqual(
      readers[0]?.got,
      log.map(({ position }) => position),
    )
    await feed.stop()
  })

  it('gives large events a few at a time', async () => {
    const { feed, commit, pushes } = world()
    commit({ do: 'commit', own: true, sizes: Array.from({ length: 12 }, () => 900 * KILOBYTE), gap: 0 })
    const push = pushes.pop()
    if (push) feed.push(push.base, push.events, push.last)
    assert.equal((await feed.read(1, 500)).events.length, 2)
    await feed.stop()
  })

  it('tells how old the oldest event behind a position is', async () => {
    let now = 1_000_000
    const feed = createFeed(
      0,
      async () => [],
      () => now,
    )
    for (let position = 1; position <= 20_000; position++) {
      now += 10
      feed.push(position - 1, [eventAt(position, 1)], position)
    }
    assert.equal(feed.ageAfter(20_000), 0)
    assert.equal(feed.ageAfter(19_999), 0)
    assert.equal(feed.ageAfter(19_899), 1_000)
    const began = performance.now()
    for (let i = 0; i < 20_000; i++) feed.ageAfter(19_998)
    assert.ok(performance.now() - began < 100, 'each question walks the past')
    await feed.stop()
  })
})
