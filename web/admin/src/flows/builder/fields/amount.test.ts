import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isoOfParts, UNITS } from '../../../ui/iso-duration.ts'
import { amountOf } from './amount.ts'

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
