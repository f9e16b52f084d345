import assert from 'node:assert/strict'
import { it } from 'node:test'
import { leastWidth } from './least-width.ts'

it('leaves the columns without a width of their own room to be read', () => {
  assert.equal(leastWidth([{}, { width: '190px' }, { width: '10%' }], 700), 120 + 190 + 70)
  assert.equal(leastWidth([], 390), 0)
})
