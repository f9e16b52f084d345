import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { deliveries, signingKey } from '#deliveries/index.ts'
import type { LogEvent } from '#platform/event.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import type { Identity, Permission } from '#platform/http/route.ts'
import { createServer } from '#platform/http/server.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { noSpans } from '#platform/telemetry/spans.ts'
import { flatEvent, testProgram } from '../testing.ts'
import { subscriptions } from './index.ts'
import { activeEndpoints } from './store.ts'

const PATH = '/api/v1/subscriptions'

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance

const identity = (tenant: string): Identity => ({
  tenant,
  actor: `key:${tenant}`,
  person: null,
  permissions: new Set<Permission>([
    'subscriptions:read',
    'subscriptions:write',
    'deliveries:read',
    'deliveries:write',
  ]),
})

before(async () => {
  // The dispatcher is never started here: what is planned stays to be seen.
  program = await testProgram([deliveries, subscriptions])
  // The days of the history, which the dispatcher would make.
  const today = new Date(program.runtime.clock.wall()).toISOString().slice(0, 10)
  await program.database.worker.query('select delivery_days($1::date, 1, 30)', [today])
  app = await createServer({
    routes: program.routes.filter((route) => route.path.startsWith(PATH)),
    // The credential is the tenant's name.
    authenticate: (credential) => identity(credential),
    clock: program.runtime.clock,
    logger: program.runtime.logger,
    times: createRouteTimes(new Registry()),
    spans: noSpans,
    idempotency: createIdempotencyStore(program.database),
    requestsPerMinute: 0,
    trustedNetworks: [],
    trustedTenant: 'default',
  })
})

after(async () => {
  await app?.close()
  await program?.close()
})

type Answer = { status: number; body: { [name: string]: unknown } }

async function call(tenant: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: unknown) {
  const answer = await app.inject({
    method,
    url: PATH + path,
    headers: { authorization: `Bearer ${tenant}` },
    ...(payload === undefined ? {} : { payload: payload as object }),
  })
  assert.ok(answer.statusCode < 500, answer.body)
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() } as Answer
}

async function register(tenant: string, pattern = 'encounter.*', url = 'https://x.example/hook') {
  const { status, body } = await call(tenant, 'POST', '', { routingKeyPattern: pattern, webhookUrl: url })
  assert.equal(status, 201, JSON.stringify(body))
  return body as unknown as { id: string; secret: string; createdAt: string }
}

const pathsOf = ({ body }: Answer) => (body.errors as { path: string }[]).map((error) => error.path).sort()

const waiting = (tenant: string) =>
  program.database.worker.query<{ id: string; target: string; event_position: number }>(
    'select id::text, target, event_position from delivery where tenant = $1 order by target, event_position',
    [tenant],
  )

let position = 0
const logged = (tenant: string, id: string, subtype = 'closed'): LogEvent => ({
  ...flatEvent({ id, subtype, tenant }),
  position: ++position,
  shard: 0,
  receivedAt: 1_800_000_000_000,
})

/** Has the consumer decide and commits what it decided. */
async function consume(events: readonly LogEvent[]): Promise<number> {
  const consumer = program.parts.flatMap((part) => part.consumers ?? []).find(({ name }) => name === 'subscriptions')
  const writes = await consumer?.handle(events, program.database.worker, 1_800_000_000_000)
  if (writes === null || writes === undefined) return 0
  await program.database.transaction(async (tx) => writes(tx))
  return 1
}

