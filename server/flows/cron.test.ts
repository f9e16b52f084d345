import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cronFault, nextTime } from '#flows/cron.ts'

const times = (cron: string, zone: string, after: string, n: number): string[] => {
  const found: string[] = []
  for (let at = Date.parse(after); found.length < n; ) {
    at = nextTime(cron, zone, at) ?? assert.fail('it never comes')
    found.push(new Date(at).toISOString())
  }
  return found
}

test('a cron pattern is read in its zone, minute by minute, and strictly after the moment given', () => {
  assert.deepEqual(times('0 9 * * 1-5', 'America/Santiago', '2026-03-06T12:00:00Z', 3), [
    '2026-03-09T12:00:00.000Z',
    '2026-03-10T12:00:00.000Z',
    '2026-03-11T12:00:00.000Z',
  ])
  assert.deepEqual(times('*/20 * * * *', 'UTC', '2026-03-06T11:59:59.999Z', 2), [
    '2026-03-06T12:00:00.000Z',
    '2026-03-06T12:20:00.000Z',
  ])
  assert.deepEqual(times('0 0 L * *', 'UTC', '2026-01-31T00:00:00Z', 2), [
    '2026-02-28T00:00:00.000Z',
    '2026-03-31T00:00:00.000Z',
  ])
})

test('a time of day that the clock change skips comes right after the gap, one that comes twice is its first', () => {
  // Madrid, 29 March 2026: 2:00 to 3:00 do not exist; 25 October: 2:00 to 3:00 come twice.
  assert.deepEqual(times('30 2 * * *', 'Europe/Madrid', '2026-03-28T12:00:00Z', 2), [
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ])
  assert.deepEqual(times('30 2 * * *', 'Europe/Madrid', '2026-10-24T12:00:00Z', 2), [
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ])
  assert.equal(new Set(times('*/30 * * * *', 'Europe/Madrid', '2026-10-24T23:59:00Z', 8)).size, 8)
})

test('several times of day are each once on the nights of a clock change', () => {
  assert.deepEqual(times('30 2,23 * * *', 'Europe/Madrid', '2027-03-27T22:30:00Z', 3), [
    '2027-03-28T01:00:00.000Z',
    '2027-03-28T21:30:00.000Z',
    '2027-03-29T00:30:00.000Z',
  ])
  assert.deepEqual(times('0,30 1-3 * * *', 'Europe/Madrid', '2027-10-30T23:30:00Z', 5), [
    '2027-10-31T00:00:00.000Z',
    '2027-10-31T00:30:00.000Z',
    '2027-10-31T02:00:00.000Z',
    '2027-10-31T02:30:00.000Z',
    '2027-11-01T00:00:00.000Z',
  ])
  // Santiago: the midnight of 5 September does not exist, the last hour of 3 April comes twice.
  assert.deepEqual(times('0 0,12 * * *', 'America/Santiago', '2027-09-04T16:00:00Z', 2), [
    '2027-09-05T04:00:00.000Z',
    '2027-09-05T15:00:00.000Z',
  ])
  assert.deepEqual(times('30 9,23 * * 6', 'America/Santiago', '2027-04-03T12:30:00Z', 2), [
    '2027-04-04T02:30:00.000Z',
    '2027-04-10T13:30:00.000Z',
  ])
})

test('what is no pattern, or never comes, is said', () => {
  for (const [cron, says] of [
    ['', /five fields/],
    ['* * * * * *', /five fields/],
    ['@daily', /five fields/],
    ['2027-01-01T00:00:00', /five fields/],
    ['60 9 * * *', /60 as field 1/],
    ['x 9 * * *', /x as field 1/],
    ['0 0 30 2 *', /never comes/],
  ] as const) {
    assert.match(cronFault(cron, 'UTC')?.en ?? '', says, cron)
  }
  assert.equal(cronFault('0 9 * * mon-fri', 'America/Santiago'), null)
})

test('the field that is wrong is named in both languages', () => {
  assert.deepEqual(cronFault('61 9 * * 1', 'UTC'), {
    en: 'cannot have 61 as field 1, the minute',
    es: 'no puede tener 61 en el campo 1, minuto',
  })
  assert.match(cronFault('0 9 * * lunes', 'UTC')?.es ?? '', /^no puede tener lunes en el campo 5, día de la semana$/)
})
