import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  addBusinessTime,
  businessTimeBetween,
  type Calendar,
  isOpen,
  nextOpening,
} from '#conversations/calendars/calendar.ts'
import { calendarFaults } from '#conversations/calendars/schema.ts'

const HOUR = 3_600_000
const at = (text: string) => Date.parse(text)
const shown = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16))

const split: Calendar = {
  timeZone: 'Europe/Madrid',
  week: Object.fromEntries(
    ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [
      day,
      [
        { from: '09:00', to: '14:00' },
        { from: '16:00', to: '19:00' },
      ],
    ]),
  ),
  holidays: [
    { date: '2026-01-06', name: 'Reyes' },
    { from: '2026-08-10', to: '2026-08-21' },
  ],
  exceptions: [{ date: '2026-12-24', openings: [{ from: '09:00', to: '12:00' }] }],
}

describe('business time', () => {
  it('stops at lunch, at night, at weekends and on holidays', () => {
    // Monday 2026-01-05 13:00 in Madrid; Tuesday is a holiday.
    const from = at('2026-01-05T12:00:00Z')
    assert.equal(shown(addBusinessTime(split, from, 1 * HOUR)), '2026-01-05T13:00')
    assert.equal(shown(addBusinessTime(split, from, 2 * HOUR)), '2026-01-05T16:00')
    assert.equal(shown(addBusinessTime(split, from, 5 * HOUR)), '2026-01-07T09:00')
    assert.equal(shown(addBusinessTime(split, at('2026-08-07T17:00:00Z'), HOUR)), '2026-08-24T08:00')
    assert.equal(businessTimeBetween(split, at('2026-12-24T00:00:00Z'), at('2026-12-25T00:00:00Z')), 3 * HOUR)
  })

  it('is open from the first moment of an opening and closed at its end', () => {
    assert.equal(isOpen(split, at('2026-01-05T08:00:00Z')), true)
    assert.equal(isOpen(split, at('2026-01-05T07:59:59.999Z')), false)
    assert.equal(isOpen(split, at('2026-01-05T13:00:00Z')), false)
    assert.equal(shown(nextOpening(split, at('2026-01-05T13:00:00Z'))), '2026-01-05T15:00')
  })

  it('is an hour shorter on the night the clock goes forward, longer when it goes back', () => {
    const night: Calendar = { timeZone: 'America/Santiago', week: { sat: [{ from: '20:00', to: '08:00' }] } }
    // Chile 2026: back on 4 April at 24:00 (to 23:00), forward on 5 September at 24:00 (to 01:00).
    assert.equal(businessTimeBetween(night, at('2026-04-04T12:00Z'), at('2026-04-06T00:00Z')), 13 * HOUR)
    assert.equal(businessTimeBetween(night, at('2026-09-05T12:00Z'), at('2026-09-07T00:00Z')), 11 * HOUR)
    assert.equal(businessTimeBetween(night, at('2026-01-10T12:00Z'), at('2026-01-12T00:00Z')), 12 * HOUR)
  })

  it('lets a night shift go on into a holiday and not begin on one', () => {
    const night: Calendar = {
      timeZone: 'Etc/UTC',
      week: { mon: [{ from: '22:00', to: '06:00' }], tue: [{ from: '22:00', to: '06:00' }] },
      holidays: [{ date: '2026-03-03' }],
    }
    assert.equal(isOpen(night, at('2026-03-03T05:00Z')), true)
    assert.equal(isOpen(night, at('2026-03-03T23:00Z')), false)
  })
})

describe('a calendar that hardly ever opens', () => {
  const minute: Calendar = { timeZone: 'Europe/Madrid', week: { mon: [{ from: '09:00', to: '09:01' }] } }
  const from = at('2026-01-05T12:00:00Z')
  const TEN_YEARS = 3_660 * 24 * HOUR

  it('ends what it cannot use up further ahead than anything may wait', () => {
    const end = addBusinessTime(minute, from, 1_000 * HOUR)
    assert.ok(end > from + TEN_YEARS)
    assert.equal(addBusinessTime(minute, from, 87_600 * HOUR), end)
    assert.equal(shown(addBusinessTime(minute, from, 2 * 60_000)), '2026-01-19T08:01')
  })

  it('is not looked through for the rest of the century', () => {
    const away = { from: '2026-01-01', to: '2026-12-31' }
    const holidays = Array.from({ length: 170 }, (_, i) => ({
      from: away.from.replace('2026', String(2026 + i)),
      to: away.to.replace('2026', String(2026 + i)),
    }))
    assert.equal(nextOpening({ ...minute, holidays }, from), null)
    assert.ok(addBusinessTime({ ...minute, holidays }, from, HOUR) > from + TEN_YEARS)
  })

  it('counts a span of the past however long it is', () => {
    assert.equal(businessTimeBetween(minute, at('2000-01-01T00:00Z'), at('2026-01-01T00:00Z')), 1_357 * 60_000)
  })
})

describe('a calendar', () => {
  const faults = (calendar: Calendar) => calendarFaults(calendar).map(({ path }) => path)

  it('is refused when it never opens, overlaps, or names no zone', () => {
    assert.deepEqual(calendarFaults(split), [])
    assert.deepEqual(faults({ timeZone: 'Europe/Madrid', week: { mon: [] } }), ['/week'])
    assert.deepEqual(faults({ ...split, timeZone: 'Mars/Olympus' }), ['/timeZone'])
    assert.deepEqual(faults({ ...split, timeZone: '+03:00' }), ['/timeZone'])
    const mon = [
      { from: '09:00', to: '13:00' },
      { from: '12:00', to: '14:00' },
      { from: '15:00', to: '15:00' },
    ]
    assert.deepEqual(faults({ timeZone: 'Etc/UTC', week: { mon } }), ['/week/mon/2', '/week/mon/1'])
  })

  it('is refused with dates that run backwards or out of bounds', () => {
    const holidays = [
      { from: '2026-02-02', to: '2026-02-01' },
      { date: '2200-01-01' },
      { from: '2026-01-01', to: '2028-01-01' },
    ]
    assert.deepEqual(faults({ ...split, holidays }), ['/holidays/0/to', '/holidays/1/date', '/holidays/2/to'])
    const twice = [
      { date: '2026-01-01', openings: [] },
      { date: '2026-01-01', openings: [] },
    ]
    assert.deepEqual(faults({ ...split, exceptions: twice }), ['/exceptions/1/date'])
  })
})
