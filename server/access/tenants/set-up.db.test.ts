import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessRig, KEY, PASSWORD } from '#access/testing/rig.ts'

let rig: Awaited<ReturnType<typeof accessRig>>
before(async () => {
  rig = await accessRig()
})
after(() => rig?.close())

const NEW = 'a password of my own'
const setUp = (credential: string, body: object) => rig.call(credential, 'POST', '/api/v1/set-up', body)
const me = async (credential: string) => (await rig.call(credential, 'GET', '/api/v1/me')).body

test('only an owner who is signed in sets the installation up', async () => {
  const body = { name: 'Mine' }
  assert.equal((await setUp(KEY, body)).status, 403, 'a key is nobody')
  assert.equal((await setUp((await rig.user('admin')).token, body)).status, 403)
  assert.equal((await setUp(await rig.login('admin@localhost', PASSWORD, 'sample'), body)).status, 403)
  assert.equal((await me(KEY)).setUp, false)
})

test('a wrong password, a weak one and one without the old one are refused, and nothing is changed', async () => {
  const token = await rig.login('admin@localhost', PASSWORD)
  const cases: [object, string][] = [
    [{ name: 'Mine', currentPassword: 'wrong', newPassword: NEW }, '/currentPassword'],
    [{ name: 'Mine', currentPassword: PASSWORD, newPassword: 'changeme' }, '/newPassword'],
    [{ name: 'Mine', newPassword: NEW }, '/currentPassword'],
    [{ name: ' ' }, '/name'],
  ]
  for (const [body, path] of cases) {
    const answer = await setUp(token, body)
    assert.deepEqual([answer.status, answer.body.errors[0].path], [400, path])
  }
  assert.deepEqual([(await me(token)).setUp, (await me(token)).tenantName], [false, 'Default'])
})

test('it names the organisation and changes the password, here and in the sample workspace, once', async () => {
  const token = await rig.login('admin@localhost', PASSWORD)
  const body = { name: 'Clínica Sur', currentPassword: PASSWORD, newPassword: NEW }
  const answers = await Promise.all([setUp(token, body), setUp(token, body)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409])
  assert.equal((await rig.call(token, 'GET', '/api/v1/me')).status, 401, 'its session is over')
  const again = await rig.login('admin@localhost', NEW)
  assert.deepEqual([(await me(again)).setUp, (await me(again)).tenantName], [true, 'Clínica Sur'])
  const sample = await me(await rig.login('admin@localhost', NEW, 'sample'))
  assert.deepEqual([sample.tenant, sample.setUp], ['sample', true])
  const { body: audit } = await rig.call(KEY, 'GET', '/api/v1/audit?action=tenant.set-up')
  assert.deepEqual([audit.items.length, audit.items[0].after.name], [1, 'Clínica Sur'])
})
