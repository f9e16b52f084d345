import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openingsOf, openingsWords, readOpenings, weekOf } from './openings.ts'

describe('hours of a day', () => {
  it('are read as people write them', () => {
    const split = [
      { from: '09:00', to: '14:00' },
      { from: '16:00', to: '20:30' },
    ]
    for (const written of [
      '9-14, 16-20:30',
      '09:00–14:00, 16:00–20:30',
      '9 a 14 y 16 a 20.30',
      '9 to 14 and 1600 to 2030',
    ])
      assert.deepEqual(readOpenings(written), split, written)
    assert.deepEqual(readOpenings('0-24'), [{ from: '00:00', to: '24:00' }])
    assert.deepEqual(readOpenings('  '), [])
  })

  it('are read in whatever order', () => {
    assert.deepEqual(readOpenings('16-20, 9-14'), readOpenings('9-14, 16-20'))
  })

  it('are refused where they make no sense, and it is said why', () => {
    for (const written of ['9', '9-25', '9:70-10', '24-24', 'de día', '9-12-14'])
      assert.equal(readOpenings(written), 'hoursWrong', written)
    for (const written of ['14-9', '22-02', '9-9', '8-12, 22-2'])
      assert.equal(readOpenings(written), 'hoursBackwards', written)
    for (const written of ['9-14, 13-20', '13-20, 9-14', '9-18, 10-11'])
      assert.equal(readOpenings(written), 'hoursOverlap', written)
  })

  it('are written so that they can be read again', () => {
    const openings = openingsOf('9-14, 16-24')
    assert.equal(openingsWords(openings), '09:00–14:00, 16:00–24:00')
    assert.deepEqual(readOpenings(openingsWords(openings)), openings)
    assert.equal(openingsWords(undefined), '')
  })
})

it('a week is told by days of the same hours', () => {
  const [morning, long] = [[{ from: '09:00', to: '13:00' }], [{ from: '09:00', to: '18:00' }]]
  assert.deepEqual(weekOf({ mon: long, tue: long, wed: morning, fri: morning, sat: morning }), [
    { from: 'mon', to: 'tue', hours: '09:00–18:00' },
    { from: 'wed', to: 'wed', hours: '09:00–13:00' },
    { from: 'fri', to: 'sat', hours: '09:00–13:00' },
  ])
  assert.deepEqual(weekOf({}), [])
})
