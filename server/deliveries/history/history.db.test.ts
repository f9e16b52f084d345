import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { asOwner } from '#events/testing.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import type { Permission } from '#platform/http/route.ts'
import { createServer } from '#platform/http/server.ts'
import type { Service } from '#platform/service.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { noSpans } from '#platform/telemetry/spans.ts'
import { pagesTouched } from '#platform/testing.ts'
import { testProgram } from '../../testing.ts'
import type { DeliveryDraft } from '../delivery.ts'
import { cancelDeliveries, deliveries, enqueueDeliveries, registerChannel } from '../index.ts'
import { causedDeliveries, listEnded } from './store.ts'
import type { AttemptView, DeliveryView } from './view.ts'

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let well = false
const sent: string[] = []

const receiver: Service = {
  name: 'receiver',
  settings: {},
  migrations: null,
  open(runtime) {
    registerChannel(runtime, {
      name: 'test',
      schedule: [],
      timeoutMs: 1_000,
      prepare: async (rows) => rows.map(() => ({ summary: 'POST https://example.com/hook' })),
      async send(_prepared, { id, target }) {
        sent.push(id)
        if (well || target === 'subscription:well') return { verdict: 'delivered', status: 200, body: 'ok' }
        return {
          verdict: 'retry',
          status: 500,
          headers: { server: 'x' },
          body: 'down',
          error: 'the receiver answered 500',
        }
      },
    })
    return {}
  },
}

