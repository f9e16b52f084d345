import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  addBusinessTime,
  businessTimeBetween,
  type Calendar,
  isOpen,
  nextOpening,
  WEEKDAYS,
  type Weekday,
} from '#conversations/calendars/calendar.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const ZONES = [
  'America/Santiago',
  'Europe/Madrid',
  'America/Mexico_City',
  'America/Argentina/Buenos_Aires',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
]

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

// Quarters of an hour: boundaries then meet clock changes often.
const opening = fc
  .tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 95 }))
  .map(([from, length]) => ({ from: clock(from * 15), to: clock(((from + length) * 15) % 1_440) }))
const openings = fc.array(opening, { maxLength: 3 })
// Days around clock changes of 2025 and 2026 in these zones, and others.
const CHANGES = ['2026-04-04', '2026-09-05', '2026-03-28', '2026-10-24', '2025-04-05', '2025-09-06']
const day = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -4, max: 4 }))
  .map(([date, days]) => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10))

const calendar: fc.Arbitrary<Calendar> = fc
  .record({
    timeZone: fc.constantFrom(...ZONES),
    days: fc.tuple(openings, openings, openings, openings, openings, openings, openings),
    always: opening,
    on: fc.integer({ min: 0, max: 6 }),
    holidays: fc.array(day, { maxLength: 2 }),
    exceptions: fc.array(fc.record({ date: day, openings }), { maxLength: 2 }),
  })
  .map(({ timeZone, days, always, on, holidays, exceptions }) => ({
    timeZone,
    week: Object.fromEntries(WEEKDAYS.map((name, i) => [name, i === on ? [always, ...(days[i] ?? [])] : days[i]])),
    holidays: holidays.map((date) => ({ date })),
    exceptions,
  }))

const start = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -3 * 96, max: 3 * 96 }))
  .map(([date, quarters]) => Date.parse(date) + quarters * 15 * MINUTE)

const formats = new Map<string, Intl.DateTimeFormat>()

/** The wall clock by another road: Intl, minute by minute. */
function wall(timeZone: string, at: number): { date: string; minute: number } {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
  formats.set(timeZone, format)
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return { date: `${part.year}-${part.month}-${part.day}`, minute: Number(part.hour) * 60 + Number(part.minute) }
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

function shiftsOn(calendar: Calendar, date: string) {
  const exception = calendar.exceptions?.findLast((one) => one.date === date)
  if (exception !== undefined) return exception.openings
  if (calendar.holidays?.some((holiday) => 'date' in holiday && holiday.date === date)) return []
  const weekday = WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7] as Weekday
  return calendar.week[weekday] ?? []
}

function openAt(calendar: Calendar, at: number): boolean {
  const { date, minute } = wall(calendar.timeZone, at)
  const before = new Date(Date.parse(date) - DAY).toISOString().slice(0, 10)
  const today = shiftsOn(calendar, date).some(({ from, to }) => {
    const [start, end] = [minutesOf(from), minutesOf(to)]
    return minute >= start && (end <= start || minute < end)
  })
  return (
    today ||
    shiftsOn(calendar, before).some(({ from, to }) => minutesOf(to) <= minutesOf(from) && minute < minutesOf(to))
  )
}

describe('business time, by law', () => {
  it('agrees with a clock read minute by minute', () => {
    fc.assert(
      fc.property(calendar, start, fc.integer({ min: 1, max: 1_200 }), (calendar, from, minutes) => {
        let left = minutes
        let at = from
        for (let steps = 0; left > 0 && steps < 3 * 1_440; steps++) {
          const open = openAt(calendar, at)
          assert.equal(isOpen(calendar, at), open, new Date(at).toISOString())
          at += MINUTE
          if (open) left -= 1
        }
        if (left === 0) assert.equal(addBusinessTime(calendar, from, minutes * MINUTE), at)
        assert.equal(businessTimeBetween(calendar, from, at), (minutes - left) * MINUTE)
      }),
      { numRuns: 60 },
    )
  })

  it('adds up: a then b is a + b, more is never earlier, and what was added lies between', () => {
    // Two of them fit the ten years that are looked through, also at a quarter of an hour a week.
    const span = fc.integer({ min: 0, max: 2 * DAY })
    fc.assert(
      fc.property(calendar, start, span, span, (calendar, from, a, b) => {
        const first = addBusinessTime(calendar, from, a)
        const both = addBusinessTime(calendar, from, a + b)
        assert.equal(addBusinessTime(calendar, first, b), both)
        assert.ok(first <= both && from <= first)
        assert.equal(businessTimeBetween(calendar, from, both), a + b)
      }),
      { numRuns: 300 },
    )
  })

  it('opens next at the first open moment', () => {
    fc.assert(
      fc.property(calendar, start, (calendar, from) => {
        const next = nextOpening(calendar, from)
        assert.ok(next !== null && next >= from)
        assert.ok(isOpen(calendar, next))
        assert.equal(businessTimeBetween(calendar, from, next), 0)
      }),
      { numRuns: 300 },
    )
  })
})
