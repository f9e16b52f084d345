import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ALL_PERMISSIONS } from '../../../../../server/access/permissions.ts'
import { ALL_SCOPES, PURPOSES, purposeOf } from './scopes.ts'

it('offers every scope that the program knows, once', () => {
  assert.deepEqual([...ALL_SCOPES].sort(), ALL_PERMISSIONS.filter((scope) => scope !== 'self').sort())
})

it('knows what a key is for by its scopes, as far as one may give them', () => {
  assert.equal(purposeOf(['events:write'], ALL_SCOPES), 'producer')
  assert.equal(purposeOf(PURPOSES.all, ALL_SCOPES), 'all')
  assert.equal(purposeOf(['events:read', 'flows:read'], ['events:read', 'flows:read', 'users:read']), 'reader')
  assert.equal(purposeOf(['events:read', 'events:write'], ALL_SCOPES), 'own')
})
