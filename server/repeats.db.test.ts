import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import type { Program } from './program.ts'
import { services } from './services.ts'
import { testProgram, testServer } from './testing.ts'

const ENTRY = {
  id: 'kept',
  routingKeyPattern: 'a.*',
  webhookUrl: 'https://example.com/hook',
  createdAt: '2026-01-01T00:00:00Z',
  status: 'ACTIVE',
}

/** A body for each route that honours `Idempotency-Key`, and what of two answers must be equal. */
const CASES: Record<string, { url?: string; body: unknown; of(answer: Record<string, unknown>): unknown }> = {
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
  'POST /api/v1/flows': { body: { name: 'F' }, of: ({ id }) => id },
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
    of: () => null,
  },
  // Each rotation makes a secret: the last one counts, the ones before it stay valid for a while.
  'POST /api/v1/subscriptions/:id/rotate-secret': {
    url: '/api/v1/subscriptions/s/rotate-secret',
    body: {},
    of: () => null,
  },
}

/** Rows a repeat may add although its work is not done twice. */
const MAY_GROW: Record<string, readonly string[]> = {
  'POST /api/v1/subscriptions/:id/rotate-secret': ['subscription_secret', 'audit'],
}

describe('a keyed request repeated after a crash that lost its answer', () => {
  let program: Program & { url: string; close(): Promise<void> }
  let app: FastifyInstance
  let client: pg.Client

  const send = (method: 'POST' | 'PUT', url: string, payload: unknown, key?: string) =>
    app.inject({
      method,
      url,
      headers: { authorization: 'Bearer acme', ...(key === undefined ? {} : { 'idempotency-key': key }) },
      payload: payload as object,
    })

  async function rows(): Promise<Record<string, number>> {
    const { rows } = await client.query<{ name: string; count: number }>(
      `select relname as name, (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I', relname), false, true, '')))[1]::text::int as count
       from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
         and relname <> 'idempotency_key'`,
    )
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
  }

  before(async () => {
    program = await testProgram(services)
    app = await testServer(program)
    client = new pg.Client({ connectionString: program.url })
    await client.connect()
    for (const [method, url, body] of [
      ['PUT', '/api/v1/queues/q', { name: 'Q' }],
      ['PUT', '/api/v1/contacts/c', { name: 'C' }],
      ['POST', '/api/v1/encounters', { id: 'e', queueId: 'q', contactId: 'c', channel: 'webchat' }],
      ['POST', '/api/v1/subscriptions/import', [{ ...ENTRY, id: 's' }]],
    ] as const) {
      const answer = await send(method, url, body)
      assert.ok(answer.statusCode < 300, answer.body)
    }
  })
  after(async () => {
    await client?.end()
    await app?.close()
    await program?.close()
  })

  it('is tried for every route that honours the key', () => {
    const keyed = program.routes.filter((route) => route.idempotent).map(({ method, path }) => `${method} ${path}`)
    assert.deepEqual(keyed.sort(), Object.keys(CASES).sort())
  })

  for (const [name, { url = name.slice(5), body, of }] of Object.entries(CASES)) {
    it(`${name} finds its own work`, async () => {
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

  it('another timer under the id of one that is there stays a conflict', async () => {
    const timer = { id: 'tea', delay: 'PT1H', event: { type: 'tea.ready' } }
    assert.equal((await send('POST', '/api/v1/timers', timer, 'tea-1')).statusCode, 201)
    assert.equal((await send('POST', '/api/v1/timers', { ...timer, event: { type: 'x.y' } }, 'tea-2')).statusCode, 409)
    assert.equal((await send('POST', '/api/v1/timers', timer)).statusCode, 409)
  })
})
