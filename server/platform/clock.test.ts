import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it, mock } from 'node:test'
import fc from 'fast-check'
import { databaseClock, steadyNow } from '#platform/clock.ts'
import { openClock } from '#platform/database-clock.ts'
import type { Database } from '#platform/work.ts'

const START = 1_800_000_000_000

/** So much has passed since this program began that this is the time, whatever the machine's clock says. */
const setMachine = (at: number) => mock.method(performance, 'now', () => at - performance.timeOrigin)

describe('the clock', () => {
  beforeEach(() => setMachine(START))
  afterEach(() => mock.restoreAll())

  it('reaches a domain time at the wall time it names, and not before', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1_000_000, noNaN: true }),
        fc.integer({ min: 0, max: 10 * 365 * 86_400_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (scale, ahead, passed) => {
          setMachine(START)
          const clock = databaseClock(scale, { wall: START - passed, domain: START + ahead })
          const now = clock.now()
          setMachine(clock.wallAt(now + 5_000))
          assert.ok(clock.now() >= now + 5_000)
        },
      ),
    )
  })

  it('holds still when a new measurement steps back a little', () => {
    const clock = databaseClock(1, { wall: START, domain: START })
    clock.setOffset(40)
    assert.equal(clock.wall(), START + 40)
    clock.setOffset(0)
    assert.equal(clock.wall(), START + 40)
  })

  it('follows a clock that was an hour wrong instead of standing still for an hour', () => {
    const clock = databaseClock(1, { wall: START, domain: START })
    clock.setOffset(3_600_000)
    assert.equal(clock.wall(), START + 3_600_000)
    clock.setOffset(0)
    assert.equal(clock.wall(), START)
  })
})

describe('the clock of a node whose own is wrong', () => {
  let measure = () => {}
  beforeEach(() => {
    setMachine(START)
    mock.method(globalThis, 'setInterval', (again: () => void) => {
      measure = again
      return { unref() {} }
    })
    mock.method(globalThis, 'clearInterval', () => {})
  })
  afterEach(() => {
    mock.restoreAll()
  })

  /** A database whose time is `ahead` of this machine's, and whose answers take `tookMs`. */
  function slowDatabase() {
    const state = { ahead: -5_000, tookMs: 2 }
    const query = async (text: string) => {
      if (!text.includes('clock_timestamp')) return []
      setMachine(steadyNow() + state.tookMs)
      return [{ at: steadyNow() - state.tookMs / 2 + state.ahead }]
    }
    return { state, database: { worker: { query } } as unknown as Database }
  }
  const measured = async () => {
    measure()
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }

  it('goes on by itself when the clock of the machine is set', async () => {
    const { database } = slowDatabase()
    const { clock, stop } = await openClock(database, 1)
    const before = clock.wall()
    mock.timers.enable({ apis: ['Date'], now: START + 7_200_000 })
    assert.equal(clock.wall(), before)
    mock.timers.reset()
    stop()
  })

  it('stays with what was measured when a later measurement takes too long to tell', async () => {
    const { state, database } = slowDatabase()
    const { clock, stop } = await openClock(database, 1)
    const off = () => clock.wall() - steadyNow()
    assert.equal(off(), -5_000)
    state.tookMs = 12_000
    await measured()
    assert.equal(off(), -5_000)
    state.tookMs = 2
    state.ahead = -4_000
    await measured()
    assert.equal(off(), -4_000)
    stop()
  })
})
