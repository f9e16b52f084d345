import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Calendar } from '#conversations/index.ts'
import { dueNow, eventOf, momentOf, type Timer, type When } from './timer.ts'

const MADRID: Calendar = {
  timeZone: 'Europe/Madrid',
  week: { mon: nine(), tue: nine(), wed: nine(), thu: nine(), fri: nine() },
  holidays: [{ date: '2026-03-30' }],
}
function nine() {
  return [{ from: '09:00', to: '17:00' }]
}

const at = (text: string) => Date.parse(text)
const NOW = at('2026-03-27T14:00:00Z')

function due(when: When, calendar?: Calendar | null): string {
  const { moment, faults } = momentOf(when, calendar, NOW)
  assert.ok(moment, JSON.stringify(faults))
  return new Date(moment.dueAt).toISOString()
}

const fault = (when: When, calendar?: Calendar | null) => momentOf(when, calendar, NOW).faults?.[0]?.path

test('a time is taken as it is, a delay from now', () => {
  assert.equal(due({ dueAt: '2026-04-01T10:00:00+02:00' }), '2026-04-01T08:00:00.000Z')
  assert.equal(due({ delay: 'PT1M' }), '2026-03-27T14:01:00.000Z')
  assert.equal(due({ delay: 'P1DT0.5S' }), '2026-03-28T14:00:00.500Z')
  assert.equal(due({ delay: 'P1M' }), '2026-04-27T14:00:00.000Z')
})

test('business time stops at night, at weekends and on holidays, and knows that the clock changed', () => {
  // Friday 15:00 in Madrid (UTC+1): two hours are left; Monday 30th is a holiday; on Sunday the clock went to UTC+2.
  assert.equal(due({ delay: 'PT2H', calendar: 'c' }, MADRID), '2026-03-27T16:00:00.000Z')
  assert.equal(due({ delay: 'PT3H', calendar: 'c' }, MADRID), '2026-03-31T08:00:00.000Z')
})

test('what no timer can be is told with its field', () => {
  assert.equal(fault({}), '/dueAt')
  assert.equal(fault({ dueAt: '2026-04-01T10:00:00Z', delay: 'PT1H' }), '/delay')
  assert.equal(fault({ dueAt: '2026-04-01T10:00:00Z', calendar: 'c' }, MADRID), '/calendar')
  assert.equal(fault({ delay: 'PT1H', calendar: 'c' }, null), '/calendar')
  assert.equal(fault({ delay: 'P1D', calendar: 'c' }, MADRID), '/delay')
  const minute = { ...MADRID, week: { mon: [{ from: '09:00', to: '09:01' }] } }
  assert.equal(fault({ delay: 'PT1000H', calendar: 'c' }, minute), '/delay')
  for (const delay of ['', '1h', 'PT', '-PT1H', 'P11Y', 'PT1X']) assert.equal(fault({ delay }), '/delay', delay)
  assert.equal(fault({ dueAt: '2036-12-01T00:00:00Z' }), '/dueAt')
})

test('a little past fires at once, far past is a mistake', () => {
  assert.equal(due({ dueAt: '2026-03-26T14:00:00Z' }), '2026-03-26T14:00:00.000Z')
  assert.equal(fault({ dueAt: '2026-03-26T13:59:59Z' }), '/dueAt')
})

const timer = (change: Partial<Timer> = {}): Timer => ({
  tenant: 't',
  id: 'tm-1',
  status: 'scheduled',
  dueAt: at('2026-03-30T08:00:00Z'),
  countsFrom: NOW,
  delayMs: 3 * 3_600_000,
  calendarId: 'c',
  callbackUrl: null,
  event: { type: 'review.due', data: { n: 1 } },
  payload: null,
  error: null,
  attempts: null,
  traceparent: null,
  hops: 0,
  cause: null,
  createdBy: 'key:1',
  createdAt: NOW,
  updatedAt: NOW,
  firedAt: null,
  ...change,
})

test('a holiday declared while a timer waits is counted when it fires', () => {
  assert.equal(dueNow(timer(), MADRID), at('2026-03-31T08:00:00Z'))
  assert.equal(dueNow(timer(), undefined), at('2026-03-30T08:00:00Z'))
  assert.equal(dueNow(timer({ countsFrom: null, delayMs: null, calendarId: null }), MADRID), timer().dueAt)
})

test('the event of a timer is the same at every redo', () => {
  const event = eventOf(timer(), { type: 'review.due', data: { n: 1 } }, NOW)
  assert.equal(event.id, eventOf(timer(), { type: 'review.due' }, NOW + 5).id)
  assert.notEqual(event.id, eventOf(timer({ tenant: 'u' }), { type: 'review.due' }, NOW).id)
  const raw = JSON.parse(event.raw)
  assert.deepEqual(
    [raw.specversion, raw.id, raw.type, raw.subject, raw.data],
    ['1.0', event.id, 'review.due', 'tm-1', { n: 1 }],
  )
  assert.equal(event.cause, 'timer:tm-1')
})
