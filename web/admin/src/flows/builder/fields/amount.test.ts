import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isoOfParts, UNITS } from '../../../ui/iso-duration.ts'
import { amountOf, isoOfAmount } from './amount.ts'

it('gives a form one number and its unit, and writes back what it showed', () => {
  assert.deepEqual(amountOf('PT90M'), { count: 90, unit: 'minute' })
  assert.deepEqual(amountOf('P1DT12H'), { count: 36, unit: 'hour' })
  assert.deepEqual(amountOf('P2W'), { count: 2, unit: 'week' })
  assert.deepEqual(amountOf('P1DT24H'), { count: 2, unit: 'day' })
  for (const unit of UNITS) {
    for (const count of [0, 1, 7, 45]) assert.deepEqual(amountOf(isoOfParts({ [unit]: count })), { count, unit })
  }
})

it('leaves to be written what no whole number of one unit says', () => {
  for (const iso of ['P1M3D', 'PT0.5S', 'PT1M0.5S', 'soon', '']) assert.equal(amountOf(iso), null, iso)
})

it('takes part of a unit for what it is, in whole seconds', () => {
  assert.equal(isoOfAmount({ count: 1.5, unit: 'hour' }), 'PT1H30M')
  assert.equal(isoOfAmount({ count: 0.5, unit: 'week' }), 'P3DT12H')
  assert.equal(isoOfAmount({ count: 1.333, unit: 'minute' }), 'PT1M20S')
  for (const unit of UNITS) assert.equal(isoOfAmount({ count: 36, unit }), isoOfParts({ [unit]: 36 }))
})
