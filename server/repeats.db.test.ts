import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { bootstrap } from '#access/index.ts'
import type { Program } from './program.ts'
import { serve } from './serve.ts'
import { services } from './services.ts'
import { testProgram } from './testing.ts'

const KEY = 'first-key-of-the-tests-0123456789abcdef'

const ENTRY = {
  id: 'kept',
  routingKeyPattern: 'a.*',
  webhookUrl: 'https://example.com/hook',
  createdAt: '2026-01-01T00:00:00Z',
  status: 'ACTIVE',
}

type Case = { url?: string; body?: unknown; of(answer: Record<string, unknown>): unknown }

const aCommand = (name: string, body: unknown): Record<string, Case> => ({
  [`POST /api/v1/encounters/:id/${name}`]: {
    url: `/api/v1/encounters/${name}/${name}`,
    body,
    of: ({ status, handling, team, closedAt }) => [status, handling, team, closedAt],
  },
})
const COMMANDS = {
  ...aCommand('close', { reason: 'done' }),
  ...aCommand('visit', { how: 'widget' }),
  ...aCommand('assign', { team: 't' }),
  ...aCommand('transfer', { queueId: 'q2' }),
  ...aCommand('extend', { minutes: 5 }),
  ...aCommand('return', {}),
  ...aCommand('bot', {}),
  ...aCommand('snooze', { until: new Date(Date.now() + 86_400_000).toISOString() }),
}

/** A body for each route that honours `Idempotency-Key`, and what of two answers must be equal. */
const CASES: Record<string, Case> = {
  'POST /api/v1/keys': { body: { name: 'K', scopes: ['events:read'] }, of: ({ id, key }) => [id, key] },
  'POST /api/v1/users': {
    body: { email: 'ana@example.org', name: 'Ana', role: 'viewer' },
    of: ({ id, password, createdAt }) => [id, password, createdAt],
  },
  'POST /api/v1/tenants': { body: { id: 'acme', name: 'Acme' }, of: ({ id, key }) => [id, key] },
  // A token is kept nowhere: another one says the same of the same person.
  'POST /api/v1/tokens': { body: { contactId: 'c' }, of: () => null },
  'POST /api/v1/timers': {
    body: { delay: 'PT1H', event: { type: 'tea.ready', data: { b: 1, a: [2] } } },
    of: ({ id, dueAt }) => [id, dueAt],
  },
  'POST /api/v1/encounters': {
    body: { id: 'given', queueId: 'q', contactId: 'c', channel: 'webchat' },
    of: ({ id, openedAt }) => [id, openedAt],
  },
  'POST /api/v1/encounters/:id/messages': {
    url: '/api/v1/encounters/e/messages',
    body: { from: 'patient', text: 'hello' },
    of: ({ id, createdAt }) => [id, createdAt],
  },
  // A signed link is kept nowhere: another one leads to the same place.
  'POST /api/v1/encounters/:id/link': { url: '/api/v1/encounters/e/link', body: {}, of: () => null },
  'POST /api/v1/event-types': { body: { name: 'tea.poured', schema: { type: 'object' } }, of: (answer) => answer },
  'POST /api/v1/event-types/:name/versions': {
    url: '/api/v1/event-types/TicketClosed/versions',
    body: { schema: true, major: 2 },
    of: (answer) => answer,
  },
  'POST /api/v1/flows': { body: { name: 'F' }, of: ({ id }) => id },
  'POST /api/v1/flows/import': { body: { cauce: 'flow/1', name: 'I', nodes: [], edges: [] }, of: ({ id }) => id },
  'POST /api/v1/notifications': {
    body: { to: { contactId: 'c' }, content: { body: 'hi' }, channels: ['inbox'] },
    of: ({ notificationId }) => notificationId,
  },
  'POST /api/v1/push': { body: { to: 'c', body: 'hi' }, of: ({ notificationId }) => notificationId },
  'POST /api/v1/subscriptions': {
    body: { routingKeyPattern: 'a.*', webhookUrl: 'https://example.com/hook' },
    of: ({ id, secret }) => [id, secret],
  },
  'POST /api/v1/subscriptions/import': {
    body: [ENTRY],
    of: ({ imported, subscriptions }) => [imported, subscriptions],
  },
  // Each rotation makes a secret: the last one counts, the ones before it stay valid for a while.
  'POST /api/v1/subscriptions/:id/rotate-secret': {
    url: '/api/v1/subscriptions/s/rotate-secret',
    body: {},
    of: () => null,
  },
  'POST /api/v1/subscriptions/:id/test': {
    url: '/api/v1/subscriptions/s/test',
    of: ({ deliveryId }) => deliveryId,
  },
  'POST /api/v1/subscriptions/:id/replay': {
    url: '/api/v1/subscriptions/s/replay',
    body: { since: '2026-01-01T00:00:00Z' },
    of: ({ count }) => count,
  },
  'POST /api/v1/inbound-endpoints': {
    body: { name: 'I', verification: { kind: 'standard-webhooks' }, event: { type: 'a.b' } },
    of: ({ id, url, secret }) => [id, url, secret],
  },
  'POST /api/v1/inbound-endpoints/:id/rotate-secret': {
    url: '/api/v1/inbound-endpoints/INBOUND/rotate-secret',
    body: {},
    of: ({ secret, previousValidUntil }) => [secret, previousValidUntil],
  },
  'POST /api/v1/inbound-endpoints/:id/refeed': {
    url: '/api/v1/inbound-endpoints/INBOUND/refeed',
    body: {},
    of: ({ count }) => count,
  },
  'POST /api/v1/deliveries/replay': { body: { subscription: 's' }, of: ({ count }) => count },
  'POST /api/v1/deliveries/:id/retry': { url: '/api/v1/deliveries/DELIVERY/retry', of: ({ id }) => id },
  'POST /api/v1/flows/:id/runs': { url: '/api/v1/flows/MANUAL/runs', body: {}, of: ({ id, eventId }) => [id, eventId] },
  'POST /api/v1/flows/:id/runs/bulk': {
    url: '/api/v1/flows/MANUAL/runs/bulk',
    body: { action: 'replay' },
    of: ({ id }) => id,
  },
  'POST /api/v1/runs/:id/fork': { url: '/api/v1/runs/BEGUN/fork', body: { nodeId: 'end' }, of: ({ id }) => id },
  'POST /api/v1/flows/:id/publish': { url: '/api/v1/flows/FLOW/publish', body: {}, of: ({ version }) => version },
  'POST /api/v1/mqtt/rules': {
    body: { id: 'r', name: 'R', topic: 'a/#', event: { type: '"a.b"' } },
    of: ({ id, createdAt }) => [id, createdAt],
  },
  'POST /api/v1/whatsapp/commands': {
    body: { line: 'clientes', to: '+56987654321', message: 'hi' },
    of: ({ messageId, deliveryId }) => [messageId, deliveryId],
  },
  ...COMMANDS,
}

