import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bootstrap } from '#access/index.ts'
import { ALL_PERMISSIONS, permissionsOf, ROLES } from '#access/permissions.ts'
import { eventsAt, setAside } from '#events/index.ts'
import { keepRefused } from '#gateway/refused/store.ts'
import { keepRefused as keepRefusedMqtt } from '#mqtt/refused/store.ts'
import type { LogEvent } from '#platform/event.ts'
import { platformRoutes } from '#platform/http/platform-routes.ts'
import type { Route } from '#platform/http/route.ts'
import { bodyValidator } from '#platform/http/schema.ts'
import { type Fault, Problem } from '#platform/problem.ts'
import type { Service } from '#platform/service.ts'
import { declareSwitch } from '#switches/index.ts'
import { serve } from '../serve.ts'
import { services } from '../services.ts'
import { testProgram } from '../testing.ts'
import { MARK, type Owned, ownedThings } from './testing/owned-things.ts'

/**
 * Every route of the program, from the table that the server is made of: without a credential, with one that is
 * over, with each role and scope below the one needed, and with another tenant's on the things of the first. A new
 * route with an id in its path fails here until `owned-things.ts` names a thing to attack.
 */

const KEY = 'first-key-of-the-tests-0123456789abcdef'
const PASSWORD = 'correct horse battery'

/** What is open, and nothing else may be (design: "Open without a key"). */
const OPEN = [
  ...['GET /health', 'GET /ready', 'GET /', 'GET /api/openapi.json', 'GET /api/docs'],
  ...['POST /api/v1/login', 'POST /api/v1/session'],
]
/** Webhooks of others: the message proves who sends it. */
const VERIFIED = ['POST /in/:address']
/** Signed pages: the token in the path is the credential. */
const SIGNED = /^(GET|POST) \/r\/:token(\/\w+)?$/

/** What changes by itself while the program runs: the attempts to reach a receiver. */
const MOVING = /deliver|whatsapp\/commands/

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let routes: readonly Route[]
let owned: Map<string, Owned>

const nameOf = ({ method, path }: Route) => `${method} ${path}`
const closedRoutes = () => routes.filter(({ permission }) => permission !== 'public')
const someUrl = ({ path }: Route) => path.replace(/:\w+/g, '0190a0b0-0000-7000-8000-000000000000')

function answerFaults(name: string, text: string): readonly Fault[] {
  const answer = routes.find((route) => nameOf(route) === name)?.answer
  return answer === undefined ? [] : (bodyValidator(answer)(JSON.parse(text)) ?? [])
}

/** A switch to be attacked. */
const trial: Service = {
  name: 'trial',
  settings: {},
  migrations: null,
  open(runtime) {
    const effect = { es: 'Prueba.', en: 'A trial.' }
    const flag = { name: 'trial', default: false, scope: 'tenant', live: true, effect } as const
    declareSwitch(runtime, { flag, what: effect, ways: ['old', 'new'] })
    return {}
  },
}

const victim = { id: 'acme', key: '' }
const attacker = { id: 'globex', key: '' }

async function call(
  credential: string | null,
  method: string,
  url: string,
  payload?: unknown,
  headers: Record<string, string> = {},
) {
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...headers,
      // A tenant named anywhere but in the credential is not heard.
      'x-tenant-id': victim.id,
      ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
    },
    payload: payload === undefined ? undefined : JSON.stringify(payload),
  })
  return { status: answer.statusCode, text: answer.body }
}

async function make(credential: string, method: string, url: string, payload: unknown) {
  const { status, text } = await call(credential, method, url, payload)
  assert.ok(status < 300, `${method} ${url}: ${status} ${text}`)
  return text === '' ? {} : JSON.parse(text)
}

before(async () => {
  program = await testProgram([...services, trial], { env: { CAUCE_API_KEY: KEY, MQTT_TENANT: 'acme' } })
  const { runtime, database } = program
  await bootstrap({ database, settings: runtime.settings, clock: runtime.clock })
  routes = [...program.routes, ...platformRoutes({ version: '1', metrics: runtime.metrics, checks: {}, routes: [] })]
  app = await serve(program, [])
  for (const tenant of [victim, attacker]) {
    tenant.key = (await make(KEY, 'POST', '/api/v1/tenants', { id: tenant.id, name: tenant.id })).key
  }
  // The consumers are at work: a run must come of an event.
  await program.start()
  owned = await ownedThings(
    (method, url, payload) => make(victim.key, method, url, payload),
    await refusedMessage(),
    await refusedOverMqtt(),
  )
  await setOneAside('event-1')
})

/** An event of the victim that a consumer could not handle. */
async function setOneAside(id: string): Promise<void> {
  const [row] = await program.database.worker.query<{ position: number }>(
    'select position from event_log where tenant = $1 and id = $2',
    [victim.id, id],
  )
  const [event] = await eventsAt(program.database.worker, [row?.position ?? 0])
  await program.database.transaction(async (tx) => setAside(tx, 'flows', event as LogEvent, 'no reason', 0))
}

