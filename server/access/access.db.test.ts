import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bootstrap } from '#access/index.ts'
import { type Answer, accessRig, KEY, PASSWORD } from '#access/testing/rig.ts'

let rig: Awaited<ReturnType<typeof accessRig>>
let program: (typeof rig)['program']
let app: (typeof rig)['app']
let call: (typeof rig)['call']
let login: (typeof rig)['login']
let user: (typeof rig)['user']

before(async () => {
  rig = await accessRig()
  ;({ program, app, call, login, user } = rig)
})

after(() => rig?.close())

test('the first key and the first owner work, and a second start changes nothing', async () => {
  assert.equal((await call(KEY, 'GET', '/api/v1/me')).body.tenant, 'default')
  const token = await login('admin@localhost', PASSWORD)
  const { body } = await call(token, 'GET', '/api/v1/me')
  assert.equal(body.user.role, 'owner')
  const again = await bootstrap({
    database: program.database,
    settings: program.runtime.settings,
    clock: program.runtime.clock,
  })
  assert.deepEqual(again, {})
  const tenants = await call(KEY, 'GET', '/api/v1/tenants')
  assert.deepEqual(
    tenants.body.items.map(({ id }: { id: string }) => id),
    ['default', 'sample'],
  )
})

test('nobody knows a random key, however often it is tried', async () => {
  for (const credential of ['nope', `cauce_${'x'.repeat(43)}`, 'eyJhbGciOiJub25lIn0.e30.']) {
    assert.equal((await call(credential, 'GET', '/api/v1/me')).status, 401)
    assert.equal((await call(credential, 'GET', '/api/v1/me')).status, 401)
  }
})

test('a key does what its scopes say until it is revoked, which holds at once', async () => {
  const { body: key } = await call(KEY, 'POST', '/api/v1/keys', { name: 'narrow', scopes: ['keys:read'] })
  assert.match(key.key, /^cauce_/)
  const list = await call(key.key, 'GET', '/api/v1/keys')
  assert.equal(list.status, 200)
  assert.ok(!JSON.stringify(list.body).includes(key.key), 'a key is never shown again')
  assert.equal((await call(key.key, 'GET', '/api/v1/users')).status, 403)
  assert.equal((await call(KEY, 'DELETE', `/api/v1/keys/${key.id}`)).status, 204)
  assert.equal((await call(key.key, 'GET', '/api/v1/keys')).status, 401)
  assert.equal((await call(KEY, 'DELETE', `/api/v1/keys/${key.id}`)).status, 404)
})

test('whoever reads conversations knows colleagues by name, and no more of them', async () => {
  const [agent, viewer] = [await user('agent'), await user('viewer')]
  const { status, body } = await call(agent.token, 'GET', '/api/v1/colleagues')
  assert.equal(status, 200)
  const [first] = body.items
  assert.deepEqual(Object.keys(first).sort(), ['canAnswer', 'id', 'name'])
  const canAnswer = (of: string) => body.items.find(({ id }: { id: string }) => id === of)?.canAnswer
  // A viewer has a name in what they did, and nobody answers what is given to them.
  assert.deepEqual([canAnswer(agent.id), canAnswer(viewer.id)], [true, false])
  assert.equal((await call(agent.token, 'GET', '/api/v1/users')).status, 403)
})

test('a key that has expired is no key', async () => {
  const expiresAt = new Date(program.runtime.clock.wall() - 1000).toISOString()
  assert.equal((await call(KEY, 'POST', '/api/v1/keys', { name: 'x', scopes: ['keys:read'], expiresAt })).status, 400)
  const later = new Date(program.runtime.clock.wall() + 3_600_000).toISOString()
  const { body: key } = await call(KEY, 'POST', '/api/v1/keys', { name: 'x', scopes: ['keys:read'], expiresAt: later })
  await program.database.worker.query(
    "update api_key set expires_at = created_at where tenant = 'default' and id = $1",
    [key.id],
  )
  assert.equal((await call(key.key, 'GET', '/api/v1/keys')).status, 401)
})

