import assert from 'node:assert/strict'
import { test } from 'node:test'
import { covers, effective, outranks, permissionsOf, ROLES } from '#access/permissions.ts'

test('each role may do all that the next one may', () => {
  for (const [i, role] of ROLES.entries()) {
    const lower = ROLES[i + 1]
    if (lower !== undefined) assert.ok(covers(permissionsOf('default', role), permissionsOf('default', lower)), role)
  }
})

test('what concerns the installation holds in the default tenant only', () => {
  assert.ok(permissionsOf('default', 'admin').has('tenants:write'))
  assert.ok(!permissionsOf('acme', 'owner').has('tenants:write'))
  assert.ok(!effective('acme', ['metrics:read', 'events:read']).has('metrics:read'))
})

test('a role outranks itself and those below', () => {
  assert.ok(outranks('admin', 'admin'))
  assert.ok(outranks('owner', 'admin'))
  assert.ok(!outranks('admin', 'owner'))
})

test('nobody gives what they do not have', () => {
  assert.ok(!covers(permissionsOf('acme', 'agent'), ['flows:write']))
})

test('a viewer writes nothing', () => {
  assert.deepEqual(
    [...permissionsOf('acme', 'viewer')].filter((permission) => permission.endsWith(':write')),
    [],
  )
})