/** What a broker brought for the victim and nobody could read. */
async function refusedMessage(): Promise<string> {
  const message = {
    door: 'events',
    id: undefined,
    key: MARK,
    contentType: undefined,
    contentEncoding: undefined,
    attributes: new Map(),
    traceparent: undefined,
    body: Buffer.from(MARK),
    live: true,
    accept() {},
    refuse() {},
  }
  const { database } = program
  const problem = new Problem(400, 'invalid', 'no JSON')
  await keepRefused(database.worker, victim.id, 'rabbitmq', [{ message, problem }], Date.now())
  const [row] = await database.worker.query<{ id: string }>('select id from bus_refused')
  return String(row?.id)
}

/** The same over MQTT. */
async function refusedOverMqtt(): Promise<string> {
  const id = '0190a0b0-0000-7000-8000-000000000000'
  const message = {
    topic: MARK,
    payload: Buffer.from(MARK),
    qos: 1,
    retained: false,
    redelivered: false,
    packetId: 1,
    userProperties: new Map(),
  }
  const refused = { tenant: victim.id, id, at: Date.now(), reason: MARK, message }
  await keepRefusedMqtt(program.database.worker, refused)
  return id
}

after(async () => {
  await app?.close()
  await program?.close()
})

test('only what the design names is open', () => {
  const open = routes.filter(({ permission }) => permission === 'public').map(nameOf)
  assert.deepEqual(
    open.filter((name) => !OPEN.includes(name) && !VERIFIED.includes(name) && !SIGNED.test(name)),
    [],
  )
})

test('every permission that a route names is one that can be given', () => {
  for (const route of closedRoutes()) assert.ok(ALL_PERMISSIONS.includes(route.permission as 'self'), nameOf(route))
})

test('without a credential, or with a wrong one, every route answers 401', async () => {
  for (const route of closedRoutes()) {
    for (const credential of [null, 'wrong', `cauce_${'x'.repeat(43)}`]) {
      const { status } = await call(credential, route.method, someUrl(route), {})
      assert.equal(status, 401, nameOf(route))
    }
  }
})

test('a cookie that holds no session is no credential on any route, and beside one it is not looked at', async () => {
  const headers = { cookie: 'cauce_session=wrong', 'sec-fetch-site': 'same-origin' }
  for (const route of closedRoutes()) {
    assert.equal((await call(null, route.method, someUrl(route), {}, headers)).status, 401, nameOf(route))
  }
  const beside = { cookie: `cauce_session=${attacker.key}`, 'sec-fetch-site': 'cross-site' }
  const { status, text } = await call(victim.key, 'GET', '/api/v1/me', undefined, beside)
  assert.deepEqual([status, JSON.parse(text).tenant], [200, victim.id])
})

test('a session in a cookie changes nothing on any route for a page of another site', async () => {
  const email = 'cookie@example.org'
  await make(attacker.key, 'POST', '/api/v1/users', { email, name: 'C', role: 'owner', password: PASSWORD })
  const page = { 'sec-fetch-site': 'same-origin' }
  const payload = { email, password: PASSWORD }
  const signedIn = await app.inject({ method: 'POST', url: '/api/v1/session', headers: page, payload })
  const cookie = String(signedIn.headers['set-cookie']).split(';', 1)[0] as string
  assert.equal((await call(null, 'GET', '/api/v1/me', undefined, { cookie })).status, 200)
  const elsewhere: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.example' },
  ]
  for (const route of closedRoutes()) {
    if (route.method === 'GET') continue
    for (const headers of elsewhere) {
      const { status, text } = await call(null, route.method, someUrl(route), {}, { cookie, ...headers })
      assert.deepEqual(
        [status, JSON.parse(text).code],
        [403, 'cross-site'],
        `${nameOf(route)} ${JSON.stringify(headers)}`,
      )
    }
  }
  assert.equal((await call(null, 'DELETE', '/api/v1/session', undefined, { cookie, ...page })).status, 204)
  assert.equal((await call(null, 'GET', '/api/v1/me', undefined, { cookie })).status, 401)
})

test('a key that expired, a suspended user and a suspended tenant are nobody on every route', async () => {
  const scopes = ALL_PERMISSIONS.filter((permission) => permission !== 'self')
  const expiresAt = new Date(program.runtime.clock.wall() + 3_600_000).toISOString()
  const key = await make(KEY, 'POST', '/api/v1/keys', { name: 'over', scopes, expiresAt })
  await program.database.worker.query(
    "update api_key set expires_at = created_at where tenant = 'default' and id = $1",
    [key.id],
  )
  const user = await make(KEY, 'POST', '/api/v1/users', {
    email: 's@example.org',
    name: 'S',
    role: 'owner',
    password: PASSWORD,
  })
  const { token } = await make(KEY, 'POST', '/api/v1/login', { email: 's@example.org', password: PASSWORD })
  await make(KEY, 'PATCH', `/api/v1/users/${user.id}`, { status: 'suspended' })
  const shut = await make(KEY, 'POST', '/api/v1/tenants', { id: 'shut', name: 'Shut' })
  await make(KEY, 'PATCH', '/api/v1/tenants/shut', { status: 'suspended' })
  for (const route of closedRoutes()) {
    for (const credential of [key.key, token, shut.key]) {
      assert.equal((await call(credential, route.method, someUrl(route), {})).status, 401, nameOf(route))
    }
  }
})

