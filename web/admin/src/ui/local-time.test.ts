// Its clocks go forward at midnight on 5 September 2027, and back at midnight on 4 April.
process.env.TZ = 'America/Santiago'

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Ends, endsOf, localMinute, momentOf, momentsOf, wholeDays } from './local-time.ts'

const ends = (from: string, to: string): Ends => {
  const [end, other] = [from, to].map((given) => {
    const [day = '', time = ''] = given.split(' ')
    return { day, time }
  })
  return { from: end, to: other } as Ends
}
const moments = (from: string, to: string) => {
  const read = momentsOf(ends(from, to))
  return 'moments' in read ? Object.values(read.moments) : read.fault
}
const HOUR = 3_600_000

it('takes days without a time whole, from midnight to the midnight behind them', () => {
  assert.deepEqual(moments('2026-08-01', '2026-08-15'), ['2026-08-01T04:00:00.000Z', '2026-08-16T04:00:00.000Z'])
  assert.deepEqual(moments('2026-08-01', '2026-08-01'), ['2026-08-01T04:00:00.000Z', '2026-08-02T04:00:00.000Z'])
  assert.deepEqual(moments('2026-12-31', '2026-12-31'), ['2026-12-31T03:00:00.000Z', '2027-01-01T03:00:00.000Z'])
  assert.deepEqual(moments('2026-08-01', ''), ['2026-08-01T04:00:00.000Z', undefined])
  assert.deepEqual(moments('', '2026-08-01'), [undefined, '2026-08-02T04:00:00.000Z'])
})

it('knows that days on which clocks change have 23 and 25 hours', () => {
  for (const [day, hours] of [
    ['2027-09-04', 24],
    ['2027-09-05', 23],
    ['2027-09-06', 24],
    ['2027-04-03', 25],
    ['2027-04-04', 24],
  ] as const) {
    const [from = '', to = ''] = moments(day, day) as string[]
    assert.equal((Date.parse(to) - Date.parse(from)) / HOUR, hours, day)
    assert.deepEqual(endsOf({ from, to }), ends(day, day))
    assert.deepEqual(
      wholeDays({ from, to })?.map((at) => localMinute(at).slice(0, 10)),
      [day, day],
    )
  }
})

it('takes times to the minute, and shows the moments of a link as they would have been chosen', () => {
  const [from, to] = moments('2026-08-01 14:30', '2026-08-01 15:00') as string[]
  assert.deepEqual([from, to], ['2026-08-01T18:30:00.000Z', '2026-08-01T19:00:00.000Z'])
  assert.deepEqual(endsOf({ from, to }), ends('2026-08-01 14:30', '2026-08-01 15:00'))
  assert.equal(wholeDays({ from, to }), null)
  assert.deepEqual(endsOf({ to: '2026-08-01T18:59:10.5Z' }), ends('', '2026-08-01 15:00'))
  assert.deepEqual(endsOf({}), ends('', ''))
})

it('says what cannot be meant, and where', () => {
  assert.deepEqual(moments('', ''), { at: 'from', in: 'day', why: 'none' })
  assert.deepEqual(moments('2026-08-01', ' 10:00'), { at: 'to', in: 'day', why: 'noDay' })
  assert.deepEqual(moments('2026-08-02', '2026-08-01'), { at: 'to', in: 'day', why: 'backwards' })
  assert.deepEqual(moments('2026-08-01 10:00', '2026-08-01 10:00'), { at: 'to', in: 'time', why: 'backwards' })
  assert.deepEqual(moments('2027-09-05 00:30', '2027-09-06'), { at: 'from', in: 'time', why: 'skipped' })
  assert.deepEqual(moments('2027-09-01', '2027-09-05 00:30'), { at: 'to', in: 'time', why: 'skipped' })
})

it('tells a time that clocks skip from one that they show', () => {
  const skipped = momentOf('2027-09-05T00:30')
  assert.deepEqual([skipped?.skipped, localMinute(skipped?.at ?? 0)], [true, '2027-09-05T01:30'])
  for (const minute of ['2027-09-04T23:59', '2027-09-05T01:00', '2027-04-03T23:30', '0002-01-01T00:30'])
    assert.deepEqual([momentOf(minute)?.skipped, localMinute(momentOf(minute)?.at ?? 0)], [false, minute])
  assert.equal(momentOf(''), null)
})