test('register, list, show, unsubscribe', async () => {
  const created = await call('c1', 'POST', '', {
    routingKeyPattern: 'encounter.*',
    webhookUrl: 'http://my-service:8080/callback',
  })
  assert.equal(created.status, 201)
  assert.deepEqual(Object.keys(created.body), [
    'id',
    'routingKeyPattern',
    'webhookUrl',
    'createdAt',
    'status',
    'secret',
  ])
  const { secret, ...shown } = created.body as { secret: string; id: string; status: string }
  assert.equal(shown.status, 'ACTIVE')
  assert.match(secret, /^whsec_/)
  signingKey(secret)
  assert.deepEqual((await call('c1', 'GET', '')).body, [shown])
  const { health, ...page } = (await call('c1', 'GET', `/${shown.id}`)).body as { health: { state: string } }
  assert.deepEqual(page, shown)
  assert.equal(health.state, 'well')
  assert.equal((await call('c1', 'DELETE', `/${shown.id}`)).status, 204)
  assert.equal((await call('c1', 'GET', `/${shown.id}`)).status, 404)
  assert.equal((await call('c1', 'DELETE', `/${shown.id}`)).status, 404)
  assert.deepEqual((await call('c1', 'GET', '')).body, [])
})

test('bad registrations are refused, naming the fields', async () => {
  const refused = async (body: unknown) => {
    const answer = await call('c2', 'POST', '', body)
    assert.equal(answer.status, 400, JSON.stringify(body))
    return pathsOf(answer)
  }
  assert.deepEqual(await refused({}), ['/routingKeyPattern', '/webhookUrl'])
  assert.deepEqual(await refused({ routingKeyPattern: 5, webhookUrl: null }), ['/routingKeyPattern', '/webhookUrl'])
  assert.deepEqual(await refused({ routingKeyPattern: 'a..b', webhookUrl: 'ftp://x' }), [
    '/routingKeyPattern',
    '/webhookUrl',
  ])
  const good = { routingKeyPattern: '#', webhookUrl: 'https://x.example/' }
  assert.deepEqual(await refused({ ...good, more: 1 }), ['/more'])
  assert.deepEqual(await refused({ ...good, format: 'xml' }), ['/format'])
  assert.deepEqual(await refused({ ...good, signature: 'v2' }), ['/signature'])
  assert.deepEqual(await refused({ ...good, retryDelays: 'PT5S' }), ['/retryDelays'])
  assert.deepEqual(await refused({ ...good, retryDelays: ['PT5S', 'PT25H', 5] }), ['/retryDelays/2'])
  assert.deepEqual(await refused({ ...good, retryDelays: ['PT5S', 'PT25H', 'x'] }), [
    '/retryDelays/1',
    '/retryDelays/2',
  ])
  assert.deepEqual(await refused({ ...good, retryDelays: Array(21).fill('PT5S') }), ['/retryDelays'])
  for (const url of [
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://10.0.0.1/',
    'http://2130706433/',
    'https://u:p@x.example/',
    'file:///etc/passwd',
    '/relative',
    '',
  ]) {
    assert.deepEqual(await refused({ ...good, webhookUrl: url }), ['/webhookUrl'], url)
  }
  for (const pattern of ['', '.', 'a.', 'x'.repeat(256), 'a\u0000b']) {
    assert.deepEqual(await refused({ ...good, routingKeyPattern: pattern }), ['/routingKeyPattern'], pattern)
  }
  assert.deepEqual((await call('c2', 'GET', '')).body, [])
})

test('a tenant sees and touches its own only', async () => {
  const { id } = await register('mine')
  assert.deepEqual((await call('other', 'GET', '')).body, [])
  for (const [method, path, body] of [
    ['GET', `/${id}`, undefined],
    ['PATCH', `/${id}`, { status: 'DISABLED' }],
    ['DELETE', `/${id}`, undefined],
    ['POST', `/${id}/rotate-secret`, {}],
    ['POST', `/${id}/test`, undefined],
    ['POST', `/${id}/replay`, { since: '2026-01-01T00:00:00Z' }],
    ['GET', `/${id}/deliveries`, undefined],
  ] as const) {
    assert.equal((await call('other', method, path, body)).status, 404, `${method} ${path}`)
  }
  assert.equal((await call('mine', 'GET', `/${id}`)).body.status, 'ACTIVE')
})