test('nobody gives a scope that they do not have', async () => {
  const { body: key } = await call(KEY, 'POST', '/api/v1/keys', {
    name: 'maker',
    scopes: ['keys:write', 'events:read'],
  })
  const wide = await call(key.key, 'POST', '/api/v1/keys', { name: 'wide', scopes: ['flows:write'] })
  assert.equal(wide.status, 403)
  assert.match(wide.body.detail, /flows:write/)
  assert.equal((await call(key.key, 'POST', '/api/v1/keys', { name: 'ok', scopes: ['events:read'] })).status, 201)
})

test('a session ends with logout, a new password, a new role, suspension and removal', async () => {
  const ends: [string, (one: Awaited<ReturnType<typeof user>>) => Promise<Answer>][] = [
    ['logout', ({ token }) => call(token, 'POST', '/api/v1/logout')],
    [
      'password',
      ({ token }) =>
        call(token, 'POST', '/api/v1/me/password', { currentPassword: PASSWORD, newPassword: 'another good one' }),
    ],
    ['role', ({ id }) => call(KEY, 'PATCH', `/api/v1/users/${id}`, { role: 'viewer' })],
    ['suspension', ({ id }) => call(KEY, 'PATCH', `/api/v1/users/${id}`, { status: 'suspended' })],
    ['removal', ({ id }) => call(KEY, 'DELETE', `/api/v1/users/${id}`)],
  ]
  for (const [what, end] of ends) {
    const one = await user('agent')
    assert.equal((await call(one.token, 'GET', '/api/v1/me')).status, 200, what)
    assert.ok((await end(one)).status < 300, what)
    assert.equal((await call(one.token, 'GET', '/api/v1/me')).status, 401, what)
  }
})

test('a suspended user does not log in', async () => {
  const one = await user('agent')
  await call(KEY, 'PATCH', `/api/v1/users/${one.id}`, { status: 'suspended' })
  assert.equal((await call(null, 'POST', '/api/v1/login', { email: one.email, password: PASSWORD })).status, 401)
})

test('an administrator makes no owner and touches none', async () => {
  const admin = await user('admin')
  const owner = await user('owner')
  assert.equal(
    (await call(admin.token, 'POST', '/api/v1/users', { email: 'o@example.org', name: 'O', role: 'owner' })).status,
    403,
  )
  assert.equal(
    (await call(admin.token, 'PATCH', `/api/v1/users/${owner.id}`, { password: 'a new password' })).status,
    403,
  )
  assert.equal((await call(admin.token, 'DELETE', `/api/v1/users/${owner.id}`)).status, 403)
  assert.equal((await call(admin.token, 'PATCH', `/api/v1/users/${admin.id}`, { role: 'owner' })).status, 403)
})

test('the last owner stays, also when two remove the last two at once', async () => {
  const { body: tenant } = await call(KEY, 'POST', '/api/v1/tenants', { id: 'owners', name: 'Owners' })
  const owner = async (email: string) =>
    (await call(tenant.key, 'POST', '/api/v1/users', { email, name: 'O', role: 'owner', password: PASSWORD })).body.id
  const [a, b] = [await owner('a@example.org'), await owner('b@example.org')]
  const answers = await Promise.all([a, b].map((id) => call(tenant.key, 'DELETE', `/api/v1/users/${id}`)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409])
})

test('a made-up password is shown once and works', async () => {
  const { body } = await call(KEY, 'POST', '/api/v1/users', { email: 'New@Example.org', name: 'N', role: 'viewer' })
  assert.equal(body.email, 'new@example.org')
  assert.ok(await login('NEW@example.org', body.password))
  const again = await call(KEY, 'GET', `/api/v1/users/${body.id}`)
  const found = await call(KEY, 'GET', '/api/v1/users?q=NEW@ex')
  assert.deepEqual(
    found.body.items.map(({ id }: { id: string }) => id),
    [body.id],
  )
  assert.ok(!('password' in again.body))
})

