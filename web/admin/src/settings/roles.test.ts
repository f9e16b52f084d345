import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ALL_PERMISSIONS, permissionsOf, ROLES as SERVER_ROLES } from '../../../../server/access/permissions.ts'
import type { Permission } from '../app/session.ts'
import { rolesWith } from './role-of-permission.ts'
import { ABILITIES, ROLES, reaches } from './roles.ts'

it('tells of the roles what the program allows them', () => {
  assert.deepEqual([...ROLES], [...SERVER_ROLES])
  for (const role of ROLES)
    for (const { from, permission } of ABILITIES)
      assert.equal(reaches(role, from), permissionsOf('default', role).has(permission), `${role}: ${permission}`)
})

it('names for each permission the roles that have it', () => {
  for (const permission of ALL_PERMISSIONS.filter((each): each is Permission => each !== 'self'))
    assert.deepEqual(
      rolesWith(permission),
      ROLES.filter((role) => permissionsOf('default', role).has(permission)).reverse(),
      permission,
    )
})