test('the schedule is changed, shown as it is read best, and put back', async () => {
  const { id } = await register('c11')
  const change = (retryDelays: unknown) => call('c11', 'PATCH', `/${id}`, { retryDelays })
  assert.deepEqual((await change(['PT90S', 'PT60M'])).body.retryDelays, ['PT90S', 'PT1H'])
  assert.deepEqual((await call('c11', 'GET', `/${id}`)).body.retryDelays, ['PT90S', 'PT1H'])
  assert.deepEqual((await change([])).body.retryDelays, [])
  assert.deepEqual(pathsOf(await change(['P1Y'])), ['/retryDelays/0'])
  assert.equal((await change(null)).body.retryDelays, undefined)
  assert.equal((await call('c11', 'PATCH', '/nobody', { retryDelays: [] })).status, 404)
})

test('a rotation that is asked for twice under one key makes one secret', async () => {
  const { id } = await register('c12')
  const ask = async (key: string) => {
    const headers = { authorization: 'Bearer c12', 'idempotency-key': key }
    const answer = await app.inject({ method: 'POST', url: `${PATH}/${id}/rotate-secret`, headers, payload: {} })
    return answer.json() as { secret: string; previousValidUntil: string }
  }
  const first = await ask('one')
  // As after a crash between the commit and the keeping of the answer: the same is done anew.
  await program.database.worker.query('delete from idempotency_key')
  assert.deepEqual(await ask('one'), first)
  assert.equal((await secretsOf('c12', id)).length, 2)
  assert.notEqual((await ask('two')).secret, first.secret)
})

test('requests can write secrets and never read one', async () => {
  await call('c4', 'POST', '', { routingKeyPattern: '#', webhookUrl: 'https://x.example/', signature: 'v1a' })
  await register('c4')
  for (const statement of ['select secret from subscription_secret', 'select * from subscription_secret']) {
    await assert.rejects(
      program.database.asTenant('c4', (tx) => tx.query(statement)),
      /permission denied/,
    )
  }
})

const secretsOf = async (tenant: string, id: string) =>
  (await activeEndpoints(program.database.worker, [{ tenant, id }]))[0]?.secrets ?? []

test('a rotated secret overlaps, and without overlap ends at once', async () => {
  const { id, secret } = await register('c5')
  const first = await call('c5', 'POST', `/${id}/rotate-secret`)
  assert.equal(first.status, 200, JSON.stringify(first.body))
  const day = Date.parse(String(first.body.previousValidUntil)) - program.runtime.clock.wall()
  assert.ok(Math.abs(day - 86_400_000) < 60_000)
  const kept = await secretsOf('c5', id)
  assert.deepEqual(
    kept.map((each) => each.secret),
    [first.body.secret, secret],
  )
  assert.equal(kept[0]?.until, null)
  assert.equal(kept[1]?.until, Date.parse(String(first.body.previousValidUntil)))
  const second = await call('c5', 'POST', `/${id}/rotate-secret`, { overlapHours: 0 })
  const valid = (await secretsOf('c5', id)).filter(
    ({ until }) => until === null || until > program.runtime.clock.wall() + 1,
  )
  assert.deepEqual(
    valid.map((each) => each.secret),
    [second.body.secret],
  )
  assert.equal((await call('c5', 'POST', `/${id}/rotate-secret`, { overlapHours: 169 })).status, 400)
  assert.equal((await call('c5', 'POST', '/nobody/rotate-secret')).status, 404)
})