/** Rows a repeat may add although its work is not done twice. */
const MAY_GROW: Record<string, readonly string[]> = {
  'POST /api/v1/tokens': ['audit'],
  'POST /api/v1/subscriptions/:id/rotate-secret': ['subscription_secret', 'audit'],
  'POST /api/v1/inbound-endpoints/:id/rotate-secret': ['audit'],
}

/** POSTs that make nothing, or whose repeat changes nothing more. */
const WITHOUT_KEY = [
  // The id of the event is the key.
  'POST /api/v1/events',
  'POST /api/v1/contacts/behind',
  'POST /api/v1/login',
  'POST /api/v1/logout',
  'POST /api/v1/me/password',
  'POST /api/v1/flows/:id/simulate',
  'POST /api/v1/flows/:id/simulate/people',
  'POST /api/v1/flows/:id/replay',
  'POST /api/v1/runs/:id/replay',
  'POST /api/v1/flows/:id/canary/promote',
  'POST /api/v1/flows/:id/canary/stop',
  'POST /api/v1/flows/:id/cases/run',
  'POST /api/v1/flows/:id/check',
  'POST /api/v1/flows/:id/publish/preview',
  'POST /api/v1/flows/:id/publish/undo',
  'POST /api/v1/flows/:id/unpublish',
  'POST /api/v1/calendars/:id/preview',
  'POST /api/v1/queues/:id/preview',
  'POST /api/v1/runs/:id/cancel',
  'POST /api/v1/runs/:id/retry',
  'POST /api/v1/approvals/:id/approve',
  'POST /api/v1/approvals/:id/reject',
  'POST /api/v1/templates/:key/preview',
  'POST /api/v1/conversation-texts/read',
  'POST /api/v1/notifications/:id/cancel',
  'POST /notifications/read',
  'POST /api/v1/session',
  'POST /api/v1/set-up',
  'POST /api/v1/sources/:pair/switch',
  'POST /api/v1/subscriptions/:id/replay/stop',
  'POST /api/v1/subscriptions/:id/end-previous-secret',
  'POST /api/v1/switches/:name',
  'POST /backoffice/events/quarantine/retry',
  'POST /backoffice/events/quarantine/discard',
  // As for an event: the id of the message.
  'POST /backoffice/brokers/refused/:id/retry',
  'POST /backoffice/events/retry',
  'POST /backoffice/events/discard',
  // What is asked is over with the answer.
  'POST /api/v1/mqtt/requests',
  'POST /api/v1/mqtt/rules/test',
  'POST /api/v1/mqtt/rules/:id/test',
  'POST /api/v1/mqtt/refused/:id/retry',
  'POST /backoffice/mqtt/reconnect',
  // What a message says of itself, or its signature, is the key.
  'POST /in/:address',
  'POST /api/v1/inbound-endpoints/:id/test',
  // What is an event already stays the one.
  'POST /api/v1/inbound-endpoints/:id/receipts/:receiptId/refeed',
  // The id of the message is the key.
  'POST /wa-clientes/send',
  'POST /wa-proveedores/send',
  'POST /r/:token/visit',
  'POST /r/:token/reply',
]