test('bad passwords, addresses and fields are refused, each named', async () => {
  const answer = await call(KEY, 'POST', '/api/v1/users', { email: 'nope', name: '', role: 'king', extra: 1 })
  assert.equal(answer.status, 400)
  assert.deepEqual(answer.body.errors.map(({ path }: { path: string }) => path).sort(), [
    '/email',
    '/extra',
    '/name',
    '/role',
  ])
  const weak = { email: 'w@example.org', name: 'W', role: 'viewer', password: 'changeme' }
  assert.equal((await call(KEY, 'POST', '/api/v1/users', weak)).body.errors[0].path, '/password')
})

test('five failures lock an account for the minute, and an address too', async () => {
  const one = await user('viewer')
  const wrong = { email: one.email, password: 'wrong' }
  for (let i = 0; i < 5; i++) assert.equal((await call(null, 'POST', '/api/v1/login', wrong)).status, 401)
  const locked = await call(null, 'POST', '/api/v1/login', { ...wrong, password: PASSWORD })
  assert.equal(locked.status, 429)
  const from = (email: string) =>
    app.inject({ method: 'POST', url: '/api/v1/login', payload: { email, password: 'x' }, remoteAddress: '192.0.2.7' })
  for (let i = 0; i < 5; i++) assert.equal((await from(`nobody${i}@example.org`)).statusCode, 401)
  const sixth = await from('nobody6@example.org')
  assert.equal(sixth.statusCode, 429)
  assert.ok(Number(sixth.headers['retry-after']) > 0)
})

test('guesses at the same moment count too', async () => {
  const one = await user('viewer')
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => call(null, 'POST', '/api/v1/login', { email: one.email, password: 'wrong' })),
  )
  assert.equal(answers.filter(({ status }) => status === 401).length, 5)
})

test('a good login does not count as a failure', async () => {
  const one = await user('viewer')
  for (let i = 0; i < 7; i++) assert.ok(await login(one.email, PASSWORD))
})

test('a tenant knows nothing of another, and a suspended one is shut at once', async () => {
  const { body: acme } = await call(KEY, 'POST', '/api/v1/tenants', { id: 'acme', name: 'Acme' })
  const one = await user('owner', acme.key)
  assert.equal((await call(one.token, 'GET', '/api/v1/me')).body.tenant, 'acme')
  assert.equal((await call(one.token, 'GET', '/api/v1/tenants')).status, 403)
  assert.equal((await call(acme.key, 'POST', '/api/v1/keys', { name: 'x', scopes: ['tenants:write'] })).status, 403)
  const other = await user('viewer')
  assert.equal((await call(acme.key, 'GET', `/api/v1/users/${other.id}`)).status, 404)
  assert.equal((await call(acme.key, 'PATCH', `/api/v1/users/${other.id}`, { name: 'mine' })).status, 404)
  assert.equal((await call(acme.key, 'DELETE', `/api/v1/users/${other.id}`)).status, 404)
  const contact = (await call(acme.key, 'POST', '/api/v1/tokens', { contactId: 'p-1' })).body.token as string
  assert.equal((await call(contact, 'GET', '/api/v1/me')).body.actor, 'contact:p-1')
  assert.equal((await call(KEY, 'PATCH', '/api/v1/tenants/acme', { status: 'suspended' })).body.status, 'suspended')
  for (const credential of [acme.key, one.token, contact]) {
    assert.equal((await call(credential, 'GET', '/api/v1/me')).status, 401)
  }
  assert.equal((await call(KEY, 'PATCH', '/api/v1/tenants/acme', { status: 'active' })).status, 200)
  assert.equal((await call(acme.key, 'GET', '/api/v1/me')).status, 200)
})

test('the default tenant cannot be suspended', async () => {
  assert.equal((await call(KEY, 'PATCH', '/api/v1/tenants/default', { status: 'suspended' })).status, 409)
})

test('the same address in two tenants: the default one, unless the login names the other', async () => {
  assert.equal((await call(await login('admin@localhost', PASSWORD), 'GET', '/api/v1/me')).body.tenant, 'default')
  assert.equal(
    (await call(await login('admin@localhost', PASSWORD, 'sample'), 'GET', '/api/v1/me')).body.tenant,
    'sample',
  )
})

