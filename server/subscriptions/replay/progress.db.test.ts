import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { deliveries } from '#deliveries/index.ts'
import { flatEvent, testProgram } from '../../testing.ts'
import { subscriptions } from '../index.ts'
import { activeEndpoints } from '../store.ts'
import { REPLAY_KIND, replayKind } from './due.ts'

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  // Not started: nothing leaves, and what is due stays.
  program = await testProgram([deliveries, subscriptions], { env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.1' } })
  const today = new Date(program.runtime.clock.wall()).toISOString().slice(0, 10)
  await program.database.worker.query('select delivery_days($1::date, 1, 30)', [today])
})
after(() => program?.close())

type Answer = {
  id: string
  count: number
  stopped: number
  ended: boolean
  previousValidUntil?: string
  replay?: { total: number; left: number }
}

async function call(method: string, path: string, asked: object = {}): Promise<Answer> {
  const found = program.routes.find((route) => route.method === method && route.path === `/api/v1/subscriptions${path}`)
  assert.ok(found, path)
  const identity = { tenant: 'default', actor: 'key:test', person: null, permissions: new Set() }
  const given = { identity, params: {}, query: {}, body: {}, traceparent: '', newId: randomUUID, ...asked }
  return (await found.handle(given as unknown as Parameters<typeof found.handle>[0])) as Answer
}

const audited = async (id: string) =>
  (
    await program.database.worker.query<{ action: string; after: Record<string, unknown> | null }>(
      'select action, after from audit where target = $1 order by id',
      [`subscription:${id}`],
    )
  ).slice(1)

const register = () =>
  call('POST', '', { body: { routingKeyPattern: 'encounter.#', webhookUrl: 'http://127.0.0.1:9/x' } })

test('a replay tells how far it is, and stops: what was not tried is called off, what was delivered stays so', async () => {
  const { database, runtime } = program
  const { worker } = database
  const since = new Date(runtime.clock.now() - 60_000).toISOString()
  for (const id of ['a', 'b', 'c']) await program.log.append(flatEvent({ id, tenant: 'default', subtype: 'closed' }))
  await program.log.settled()
  const { id } = await register()
  const params = { id }
  const progress = async () => (await call('GET', '/:id', { params })).replay
  assert.equal(await progress(), undefined)
  const newId = randomUUID()
  const begin = () => call('POST', '/:id/replay', { params, body: { since, perSecond: 1 }, newId: () => newId })
  assert.equal((await begin()).count, 3)
  await begin()
  assert.deepEqual([(await progress())?.total, (await progress())?.left], [3, 3])

  const due = await worker.query<{ key: string; payload: object }>('select key, payload from due where kind = $1', [
    REPLAY_KIND,
  ])
  assert.equal(due.length, 1)
  const step = { kind: REPLAY_KIND, tenant: 'default', dueAt: 0, attempts: 0, ...due[0] } as never
  await database.transaction((tx) => replayKind(runtime).handle([step], tx, runtime.clock.wall()))
  const waiting = () =>
    worker.query<{ id: string }>('select id from delivery where target = $1', [`subscription:${id}`])
  const [tried, known] = await waiting()
  assert.ok(tried && known)
  // One is through, and one had been delivered before it was put back.
  await worker.query('delete from delivery where id = $1', [tried.id])
  await worker.query(
    `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict)
     select tenant, id, now(), 1, channel, target, 'delivered' from delivery where id = $1`,
    [known.id],
  )
  assert.deepEqual([(await progress())?.total, (await progress())?.left], [3, 2])

  assert.deepEqual(await call('POST', '/:id/replay/stop', { params }), { stopped: 2 })
  assert.deepEqual(await waiting(), [])
  const ends = await worker.query<{ delivery_id: string; ended: string; error: string }>(
    'select delivery_id, ended, error from delivery_attempt where target = $1 and ended is not null',
    [`subscription:${id}`],
  )
  assert.deepEqual(ends.map(({ ended }) => ended).sort(), ['cancelled', 'delivered'])
  assert.equal(ends.find(({ ended }) => ended === 'delivered')?.delivery_id, known.id)
  assert.ok(ends.every(({ error }) => error === 'the replay was stopped'))
  assert.equal(await progress(), undefined)
  assert.deepEqual(await call('POST', '/:id/replay/stop', { params }), { stopped: 0 })
  // A step that came by it meanwhile does nothing more.
  await database.transaction((tx) => replayKind(runtime).handle([step], tx, runtime.clock.wall()))
  assert.deepEqual(await waiting(), [])

  const [replayed, stopped, ...more] = await audited(id)
  assert.deepEqual(replayed, {
    action: 'subscription.replayed',
    after: { what: 'missing', since, perSecond: 1, count: 3 },
  })
  assert.deepEqual(stopped, { action: 'subscription.replay-stopped', after: { count: 2 } })
  assert.deepEqual(more, [])
})

test('a test event is told in the audit log', async () => {
  const { id } = await register()
  const newId = randomUUID()
  for (let i = 0; i < 2; i++) await call('POST', '/:id/test', { params: { id }, newId: () => newId })
  assert.deepEqual(await audited(id), [{ action: 'subscription.tested', after: { deliveryId: newId } }])
})

test('it is told until when a rotated secret signs, and it can be ended at once', async () => {
  const { id } = await register()
  const params = { id }
  const until = async () => (await call('GET', '/:id', { params })).previousValidUntil
  assert.equal(await until(), undefined)
  const { previousValidUntil } = await call('POST', '/:id/rotate-secret', { params })
  assert.equal(await until(), previousValidUntil)
  assert.deepEqual(await call('POST', '/:id/end-previous-secret', { params }), { ended: true })
  assert.equal(await until(), undefined)
  const [endpoint] = await activeEndpoints(program.database.worker, [{ tenant: 'default', id }])
  const now = program.runtime.clock.wall()
  assert.equal(endpoint?.secrets.filter((secret) => secret.until === null || secret.until > now).length, 1)
  assert.deepEqual(await call('POST', '/:id/end-previous-secret', { params }), { ended: false })
  const actions = (await audited(id)).map(({ action }) => action)
  assert.deepEqual(actions, ['subscription.secret-rotated', 'subscription.previous-secret-ended'])
})
