import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessSettings, bootstrap } from '#access/index.ts'
import { accessRig, KEY, PASSWORD } from '#access/testing/rig.ts'
import { readSettings } from '#platform/settings.ts'

/** What the settings of key and login do at later starts. */

let rig: Awaited<ReturnType<typeof accessRig>>

before(async () => {
  rig = await accessRig()
})
after(() => rig?.close())

function startAgain(env: Record<string, string>) {
  const { settings, problems } = readSettings([accessSettings], { CAUCE_API_KEY: KEY, ...env })
  assert.deepEqual(problems, [])
  return bootstrap({ database: rig.program.database, settings, clock: rig.program.runtime.clock })
}
const isIn = async (password: string, email = 'admin@localhost') =>
  (await rig.call(null, 'POST', '/api/v1/login', { email, password })).status === 200

test('the same setting changes nothing, also when the person chose another password since', async () => {
  const token = await rig.login('admin@localhost', PASSWORD)
  const change = { currentPassword: PASSWORD, newPassword: 'chosen by myself' }
  assert.equal((await rig.call(token, 'POST', '/api/v1/me/password', change)).status, 204)
  assert.deepEqual(await startAgain({ CAUCE_ADMIN_PASSWORD: PASSWORD }), {})
  assert.deepEqual([await isIn(PASSWORD), await isIn('chosen by myself')], [false, true])
})

test('a new one is set, ends the sessions, and lets a suspended or lowered owner in again', async () => {
  const { token } = await rig.user('owner')
  const admin = (await rig.call(token, 'GET', '/api/v1/users')).body.items.find(
    ({ email }: { email: string }) => email === 'admin@localhost',
  )
  const session = await rig.login('admin@localhost', 'chosen by myself')
  const lowered = await rig.call(token, 'PATCH', `/api/v1/users/${admin.id}`, { role: 'viewer', status: 'suspended' })
  assert.equal(lowered.status, 200)
  assert.deepEqual(await startAgain({ CAUCE_ADMIN_PASSWORD: 'the way back in' }), { loginSet: true })
  assert.deepEqual([await isIn('chosen by myself'), await isIn('the way back in')], [false, true])
  const { body } = await rig.call(await rig.login('admin@localhost', 'the way back in'), 'GET', '/api/v1/me')
  assert.deepEqual([body.user.role, body.user.id], ['owner', admin.id])
  assert.equal((await rig.call(session, 'GET', '/api/v1/me')).status, 401)
  const { body: audit } = await rig.call(
    KEY,
    'GET',
    `/api/v1/audit?target=user:${admin.id}&action=user.changed&limit=1`,
  )
  assert.deepEqual([audit.items[0].actor, audit.items[0].after.password], ['system', '[redacted]'])
})

test('a new address with a password makes another owner; without one nothing is made where there is an owner', async () => {
  assert.deepEqual(await startAgain({ CAUCE_ADMIN_EMAIL: 'second@example.org' }), {})
  const given = { CAUCE_ADMIN_EMAIL: 'second@example.org', CAUCE_ADMIN_PASSWORD: 'the way back in' }
  assert.deepEqual(await startAgain(given), { loginSet: true })
  assert.ok(await isIn('the way back in', 'second@example.org'))
  // Removed by somebody: the same setting does not bring it back.
  const { body } = await rig.call(KEY, 'GET', '/api/v1/users?limit=200')
  const { id } = body.items.find(({ email }: { email: string }) => email === 'second@example.org')
  assert.equal((await rig.call(KEY, 'DELETE', `/api/v1/users/${id}`)).status, 204)
  assert.deepEqual(await startAgain(given), {})
  assert.ok(!(await isIn('the way back in', 'second@example.org')))
})

test('a CAUCE_API_KEY that is new replaces the one that the setting named before', async () => {
  const next = 'second-key-of-the-tests-0123456789abcdef'
  assert.deepEqual(await startAgain({ CAUCE_API_KEY: next }), {})
  assert.equal((await rig.call(next, 'GET', '/api/v1/me')).status, 200)
  const { body } = await rig.call(next, 'GET', '/api/v1/keys?limit=200')
  assert.deepEqual(
    body.items
      .filter(({ name }: { name: string }) => name === 'CAUCE_API_KEY')
      .map((key: { status: string }) => key.status),
    ['revoked', 'active'],
  )
  // Of before: replaced it stays, which whoever starts with it has to be told.
  assert.deepEqual(await startAgain({}), { keyRevoked: true })
  assert.equal((await rig.call(KEY, 'GET', '/api/v1/me')).status, 401)
  assert.equal((await rig.call(next, 'GET', '/api/v1/me')).status, 200)
})