before(async () => {
  program = await testProgram([deliveries, receiver])
  await program.start()
  app = await createServer({
    routes: program.routes.filter((route) => route.path.startsWith('/api/v1/deliveries')),
    authenticate: (tenant) => ({
      tenant,
      actor: 'key:test',
      person: null,
      permissions: new Set<Permission>(['deliveries:read', 'deliveries:write']),
    }),
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

const draft = (target: string, more: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  tenant: 'default',
  id: randomUUID(),
  channel: 'test',
  target: `subscription:${target}`,
  eventId: 'e1',
  cause: 'e1',
  traceparent: null,
  ...more,
})

async function deliver(...drafts: DeliveryDraft[]): Promise<void> {
  await program.database.transaction(async (tx) => enqueueDeliveries(tx, drafts, program.runtime))
  await settled(drafts.filter(({ dueAt }) => dueAt === undefined))
}

async function settled(drafts: readonly DeliveryDraft[]): Promise<void> {
  for (const end = performance.now() + 5_000; ; await new Promise((resolve) => setTimeout(resolve, 5))) {
    const [row] = await program.database.worker.query<{ n: number }>(
      'select count(*)::int as n from delivery where id = any($1::uuid[])',
      [drafts.map(({ id }) => id)],
    )
    if (row?.n === 0) return
    if (performance.now() > end) throw new Error('deliveries did not end')
  }
}

async function call(method: 'GET' | 'POST', path: string, body?: object, tenant = 'default') {
  const answer = await app.inject({
    method,
    url: `/api/v1/deliveries${path}`,
    headers: { authorization: `Bearer ${tenant}` },
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> }
}
const list = async (query: string, tenant?: string) => {
  const { status, body } = await call('GET', query, undefined, tenant)
  assert.equal(status, 200)
  return body as { items: DeliveryView[]; nextCursor: string | null }
}
const ids = (views: readonly { id: string }[]) => views.map(({ id }) => id)

test('deliveries are listed by state, receiver, event and time, page by page', async () => {
  well = false
  const failed = [draft('a'), draft('a'), draft('a', { eventId: 'e2', cause: 'e2' })]
  for (const one of failed) await deliver(one)
  const done = draft('well')
  const later = [1, 2, 3].map((i) => draft('a', { dueAt: program.runtime.clock.wall() + i * 3_600_000 }))
  await deliver(done, ...later)
  assert.deepEqual(ids((await list('?subscription=a&status=failed')).items), ids(failed).reverse())
  assert.deepEqual(ids((await list('?status=delivered')).items), [done.id])
  assert.deepEqual(ids((await list('?eventId=e2')).items), [failed[2]?.id])
  assert.deepEqual(ids((await list('?status=pending')).items), ids(later))
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof list>> = await list(`?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`)
    assert.ok(page.items.length <= 2)
    seen.push(...ids(page.items))
    cursor = page.nextCursor
  } while (cursor !== null)
  assert.deepEqual(seen, [...ids(later), done.id, ...ids(failed).reverse()])
  const future = new Date(program.runtime.clock.wall() + 60_000).toISOString()
  assert.deepEqual((await list(`?since=${future}`)).items, [])
  assert.deepEqual(ids((await list(`?until=${future}`)).items), seen)
  const past = new Date(program.runtime.clock.wall() - 86_400_000).toISOString()
  assert.deepEqual((await list(`?until=${past}`)).items, [])
  assert.equal((await call('GET', '?cursor=nonsense')).status, 400)
  assert.equal((await call('GET', '?status=lost')).status, 400)
})

test('a delivery is shown with each attempt', async () => {
  well = false
  const one = draft('b')
  await deliver(one)
  const { body } = await call('GET', `/${one.id}`)
  const shown = body as DeliveryView & { history: AttemptView[] }
  assert.deepEqual(
    [shown.id, shown.status, shown.attempts, shown.lastStatus, shown.lastError],
    [one.id, 'failed', 1, 500, 'the receiver answered 500'],
  )
  const [attempt] = shown.history
  assert.deepEqual(
    [attempt?.number, attempt?.result, attempt?.request, attempt?.status, attempt?.body, attempt?.headers],
    [1, 'exhausted', 'POST https://example.com/hook', 500, 'down', { server: 'x' }],
  )
  assert.match(String(attempt?.latencyMs), /^\d+(\.\d)?$/)
  assert.equal((await call('GET', `/${randomUUID()}`)).status, 404)
  assert.equal((await call('GET', '/not-an-id')).status, 400)
})

test('a retry sends the same id again and counts on; one that waits is due at once', async () => {
  well = false
  const one = draft('c')
  await deliver(one)
  well = true
  assert.equal((await call('POST', `/${one.id}/retry`)).status, 202)
  await settled([one])
  const shown = (await call('GET', `/${one.id}`)).body as DeliveryView & { history: AttemptView[] }
  assert.deepEqual([shown.status, shown.attempts, shown.history.length], ['delivered', 2, 2])
  assert.equal(sent.filter((id) => id === one.id).length, 2)
  assert.deepEqual((await list('?subscription=c')).items.length, 1)
  const later = draft('c', { dueAt: program.runtime.clock.wall() + 3_600_000 })
  await deliver(later)
  assert.equal((await call('POST', `/${later.id}/retry`)).status, 202)
  await settled([later])
  assert.equal((await call('POST', `/${randomUUID()}/retry`)).status, 404)
})

test('a replay counts first, leaves out what it is told to, and repeats the rest once', async () => {
  well = false
  const drafts = [draft('d'), draft('d'), draft('d'), draft('d')]
  const since = new Date(program.runtime.clock.wall() - 1_000).toISOString()
  await deliver(...drafts)
  const filter = { subscription: 'd', since, exclude: [drafts[0]?.id] }
  assert.deepEqual((await call('POST', '/replay', { ...filter, dryRun: true })).body, {
    count: 3,
    replayed: 0,
    remaining: 3,
  })
  assert.equal(sent.filter((id) => ids(drafts).includes(id)).length, 4)
  well = true
  assert.deepEqual((await call('POST', '/replay', filter)).body, { count: 3, replayed: 3, remaining: 0 })
  await settled(drafts)
  assert.deepEqual(ids((await list('?subscription=d&status=failed')).items), [drafts[0]?.id])
  assert.equal((await list('?subscription=d&status=delivered')).items.length, 3)
  assert.equal(sent.filter((id) => ids(drafts).includes(id)).length, 7)
  assert.deepEqual((await call('POST', '/replay', { ids: ids(drafts).slice(0, 2) })).body, {
    count: 2,
    replayed: 2,
    remaining: 0,
  })
  await settled(drafts)
  assert.equal((await call('POST', '/replay', {})).status, 400)
  assert.equal((await call('POST', '/replay', { ids: ['x'] })).status, 400)
})

test('what waits while its receiver is left alone is tried when that is over, and stays in its place', async () => {
  const wall = program.runtime.clock.wall()
  const late = [1, 2].map((i) => draft('h', { dueAt: wall + i * 3_600_000 }))
  await deliver(...late)
  const until = new Date(wall + 5_400_000)
  await program.database.worker.query(
    `insert into delivery_target (tenant, target, failures, opens, open_until, opened_at)
     values ('default', 'subscription:h', 10, 1, $1, now())`,
    [until],
  )
  const times = [until.toISOString(), new Date(wall + 7_200_000).toISOString()]
  const [first, second] = [await list('?subscription=h&limit=1'), await list('?subscription=h')]
  assert.deepEqual(
    second.items.map(({ nextAttemptAt }) => nextAttemptAt),
    times,
  )
  assert.deepEqual(ids((await list(`?subscription=h&cursor=${first.nextCursor}`)).items), [late[1]?.id])
  assert.equal((await call('GET', `/${late[0]?.id}`)).body.nextAttemptAt, times[0])
  await program.database.worker.query(`delete from delivery_target where target = 'subscription:h'`)
})

test('what called a delivery off is no attempt and has no number', async () => {
  const one = draft('g', { dueAt: program.runtime.clock.wall() + 3_600_000 })
  await deliver(one)
  await program.database.worker.query(
    `with tried as (update delivery set attempts = 1 where id = $1::uuid returning *)
     insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, status, created_at, next_at)
     select tenant, id, created_at, 1, channel, target, 'retry', 503, created_at, due_at from tried`,
    [one.id],
  )
  await program.database.transaction((tx) => cancelDeliveries(tx, 'default', { ids: [one.id] }, program.runtime))
  const shown = (await call('GET', `/${one.id}`)).body as DeliveryView & { history: AttemptView[] }
  assert.deepEqual([shown.status, shown.attempts], ['cancelled', 1])
  assert.deepEqual(
    shown.history.map(({ number, result }) => [number, result]),
    [
      [1, 'retry'],
      [null, 'cancelled'],
    ],
  )
})

test('of an answered call what was asked is not kept, and it is not repeated', async () => {
  well = true
  const one = draft('e', { request: { secret: 's3cret' }, notifyOn: { kind: 'nobody', key: 'k' } })
  await deliver(one)
  assert.equal((await call('POST', `/${one.id}/retry`)).status, 400)
  const kept = await program.database.worker.query(
    'select content from delivery_attempt where delivery_id = $1::uuid',
    [one.id],
  )
  assert.deepEqual(kept, [{ content: null }])
})

test('another tenant sees and repeats nothing', async () => {
  well = false
  const one = draft('f')
  await deliver(one)
  assert.deepEqual((await list('', 'stranger')).items, [])
  assert.equal((await call('GET', `/${one.id}`, undefined, 'stranger')).status, 404)
  assert.equal((await call('POST', `/${one.id}/retry`, undefined, 'stranger')).status, 404)
  assert.deepEqual((await call('POST', '/replay', { ids: [one.id] }, 'stranger')).body, {
    count: 0,
    replayed: 0,
    remaining: 0,
  })
  assert.equal(sent.filter((id) => id === one.id).length, 1)
})

test('what an event caused is found, waiting or ended', async () => {
  const [done, later] = [
    draft('well', { cause: 'e9' }),
    draft('well', { cause: 'run:r9', dueAt: program.runtime.clock.wall() + 9e6 }),
  ]
  await deliver(done, later)
  const found = await causedDeliveries(program.database.worker, 'default', [{ id: 'e9' }, { id: 'run:r9' }])
  assert.deepEqual(
    found.map(({ id, status }) => [id, status]),
    [
      [later.id, 'pending'],
      [done.id, 'delivered'],
    ],
  )
  assert.deepEqual(await causedDeliveries(program.database.worker, 'stranger', [{ id: 'e9' }]), [])
})

test('of a channel that nothing went by, or an end that nothing came to, no row is read', async () => {
  await asOwner(program.url, async (client) => {
    await client.query(
      `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, ended, created_at, body)
       select 'many', gen_random_uuid(), now(), 1, 'test', 'subscription:a', 'delivered', 'delivered', now(), repeat('answer ', 50)
       from generate_series(1, 20000)`,
    )
    await client.query('vacuum analyze delivery_attempt')
  })
  for (const filter of [{ channel: 'email' }, { status: 'cancelled' }] as const) {
    const pages = await program.database.asTenant('many', (tx) =>
      pagesTouched(tx, (db) => listEnded(db, 'many', filter, undefined, 51)),
    )
    // The rows themselves stand on some 1,200 pages.
    assert.ok(pages > 0 && pages < 400, `${JSON.stringify(filter)}: ${pages} pages`)
  }
})