test('a key with every scope but the one needed answers 403', async () => {
  const keys = new Map<string, string>()
  for (const route of closedRoutes()) {
    const { permission } = route
    if (permission === 'self') continue
    if (!keys.has(permission)) {
      const scopes = ALL_PERMISSIONS.filter((scope) => scope !== 'self' && scope !== permission)
      keys.set(permission, (await make(KEY, 'POST', '/api/v1/keys', { name: `no ${permission}`, scopes })).key)
    }
    const { status, text } = await call(keys.get(permission) as string, route.method, someUrl(route), {})
    assert.equal(status, 403, nameOf(route))
    assert.ok(text.includes(permission), nameOf(route))
  }
})

test('each role answers 403 on every route above it', async () => {
  let refused = 0
  for (const role of ROLES) {
    const email = `${role}@example.org`
    await make(attacker.key, 'POST', '/api/v1/users', { email, name: role, role, password: PASSWORD })
    const { token } = await make(KEY, 'POST', '/api/v1/login', { email, password: PASSWORD })
    const held = permissionsOf(attacker.id, role)
    for (const route of closedRoutes()) {
      if (held.has(route.permission as 'self')) continue
      refused += 1
      assert.equal((await call(token, route.method, someUrl(route), {})).status, 403, `${role} ${nameOf(route)}`)
    }
  }
  assert.ok(refused > 50, 'the roles below owner are refused a good part of the table')
})

test('a contact reaches what is its own, and nothing else', async () => {
  const { token } = await make(attacker.key, 'POST', '/api/v1/tokens', { contactId: 'somebody' })
  for (const route of closedRoutes()) {
    if (route.permission === 'self') continue
    assert.equal((await call(token, route.method, someUrl(route), {})).status, 403, nameOf(route))
  }
})

test('every route with an id in its path has a thing to be attacked on', () => {
  const missing = closedRoutes().filter((route) => route.path.includes(':') && !owned.has(nameOf(route)))
  assert.deepEqual(missing.map(nameOf), [])
  const known = new Set(routes.map(nameOf))
  assert.deepEqual(
    [...owned.keys()].filter((name) => !known.has(name)),
    [],
  )
})

test("another tenant's ids lead nowhere, change nothing and tell nothing", async () => {
  const state = async () => {
    const seen: Record<string, string> = {}
    for (const [name, { url }] of owned) {
      if (!name.startsWith('GET ')) continue
      const { status, text } = await call(victim.key, 'GET', url)
      assert.equal(status, 200, `${name} ${text}`)
      assert.deepEqual(answerFaults(name, text), [], `${name} answers what its schema says`)
      // How an endpoint fares changes by itself as well; its subscription does not.
      if (!MOVING.test(name)) seen[name] = JSON.stringify({ ...JSON.parse(text), health: undefined })
    }
    return seen
  }
  const before = await state()
  assert.ok(
    Object.values(before).some((text) => text.includes('marker-of-acme')),
    'there is something to tell',
  )
  for (const [name, { url, body, ownAfterwards }] of owned) {
    const method = name.split(' ')[0] as string
    const { status, text } = await call(attacker.key, method, url, body)
    // A PUT of an id makes a thing of one's own under the same name, as it would had the other tenant none.
    if (ownAfterwards) assert.ok(status < 300, `${name}: ${status} ${text}`)
    // A list below an id that the tenant does not have may also be empty.
    else if (status === 200 && method === 'GET') assert.deepEqual(JSON.parse(text).items, [], `${name}: ${text}`)
    else assert.ok(status === 404 || status === 403, `${name}: ${status} ${text}`)
    assert.ok(!text.includes('marker-of-acme'), name)
  }
  assert.deepEqual(await state(), before)
})

test("no list of a tenant holds another's things", async () => {
  for (const route of closedRoutes()) {
    if (route.method !== 'GET' || route.path.includes(':')) continue
    // It goes on; its own tests hold it to its tenant.
    if (route.answerType === 'text/event-stream') continue
    const { status, text } = await call(attacker.key, 'GET', route.path)
    assert.ok(status === 200 || status === 403, `${nameOf(route)}: ${status} ${text}`)
    assert.ok(!text.includes('marker-of-acme'), nameOf(route))
  }
})

test('every act of an administrator stands in the audit of the tenant', async () => {
  const { text } = await call(victim.key, 'GET', '/api/v1/audit?limit=200')
  const seen = new Set<string>(JSON.parse(text).items.map(({ action }: { action: string }) => action))
  const acts = [
    'queue.changed',
    'calendar.changed',
    'event-type.registered',
    'flag.changed',
    'sources.changed',
    'subscription.created',
    'template.published',
    'flow.created',
    'user.created',
    'key.created',
  ]
  assert.deepEqual(
    acts.filter((act) => !seen.has(act)),
    [],
  )
})
