import assert from 'node:assert/strict'
import { it } from 'node:test'
import { leastWidth } from './least-width.ts'

it('leaves the columns without a width of their own room to be read', () => {
  const columns = [{}, { width: '190px' }, { width: '10%' }, { width: '150px', wideOnly: true }]
  assert.equal(leastWidth(columns, 744), 120 + 190 + 74.4 + 150)
  assert.equal(leastWidth(columns, 720), 120 + 190 + 72)
  assert.equal(leastWidth([], 390), 0)
})
