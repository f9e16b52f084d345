import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ALL_PERMISSIONS } from '#access/permissions.ts'
import { accessRig, KEY, PASSWORD } from '#access/testing/rig.ts'

/** A key never does what whoever made it may not do: not when it is made, and not later. */

const SCOPES = ALL_PERMISSIONS.filter((scope) => scope !== 'self')

let rig: Awaited<ReturnType<typeof accessRig>>
let call: (typeof rig)['call']
let user: (typeof rig)['user']

before(async () => {
  rig = await accessRig()
  ;({ call, user } = rig)
})

after(() => rig?.close())

let made = 0
async function keyBy(credential: string, scopes: readonly string[] = SCOPES) {
  const { status, body } = await call(credential, 'POST', '/api/v1/keys', { name: `key ${++made}`, scopes })
  assert.equal(status, 201, JSON.stringify(body))
  return body as { id: string; key: string; role: string }
}
const newOwner = () => ({ email: `o${++made}@example.org`, name: 'O', role: 'owner', password: PASSWORD })

test('a key with every scope that an administrator made makes no owner and touches none', async () => {
  const admin = await user('admin')
  const owner = await user('owner')
  const { key, role } = await keyBy(admin.token)
  assert.equal(role, 'admin')
  assert.equal((await call(key, 'POST', '/api/v1/users', newOwner())).status, 403)
  assert.equal((await call(key, 'PATCH', `/api/v1/users/${owner.id}`, { password: 'a stolen one' })).status, 403)
  assert.equal((await call(key, 'DELETE', `/api/v1/users/${owner.id}`)).status, 403)
  assert.equal((await call(key, 'PATCH', `/api/v1/users/${admin.id}`, { role: 'owner' })).status, 403)
  assert.equal((await call(key, 'POST', '/api/v1/users', { ...newOwner(), role: 'admin' })).status, 201)
})

test('nor does a key that such a key made', async () => {
  const admin = await user('admin')
  const { key } = await keyBy((await keyBy(admin.token)).key)
  assert.equal((await call(key, 'POST', '/api/v1/users', newOwner())).status, 403)
})

test('keys of an owner, of the installation and of a new tenant may make owners', async () => {
  const owner = await user('owner')
  const { body: tenant } = await call(KEY, 'POST', '/api/v1/tenants', { id: 'ranks', name: 'Ranks' })
  for (const key of [(await keyBy(owner.token)).key, (await keyBy(KEY)).key, tenant.key]) {
    assert.equal((await call(key, 'POST', '/api/v1/users', newOwner())).status, 201)
  }
})

test('a key that may write users and little else makes nobody who may more', async () => {
  const { key } = await keyBy(KEY, ['users:write', 'users:read'])
  for (const role of ['owner', 'admin', 'designer', 'viewer']) {
    assert.equal((await call(key, 'POST', '/api/v1/users', { ...newOwner(), role })).status, 403, role)
  }
})

test('nobody revokes a key that ranks above them', async () => {
  const admin = await user('admin')
  const above = await keyBy(KEY)
  assert.equal((await call(admin.token, 'DELETE', `/api/v1/keys/${above.id}`)).status, 403)
  assert.equal((await call(above.key, 'GET', '/api/v1/me')).status, 200)
  const own = await keyBy(admin.token)
  assert.equal((await call(admin.token, 'DELETE', `/api/v1/keys/${own.id}`)).status, 204)
})

const keyOf = async (id: string) =>
  (await call(KEY, 'GET', '/api/v1/keys?limit=200')).body.items.find((item: { id: string }) => item.id === id)

test('with whoever made it a key is suspended, and works again with them, at once', async () => {
  const admin = await user('admin')
  const direct = await keyBy(admin.token)
  const keys = [direct, await keyBy(direct.key)]
  await call(KEY, 'PATCH', `/api/v1/users/${admin.id}`, { status: 'suspended' })
  for (const { id, key } of keys) {
    assert.equal((await call(key, 'GET', '/api/v1/me')).status, 401)
    assert.equal((await keyOf(id)).status, 'suspended')
  }
  await call(KEY, 'PATCH', `/api/v1/users/${admin.id}`, { status: 'active' })
  for (const { id, key } of keys) {
    assert.equal((await call(key, 'GET', '/api/v1/me')).status, 200)
    assert.equal((await keyOf(id)).status, 'active')
  }
})

test('the keys of somebody who was removed are revoked', async () => {
  const admin = await user('admin')
  const { id, key } = await keyBy(admin.token)
  assert.equal((await call(key, 'GET', '/api/v1/me')).status, 200)
  await call(KEY, 'DELETE', `/api/v1/users/${admin.id}`)
  assert.equal((await call(key, 'GET', '/api/v1/me')).status, 401)
  assert.equal((await keyOf(id)).status, 'revoked')
})

test('a key does no more than the role that its maker has now; a promotion gives it nothing', async () => {
  const admin = await user('admin')
  const { id, key } = await keyBy(admin.token)
  await call(KEY, 'PATCH', `/api/v1/users/${admin.id}`, { role: 'viewer' })
  assert.equal((await call(key, 'GET', '/api/v1/users')).status, 403)
  const { body } = await call(key, 'GET', '/api/v1/me')
  assert.ok(body.permissions.includes('events:read') && !body.permissions.includes('events:write'))
  assert.equal((await keyOf(id)).role, 'viewer')
  await call(KEY, 'PATCH', `/api/v1/users/${admin.id}`, { role: 'owner' })
  assert.equal((await keyOf(id)).role, 'admin')
  assert.equal((await call(key, 'GET', '/api/v1/users')).status, 200)
  assert.equal((await call(key, 'POST', '/api/v1/users', newOwner())).status, 403)
})
