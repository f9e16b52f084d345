import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessRig, KEY, PASSWORD } from '#access/testing/rig.ts'

/** What a browser's page of ours sends by itself. */
const PAGE = { 'sec-fetch-site': 'same-origin' }

let rig: Awaited<ReturnType<typeof accessRig>>

before(async () => {
  rig = await accessRig()
})

after(() => rig?.close())

async function signIn(email: string, headers: Record<string, string> = PAGE) {
  const answer = await rig.call(null, 'POST', '/api/v1/session', { email, password: PASSWORD }, headers)
  const set = String(answer.headers['set-cookie'] ?? '')
  return { ...answer, set, cookie: set.split(';', 1)[0] as string }
}

const me = (cookie: string) => rig.call(null, 'GET', '/api/v1/me', undefined, { cookie })

test('signing in sets a cookie that scripts cannot read, and answers no token', async () => {
  const one = await rig.user('agent')
  const { status, body, set, cookie } = await signIn(one.email)
  assert.equal(status, 200)
  assert.deepEqual([body.user.id, body.user.role, body.user.tenant], [one.id, 'agent', 'default'])
  assert.match(set, /^cauce_session=eyJ[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/)
  const token = cookie.slice('cauce_session='.length)
  assert.ok(!JSON.stringify(body).includes(token), 'no script gets to see it')
  assert.equal(Date.parse(body.expiresAt) - rig.program.runtime.clock.wall() > 11 * 3_600_000, true)
  const known = await me(cookie)
  assert.equal(known.status, 200)
  assert.equal(known.body.user.role, 'agent')
  assert.deepEqual([known.body.tenant, known.body.tenantName], ['default', 'Default'])
  const { clock } = rig.program.runtime
  assert.equal(known.body.clock.scale, clock.scale)
  assert.ok(Math.abs(Date.parse(known.body.clock.now) - clock.now()) < 60_000 * clock.scale)
  assert.ok(known.body.permissions.includes('conversations:write') && !known.body.permissions.includes('users:read'))
})

test('over https the cookie is secure and of this host alone', async () => {
  const one = await rig.user('agent')
  const { set, cookie } = await signIn(one.email, { host: 'cauce.example', origin: 'https://cauce.example' })
  assert.match(set, /^__Host-cauce_session=eyJ[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/)
  assert.equal((await me(cookie)).status, 200)
})

test('another site signs nobody in, and changes nothing with a session that is there', async () => {
  const one = await rig.user('agent')
  const foreign = await signIn(one.email, { 'sec-fetch-site': 'cross-site' })
  assert.deepEqual([foreign.status, foreign.body.code, foreign.set], [403, 'cross-site', ''])
  const { cookie } = await signIn(one.email)
  const change = (headers: Record<string, string>) =>
    rig.call(null, 'POST', '/api/v1/logout', undefined, { cookie, ...headers })
  assert.equal((await change({ 'sec-fetch-site': 'cross-site' })).body.code, 'cross-site')
  assert.equal((await change({})).body.code, 'cross-site')
  assert.equal((await me(cookie)).status, 200, 'still in')
  assert.equal((await change(PAGE)).status, 204)
})

test('a session ends with signing out, a new password, a new role, suspension and removal', async () => {
  type One = { id: string; cookie: string; headers: Record<string, string> }
  const ends: [string, (one: One) => Promise<{ status: number; headers: Record<string, unknown> }>][] = [
    ['sign out', ({ headers }) => rig.call(null, 'DELETE', '/api/v1/session', undefined, headers)],
    ['log out', ({ headers }) => rig.call(null, 'POST', '/api/v1/logout', undefined, headers)],
    [
      'password',
      ({ headers }) => {
        const body = { currentPassword: PASSWORD, newPassword: 'another good one' }
        return rig.call(null, 'POST', '/api/v1/me/password', body, headers)
      },
    ],
    ['role', ({ id }) => rig.call(KEY, 'PATCH', `/api/v1/users/${id}`, { role: 'viewer' })],
    ['suspension', ({ id }) => rig.call(KEY, 'PATCH', `/api/v1/users/${id}`, { status: 'suspended' })],
    ['removal', ({ id }) => rig.call(KEY, 'DELETE', `/api/v1/users/${id}`)],
  ]
  for (const [what, end] of ends) {
    const { id, email } = await rig.user('agent')
    const { cookie } = await signIn(email)
    assert.equal((await me(cookie)).status, 200, what)
    const answer = await end({ id, cookie, headers: { cookie, ...PAGE } })
    assert.ok(answer.status < 300, what)
    if (what === 'sign out') assert.match(String(answer.headers['set-cookie']), /^cauce_session=; Path=\/; Max-Age=0;/)
    assert.equal((await me(cookie)).status, 401, what)
  }
})

test('five failures lock the sign-in as they lock the login', async () => {
  const { email } = await rig.user('viewer')
  const wrong = { email, password: 'wrong' }
  for (let i = 0; i < 5; i++) {
    const path = i % 2 === 0 ? '/api/v1/session' : '/api/v1/login'
    assert.equal((await rig.call(null, 'POST', path, wrong, PAGE)).status, 401)
  }
  assert.equal((await signIn(email)).status, 429)
})
