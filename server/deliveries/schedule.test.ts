import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nextAttemptAt, parseHttpDate, retryAfterMs, STANDARD_SCHEDULE_MS, spanMs } from './schedule.ts'

const NOW = Date.UTC(2026, 3, 4, 17, 10, 0)
const DAY_MS = 86_400_000

test('the standard schedule has ten attempts over 75 h 35 min 5 s', () => {
  assert.equal(STANDARD_SCHEDULE_MS.length + 1, 10)
  assert.equal(
    STANDARD_SCHEDULE_MS.reduce((sum, delay) => sum + delay, 0),
    (75 * 3600 + 35 * 60 + 5) * 1000,
  )
})

test('the next attempt lies within 15 % of its step and not before the receiver wishes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.option(fc.integer({ min: -DAY_MS, max: 3 * DAY_MS }), { nil: undefined }),
      (failures, random, wish) => {
        const notBefore = wish === undefined ? undefined : NOW + wish
        const at = nextAttemptAt(STANDARD_SCHEDULE_MS, failures, NOW, random, notBefore)
        const delay = STANDARD_SCHEDULE_MS[failures - 1]
        if (delay === undefined) return at === null
        assert.ok(at !== null && at >= NOW + Math.floor(delay * 0.85))
        assert.ok(at >= Math.min(notBefore ?? 0, NOW + DAY_MS))
        return at <= NOW + Math.max(Math.ceil(delay * 1.15), Math.min(wish ?? 0, DAY_MS))
      },
    ),
  )
})

test('Retry-After: seconds, the three forms of a date, garbage ignored, at most a day', () => {
  const cases: [string | undefined, number | undefined][] = [
    ['120', 120_000],
    [' 0 ', 0],
    ['99999999999', DAY_MS],
    ['Sat, 04 Apr 2026 17:12:00 GMT', 120_000],
    ['Saturday, 04-Apr-26 17:12:00 GMT', 120_000],
    ['Sat Apr  4 17:12:00 2026', 120_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sat, 04 Apr 2027 17:12:00 GMT', DAY_MS],
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['2026-04-04T17:12:00Z', undefined],
    ['Sat, 31 Feb 2026 17:12:00 GMT', undefined],
    ['Sat, 04 Abr 2026 17:12:00 GMT', undefined],
    ['Sat, 04 Apr 2026 25:12:00 GMT', undefined],
  ]
  for (const [header, expected] of cases) assert.equal(retryAfterMs(header, NOW), expected, header)
})

test('a date is read back from the form that JavaScript writes, and two-digit years are near', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      const at = seconds * 1000
      return parseHttpDate(new Date(at).toUTCString(), NOW) === at
    }),
  )
  assert.equal(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', NOW), Date.UTC(1994, 10, 6, 8, 49, 37))
})

test('three attempts with delays of 3 s and 10 s and 15 s of time-out fit a minute', () => {
  assert.ok(spanMs([3_000, 10_000], 15_000) <= 60_000)
})
