import assert from 'node:assert/strict'
import { it } from 'node:test'
import { permissionsOf, ROLES as SERVER_ROLES } from '../../../../server/access/permissions.ts'
import { ABILITIES, ROLES, reaches } from './roles.ts'

it('tells of the roles what the program allows them', () => {
  assert.deepEqual([...ROLES], [...SERVER_ROLES])
  for (const role of ROLES)
    for (const { from, permission } of ABILITIES)
      assert.equal(reaches(role, from), permissionsOf('default', role).has(permission), `${role}: ${permission}`)
})
