import assert from 'node:assert/strict'
import { it } from 'node:test'
import { timeBy } from './clock.ts'

it('goes on from what the program said, as fast as its clock does', () => {
  const heard = { domain: 1_000_000, wall: 500, scale: 3_600 }
  assert.equal(timeBy(heard, 'domain', 1_500), 1_000_000 + 3_600_000)
  assert.equal(timeBy(heard, 'wall', 1_500), 1_500)
  assert.equal(timeBy(null, 'domain', 1_500), 1_500)
})
