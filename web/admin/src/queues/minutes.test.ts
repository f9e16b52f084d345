import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { minutesOf } from '../ui/minutes.ts'
import { closeMinutes, durationOf } from './minutes.ts'

describe('the times of a queue', () => {
  it('are days by the clock and hours by a calendar', () => {
    assert.deepEqual(durationOf(1_440, false), { iso: 'P1D', business: false })
    assert.deepEqual(durationOf(1_440, true), { iso: 'PT24H', business: true })
    assert.deepEqual(durationOf(90, true), { iso: 'PT1H30M', business: true })
    assert.deepEqual(durationOf(45, true), { iso: 'PT45M', business: true })
    assert.equal(durationOf(null, true), null)
  })

  it('come back as the minutes that they were', () => {
    for (const minutes of [1, 59, 60, 90, 1_440, 10_080])
      for (const business of [true, false]) assert.equal(minutesOf(durationOf(minutes, business)), minutes)
  })

  it('close a queue of continuity only after its extension', () => {
    const times = { max_inactive_patient_time: 720, continuity_extension_time: 720 }
    assert.equal(closeMinutes({ ...times, continuity: true }), 1_440)
    assert.equal(closeMinutes({ ...times, continuity: false }), 720)
    assert.equal(closeMinutes({ ...times, continuity: true, max_inactive_patient_time: null }), null)
    assert.equal(closeMinutes({ max_inactive_patient_time: 720, continuity: true }), 720)
  })
})