test('a backup is taken in once, with its ids and times', async () => {
  const backup = [
    {
      id: '6b0c9a2e-0000-4000-8000-000000000001',
      routingKeyPattern: 'encounter.*',
      webhookUrl: 'http://my-service:8080/callback',
      createdAt: '2026-04-04T17:10:00Z',
      status: 'ACTIVE',
    },
    {
      id: 'legacy 2',
      routingKeyPattern: '#',
      webhookUrl: 'https://x.example/',
      createdAt: '2026-04-05T17:10:00Z',
      status: 'DISABLED',
    },
  ]
  const first = await call('c6', 'POST', '/import', backup)
  assert.equal(first.status, 200, JSON.stringify(first.body))
  assert.equal(first.body.imported, 2)
  assert.equal((first.body.subscriptions as unknown[]).length, 2)
  const list = (await call('c6', 'GET', '')).body as unknown as { [name: string]: string }[]
  assert.deepEqual(list[0], { ...backup[0], createdAt: '2026-04-04T17:10:00.000Z' })
  assert.equal(list[1]?.status, 'DISABLED')
  const second = await call('c6', 'POST', '/import', backup)
  assert.deepEqual(second.body, { imported: 0, existing: 2, subscriptions: [] })
  const bad = await call('c6', 'POST', '/import', [backup[0], { ...backup[1], webhookUrl: 'http://10.0.0.1/' }])
  assert.equal(bad.status, 400)
  assert.deepEqual(pathsOf(bad), ['/1/webhookUrl'])
})

test('every fault of a backup and of a registration is named at once', async () => {
  const entry = { id: 'x', routingKeyPattern: 'leg..', webhookUrl: 'nope', createdAt: 'x', status: 'PAUSED' }
  const paths = ({ body }: Answer) => (body.errors as { path: string }[]).map(({ path }) => path).sort()
  const backup = await call('c7', 'POST', '/import', [entry])
  assert.deepEqual(paths(backup), ['/0/createdAt', '/0/routingKeyPattern', '/0/status', '/0/webhookUrl'])
  const { routingKeyPattern, webhookUrl } = entry
  const one = { routingKeyPattern, webhookUrl, format: 'xml', retryDelays: ['PT0S'] }
  assert.deepEqual(paths(await call('c7', 'POST', '', one)), [
    '/format',
    '/retryDelays/0',
    '/routingKeyPattern',
    '/webhookUrl',
  ])
  assert.deepEqual(paths(await call('c7', 'POST', '/import', [null, 1, { id: 7 }])).length, 7)
})

test('an event makes one delivery for each active subscription that matches, and a redo makes none', async () => {
  const one = await register('c7', 'encounter.*')
  const two = await register('c7', 'encounter.closed')
  await register('c7', 'ticket.#')
  const off = await register('c7', '#')
  await call('c7', 'PATCH', `/${off.id}`, { status: 'DISABLED' })
  const batch = [logged('c7', 'e1'), logged('c7', 'e2', 'created'), logged('c7-other', 'e1')]
  await consume(batch)
  const rows = await waiting('c7')
  assert.deepEqual(
    rows.map((row) => [row.target, row.event_position]).sort(),
    [
      [`subscription:${one.id}`, batch[0]?.position],
      [`subscription:${one.id}`, batch[1]?.position],
      [`subscription:${two.id}`, batch[0]?.position],
    ].sort(),
  )
  assert.deepEqual(await waiting('c7-other'), [])
  await consume(batch)
  assert.deepEqual(await waiting('c7'), rows)
})

test('the next event follows a change at once', async () => {
  const { id } = await register('c8')
  assert.equal(await consume([logged('c8', 'e1')]), 1)
  await call('c8', 'PATCH', `/${id}`, { status: 'DISABLED' })
  assert.equal(await consume([logged('c8', 'e2')]), 0)
  await call('c8', 'PATCH', `/${id}`, { status: 'ACTIVE', format: 'cloudevents' })
  assert.equal(await consume([logged('c8', 'e3')]), 1)
  await call('c8', 'DELETE', `/${id}`)
  assert.equal(await consume([logged('c8', 'e4')]), 0)
})

