import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { carried, isoOf, isoOfParts, msOf, partsOf, UNITS } from './iso-duration.ts'

describe('ISO 8601 durations', () => {
  it('are told from what is none', () => {
    assert.deepEqual(partsOf('P1Y2M3W4DT5H6M7,5S'), {
      year: 1,
      month: 2,
      week: 3,
      day: 4,
      hour: 5,
      minute: 6,
      second: 7.5,
    })
    for (const none of ['', 'P', 'PT', 'P1DT', '4 hours', 'P1H', 'PT1D', '-PT1H', 'PT1.5H'])
      assert.equal(partsOf(none), null, none)
  })

  it('are measured where they have no months', () => {
    assert.equal(msOf('P1DT2H5M'), 93_900_000)
    assert.equal(msOf('P1W'), 604_800_000)
    assert.equal(msOf('PT1.5S'), 1_500)
    assert.equal(msOf('P1M'), null)
    assert.equal(msOf('4 horas'), null)
  })

  it('are written in the largest units that hold them', () => {
    assert.equal(isoOf(90 * 60_000), 'PT1H30M')
    assert.equal(isoOf(90_061_000), 'P1DT1H1M1S')
    assert.equal(isoOf(14 * 86_400_000), 'P2W')
    assert.equal(isoOf(500), 'PT0.5S')
    assert.equal(isoOf(0), 'PT0S')
    assert.equal(carried('PT172800S'), 'P2D')
    assert.equal(carried('P1M'), 'P1M')
    assert.equal(carried('soon'), 'soon')
  })

  it('come back as they were written', () => {
    const ms = fc.integer({ min: 0, max: 400 * 86_400_000 })
    fc.assert(fc.property(ms, (length) => assert.equal(msOf(isoOf(length)), length)))
    for (const unit of UNITS) assert.deepEqual(partsOf(isoOfParts({ [unit]: 0 })), { [unit]: 0 })
  })
})