describe('a keyed request repeated after a crash that lost its answer', () => {
  let program: Program & { url: string; close(): Promise<void> }
  let app: FastifyInstance
  let client: pg.Client

  const send = (method: 'POST' | 'PUT', url: string, payload: unknown, key?: string) =>
    app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${KEY}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
  const made: Record<string, string> = {}

  async function rows(): Promise<Record<string, number>> {
    const { rows } = await client.query<{ name: string; count: number }>(
      `select relname as name, (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I', relname), false, true, '')))[1]::text::int as count
       from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
         and relname <> 'idempotency_key'`,
    )
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
  }

  before(async () => {
    program = await testProgram(services, { env: { CAUCE_API_KEY: KEY } })
    const { runtime, database } = program
    await bootstrap({ database, settings: runtime.settings, clock: runtime.clock })
    app = await serve(program, [])
    client = new pg.Client({ connectionString: program.url })
    await client.connect()
    for (const [method, url, body] of [
      ['PUT', '/api/v1/queues/q', { name: 'Q' }],
      ['PUT', '/api/v1/contacts/c', { name: 'C' }],
      ['POST', '/api/v1/encounters', { id: 'e', queueId: 'q', contactId: 'c', channel: 'webchat' }],
      ['POST', '/api/v1/subscriptions/import', [{ ...ENTRY, id: 's' }]],
      ['PUT', '/api/v1/queues/q2', { name: 'Q2' }],
      ...Object.keys(COMMANDS).map((name) => {
        const id = name.split('/').at(-1)
        return ['POST', '/api/v1/encounters', { id, queueId: 'q', contactId: 'c', channel: 'webchat' }] as const
      }),
    ] as const) {
      const answer = await send(method, url, body)
      assert.ok(answer.statusCode < 300, answer.body)
    }
    made.DELIVERY = (await send('POST', '/api/v1/subscriptions/s/test', undefined)).json().deliveryId
    made.FLOW = (await send('POST', '/api/v1/flows', { name: 'P' })).json().id
    const inbound = { name: 'I', verification: { kind: 'standard-webhooks' }, event: { type: 'a.b' } }
    made.INBOUND = (await send('POST', '/api/v1/inbound-endpoints', inbound)).json().id
    const graph = {
      nodes: [
        { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'a.b' } },
        { id: 'end', type: 'end', position: { x: 0, y: 9 }, data: {} },
      ],
      edges: [{ id: '1', source: 'start', target: 'end' }],
    }
    assert.equal((await send('PUT', `/api/v1/flows/${made.FLOW}/draft`, graph)).statusCode, 200)
    made.MANUAL = (await send('POST', '/api/v1/flows', { name: 'M' })).json().id
    const [start, end] = graph.nodes
    const manual = { ...graph, nodes: [{ ...start, data: { manual: true } }, end] }
    assert.equal((await send('PUT', `/api/v1/flows/${made.MANUAL}/draft`, manual)).statusCode, 200)
    assert.equal((await send('POST', `/api/v1/flows/${made.MANUAL}/publish`, {})).statusCode, 200)
    const { id, eventId } = (await send('POST', `/api/v1/flows/${made.MANUAL}/runs`, {})).json()
    made.BEGUN = id
    // No consumer runs here.
    await client.query(
      `insert into flow_run (tenant, id, flow_id, version, slot, subject, status, event_id, event_position, started_at,
         ended_at, revision, hops, state, steps)
       select tenant, $1, $2, 1, '', subject, 'completed', id, position, occurred_at, occurred_at, 1, 0,
         '{"about":{},"visits":1,"vars":{},"outcome":null,"failure":null,"goalAt":null,"seen":1}', '[]'
       from event_log where id = $3`,
      [id, made.MANUAL, eventId],
    )
  })
  after(async () => {
    await client?.end()
    await app?.close()
    await program?.close()
  })

  it('is tried for every route that honours the key, and every POST that makes something does', () => {
    const named = (routes: typeof program.routes) => routes.map(({ method, path }) => `${method} ${path}`).sort()
    assert.deepEqual(named(program.routes.filter(({ idempotent }) => idempotent)), Object.keys(CASES).sort())
    const posts = program.routes.filter(({ method, idempotent }) => method === 'POST' && !idempotent)
    assert.deepEqual(named(posts), WITHOUT_KEY.sort())
  })

  for (const [name, { url: pattern = name.slice(5), body, of }] of Object.entries(CASES)) {
    it(`${name} finds its own work`, async () => {
      const url = pattern.replace(/[A-Z]{4,}/, (thing) => made[thing] as string)
      const first = await send('POST', url, body, 'k')
      assert.ok(first.statusCode < 300, first.body)
      const before = await rows()
      // What a killed process leaves once its claims are dropped: the work, and no trace of the key.
      await client.query('delete from idempotency_key')
      const again = await send('POST', url, body, 'k')
      assert.equal(again.statusCode, first.statusCode, again.body)
      assert.deepEqual(of(again.json()), of(first.json()))
      const after = await rows()
      for (const table of MAY_GROW[name] ?? []) after[table] = before[table] as number
      assert.deepEqual(after, before)
    })
  }

  for (const [name, { url, body }] of Object.entries(COMMANDS)) {
    const id = name.split('/').at(-1) as string
    // A sign of life moves the last one on, and changes nothing else of an open encounter.
    if (id === 'visit') continue
    it(`${id} changes an encounter once, also when somebody acted on it in between`, async () => {
      const other = `${id}-twice`
      await send('POST', '/api/v1/encounters', { id: other, queueId: 'q', contactId: 'c', channel: 'webchat' })
      const at = String(url).replace(`/${id}/`, `/${other}/`)
      const row = async () =>
        (await client.query('select to_jsonb(e) as row from encounter e where encounter_id = $1', [other])).rows[0].row
      assert.equal((await send('POST', at, body, 'twice')).statusCode, 200)
      if (id !== 'close') {
        const given = await send('POST', `/api/v1/encounters/${other}/assign`, { user: 'somebody-else' })
        assert.equal(given.statusCode, 200)
      }
      const before = await row()
      await client.query('delete from idempotency_key')
      assert.equal((await send('POST', at, body, 'twice')).statusCode, 200)
      assert.deepEqual(await row(), before)
    })
  }

  it('another timer under the id of one that is there stays a conflict', async () => {
    const timer = { id: 'tea', delay: 'PT1H', event: { type: 'tea.ready' } }
    assert.equal((await send('POST', '/api/v1/timers', timer, 'tea-1')).statusCode, 201)
    assert.equal((await send('POST', '/api/v1/timers', { ...timer, event: { type: 'x.y' } }, 'tea-2')).statusCode, 409)
    assert.equal((await send('POST', '/api/v1/timers', timer)).statusCode, 409)
  })
})