test('another pattern holds from the next event on, another address at once, and its health begins afresh', async () => {
  const { id } = await register('moved', 'encounter.*')
  await program.database.worker.query(
    "update subscription set failing_since = now() - interval '1 hour', warnings = 1 where tenant = 'moved'",
  )
  const failing = await call('moved', 'GET', `/${id}`)
  assert.equal((failing.body.health as { state: string }).state, 'failing')
  const changed = await call('moved', 'PATCH', `/${id}`, {
    routingKeyPattern: 'ticket.#',
    webhookUrl: 'https://y.example/new',
  })
  assert.equal(changed.status, 200)
  assert.deepEqual([changed.body.routingKeyPattern, changed.body.webhookUrl], ['ticket.#', 'https://y.example/new'])
  assert.equal(((await call('moved', 'GET', `/${id}`)).body.health as { state: string }).state, 'well')
  assert.equal(await consume([logged('moved', 'e1')]), 0)
  const [endpoint] = await activeEndpoints(program.database.worker, [{ tenant: 'moved', id }])
  assert.equal(endpoint?.url, 'https://y.example/new')
})

test('a change of place is judged as a registration is, and a webhook stays one', async () => {
  const { id } = await register('judged')
  const change = async (body: object) => {
    const answer = await call('judged', 'PATCH', `/${id}`, body)
    return [answer.status, pathsOf(answer)]
  }
  const kafka = { kind: 'kafka', topic: 't' }
  assert.deepEqual(await change({ routingKeyPattern: 'a..b' }), [400, ['/routingKeyPattern']])
  assert.deepEqual(await change({ webhookUrl: 'http://169.254.169.254/x' }), [400, ['/webhookUrl']])
  assert.deepEqual(await change({ destination: kafka }), [400, ['/destination']])
  assert.equal((await change({ destination: kafka, webhookUrl: 'https://z.example' }))[0], 400)
  assert.equal((await call('judged', 'GET', `/${id}`)).body.webhookUrl, 'https://x.example/hook')
})

test('the list says how each fares where that is asked for', async () => {
  const [first, second] = [await register('fares'), await register('fares')]
  await consume([logged('fares', 'e1')])
  await call('fares', 'PATCH', `/${second.id}`, { status: 'DISABLED' })
  const list = async (query: string) =>
    (await call('fares', 'GET', query)).body as unknown as { id: string; health?: object }[]
  assert.deepEqual(
    (await list('')).map(({ health }) => health),
    [undefined, undefined],
  )
  const shown = await Promise.all(
    [first, second].map(async ({ id }) => (await call('fares', 'GET', `/${id}`)).body.health as { state: string }),
  )
  const listed = await list('?health=true')
  assert.deepEqual(
    listed.map(({ health }) => health),
    shown,
  )
  assert.deepEqual(
    shown.map(({ state }) => state),
    ['well', 'disabled'],
  )
})

test('what waits is called off when its receiver is disabled or gone', async () => {
  const [first, second] = [await register('c9'), await register('c9')]
  await consume([logged('c9', 'e1')])
  assert.equal((await waiting('c9')).length, 2)
  const shown = await call('c9', 'PATCH', `/${first.id}`, { status: 'DISABLED' })
  assert.equal(shown.body.statusReason, 'disabled by its owner')
  assert.equal((await waiting('c9')).length, 1)
  await call('c9', 'DELETE', `/${second.id}`)
  assert.equal((await waiting('c9')).length, 0)
})

test('a test event goes to one receiver; a disabled one gets none', async () => {
  const { id } = await register('c10')
  await register('c10')
  const answer = await call('c10', 'POST', `/${id}/test`)
  assert.equal(answer.status, 202, JSON.stringify(answer.body))
  const rows = await waiting('c10')
  assert.deepEqual(
    rows.map((row) => [row.id, row.target]),
    [[answer.body.deliveryId, `subscription:${id}`]],
  )
  await call('c10', 'PATCH', `/${id}`, { status: 'DISABLED' })
  const refused = await call('c10', 'POST', `/${id}/test`)
  assert.equal(refused.status, 409)
  assert.equal((await call('c10', 'PATCH', `/${id}`, {})).status, 400)
})