test('every change stands in the audit of its tenant, before and after, without secrets', async () => {
  const one = await user('agent')
  await call(KEY, 'PATCH', `/api/v1/users/${one.id}`, { name: 'Renamed', password: 'a new password' })
  const { body } = await call(KEY, 'GET', `/api/v1/audit?target=user:${one.id}&limit=2`)
  assert.deepEqual(
    body.items.map(({ action }: { action: string }) => action),
    ['user.changed', 'user.logged-in'],
  )
  const [changed] = body.items
  assert.equal(changed.before.name, 'U')
  assert.equal(changed.after.name, 'Renamed')
  assert.equal(changed.after.password, '[redacted]')
  assert.match(changed.actor, /^key:/)
  assert.match(changed.traceId, /^[0-9a-f]{32}$/)
  const next = await call(KEY, 'GET', `/api/v1/audit?target=user:${one.id}&limit=2&cursor=${body.nextCursor}`)
  assert.deepEqual(
    next.body.items.map(({ action }: { action: string }) => action),
    ['user.created'],
  )
  assert.equal(next.body.nextCursor, null)
})

test('nobody changes a row of the audit, and without a tenant a request sees no row', async () => {
  await assert.rejects(
    program.database.asTenant('default', (tx) => tx.query("update audit set actor = 'x' where tenant = 'default'")),
    /permission denied/,
  )
  for (const table of ['tenant', 'app_user', 'api_key', 'audit', 'idempotency_key']) {
    const rows = await program.database.asTenant('', (tx) => tx.query(`select 1 from ${table}`))
    assert.equal(rows.length, 0, table)
  }
})

test('requests of two tenants over the same connections never meet', async () => {
  const tenants = await Promise.all(
    ['north', 'south'].map(async (id) => {
      const { body } = await call(KEY, 'POST', '/api/v1/tenants', { id, name: id })
      await call(body.key, 'POST', '/api/v1/users', { email: `${id}@example.org`, name: id, role: 'viewer' })
      return { id, key: body.key as string }
    }),
  )
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const { id, key } = tenants[i % 2] as (typeof tenants)[number]
        const { body } = await call(key, 'GET', '/api/v1/users')
        assert.deepEqual(
          body.items.map(({ name }: { name: string }) => name),
          [id],
        )
      }),
    )
  }
})

test('an address that nobody has takes as long as a wrong password', async () => {
  const one = await user('viewer')
  const timed = async (email: string) => {
    const started = performance.now()
    assert.equal((await call(null, 'POST', '/api/v1/login', { email, password: 'wrong' })).status, 401)
    return performance.now() - started
  }
  const known = Math.min(await timed(one.email), await timed(one.email))
  const unknown = Math.min(await timed('nobody@example.org'), await timed('nobody@example.org'))
  // Without the check against nobody's password it would be a hundredth.
  assert.ok(unknown > known / 2, `${unknown} ms against ${known} ms`)
})

test('the address of a user is changed, to one that nobody has', async () => {
  const make = async (email: string) =>
    (await call(KEY, 'POST', '/api/v1/users', { email, name: 'Somebody', role: 'viewer', password: 'a long phrase' }))
      .body
  const [one, other] = [await make('before@example.org'), await make('taken@example.org')]
  const change = (email: string) => call(KEY, 'PATCH', `/api/v1/users/${one.id}`, { email })
  assert.equal((await change('TAKEN@example.org')).status, 409)
  assert.equal((await change('none')).status, 400)
  assert.equal((await change(' After@Example.org'.trim())).body.email, 'after@example.org')
  assert.equal((await change('after@example.org')).status, 200)
  const signIn = (email: string) => call('', 'POST', '/api/v1/login', { email, password: 'a long phrase' })
  assert.equal((await signIn('before@example.org')).status, 401)
  assert.equal((await signIn('after@example.org')).status, 200)
  assert.equal((await signIn(other.email)).status, 200)
})
