import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FLOW_TROUBLES } from '#events/own-types.ts'
import { judge, type Memory, NOTHING_KNOWN, type Seen, TROUBLES } from '#flows/watch/judge.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LIMITS = { failures: 10, shortestMs: HOUR / 4 }
const WELL: Seen = { begins: true, lastStart: null, failed: 0, failedBefore: 0, overdue: 0 }

/** A flow that begins a run at these hours of each day, looked at each quarter of an hour. */
function lived(hours: readonly number[], days: number, stopsAt = Number.POSITIVE_INFINITY) {
  const starts = Array.from({ length: days }, (_, day) => hours.map((hour) => day * DAY + hour * HOUR)).flat()
  let memory: Memory = NOTHING_KNOWN
  const told: string[] = []
  for (let now = 0; now <= days * DAY; now += HOUR / 4) {
    const lastStart = starts.findLast((at) => at <= now && at < stopsAt) ?? null
    const made = judge(memory, { ...WELL, lastStart }, now, LIMITS)
    memory = made.memory
    told.push(...made.news.map(({ what, over }) => `${what} ${over ? 'over' : 'began'} ${now / HOUR}`))
  }
  return { memory, told }
}

test('a flow that keeps its rhythm, nights and all, is left alone', () => {
  assert.deepEqual(lived([8, 12, 17], 30).told, [])
})

test('one that stops is told of once, when the pause is twice the longest usual one', () => {
  // The longest pause is the night: fifteen hours.
  assert.deepEqual(lived([8, 12, 17], 20, 10 * DAY).told, [`firing_stopped began ${9 * 24 + 17 + 30.25}`])
})

test('one that begins every week is known after seven of them', () => {
  const weekly = (weeks: number, until: number) => {
    let memory: Memory = NOTHING_KNOWN
    const told: number[] = []
    for (let day = 0; day <= until; day++) {
      const lastStart = Math.min(Math.floor(day / 7), weeks - 1) * 7 * DAY
      const made = judge(memory, { ...WELL, lastStart }, day * DAY + HOUR, LIMITS)
      memory = made.memory
      told.push(...made.news.map(() => day))
    }
    return { told, days: memory.days.length }
  }
  assert.deepEqual(weekly(6, 100), { told: [], days: 6 })
  assert.deepEqual(weekly(20, 19 * 7 + 13), { told: [], days: 14 })
  assert.deepEqual(weekly(20, 19 * 7 + 14).told, [19 * 7 + 14])
})

test('a pause counts from when somebody is here again: nothing could begin while all was stopped', () => {
  const { memory } = lived([8, 12, 17], 10)
  const back = 40 * DAY
  const at = (now: number) => judge(memory, { ...WELL, lastStart: memory.lastAt }, now, { ...LIMITS, awakeSince: back })
  assert.deepEqual(at(back).news, [])
  assert.deepEqual(at(back + 30 * HOUR).news, [])
  assert.deepEqual(
    at(back + 31 * HOUR).news.map(({ what }) => what),
    ['firing_stopped'],
  )
})

test('of a flow that is young nothing is said: there is not enough to go by', () => {
  assert.deepEqual(lived([8, 12, 17], 20, 5 * DAY).told, [])
})

test('when it begins runs again that is told, and the pause is not taken for usual', () => {
  const { memory } = lived([8, 12, 17], 20, 10 * DAY)
  const { memory: after, news } = judge(memory, { ...WELL, lastStart: 20 * DAY }, 20 * DAY, LIMITS)
  assert.deepEqual(
    news.map(({ what, over }) => [what, over]),
    [['firing_stopped', true]],
  )
  assert.equal(Math.max(...after.days.map(({ gapMs }) => gapMs)), 15 * HOUR)
})

test('failures are told of once, and again when they are far fewer; what is usual is no burst', () => {
  const at = (memory: Memory, failed: number, failedBefore = 0) =>
    judge(memory, { ...WELL, failed, failedBefore }, DAY, LIMITS)
  assert.deepEqual(at(NOTHING_KNOWN, 9).news, [])
  const burst = at(NOTHING_KNOWN, 10)
  assert.deepEqual(
    burst.news.map(({ what, data }) => [what, data]),
    [['failures_risen', { failed: 10, usual: 0 }]],
  )
  assert.deepEqual(at(burst.memory, 30).news, [])
  assert.deepEqual(at(burst.memory, 6).news, [])
  assert.deepEqual(
    at(burst.memory, 5).news.map(({ over }) => over),
    [true],
  )
  assert.deepEqual(at(NOTHING_KNOWN, 40, 96 * 10).news, [], 'ten in each window are usual')
  const more = at(NOTHING_KNOWN, 60, 96 * 10)
  assert.deepEqual(
    more.news.map(({ what }) => what),
    ['failures_risen'],
  )
  assert.deepEqual(at(more.memory, 26, 96 * 10).news, [])
  assert.deepEqual(
    at(more.memory, 10, 96 * 10).news.map(({ over }) => over),
    [true],
    'back at what is usual',
  )
})

test('late runs are told of once; a look that did not count them says nothing', () => {
  const late = judge(NOTHING_KNOWN, { ...WELL, overdue: 3 }, DAY, LIMITS)
  assert.deepEqual([late.news[0]?.what, late.news[0]?.data], ['runs_overdue', { runs: 3 }])
  assert.deepEqual(judge(late.memory, { ...WELL, overdue: null }, DAY, LIMITS).news, [])
  assert.deepEqual(judge(late.memory, { ...WELL, overdue: 4 }, DAY, LIMITS).news, [])
  assert.equal(judge(late.memory, WELL, DAY, LIMITS).news[0]?.over, true)
})

test('each trouble has an event of the catalogue', () => {
  assert.deepEqual(TROUBLES, FLOW_TROUBLES)
})
