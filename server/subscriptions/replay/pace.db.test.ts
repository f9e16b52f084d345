import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { deliveries, enqueueDeliveries } from '#deliveries/index.ts'
import { flatEvent, testProgram } from '../../testing.ts'
import { subscriptions } from '../index.ts'
import { targetOf } from '../subscription.ts'
import { REPLAY_KIND, replayKind } from './due.ts'
import { beginReplay } from './store.ts'

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  // Not started: nothing leaves, and what is due stays.
  program = await testProgram([deliveries, subscriptions], { env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.1' } })
})
after(() => program?.close())

test('a step of a replay waits until those of the step before, which came late, have had their turn', async () => {
  const { database, runtime } = program
  const found = program.routes.find(({ method, path }) => method === 'POST' && path === '/api/v1/subscriptions')
  assert.ok(found)
  const body = { routingKeyPattern: 'encounter.#', webhookUrl: 'http://127.0.0.1:9/paced' }
  const identity = { tenant: 'default', actor: 'key:test', person: null, permissions: new Set() }
  const call = { identity, params: {}, query: {}, body, traceparent: '', newId: randomUUID, newSecret: randomUUID }
  const { id } = (await found.handle(call as unknown as Parameters<typeof found.handle>[0])) as { id: string }
  await program.log.append(flatEvent({ id: 'missed', tenant: 'default', subtype: 'closed' }))

  const now = runtime.clock.wall()
  const earlier = { tenant: 'default', id: randomUUID(), channel: 'webhook', target: targetOf(id) }
  await database.transaction(async (tx) =>
    enqueueDeliveries(
      tx,
      [{ ...earlier, dueAt: now + 60_000, spacingMs: 500, traceparent: null, cause: null }],
      runtime,
    ),
  )
  const payload = { subscription: id, exclude: [], after: 0, upTo: 1_000, spacingMs: 500 }
  const key = randomUUID()
  await database.transaction((tx) =>
    beginReplay(tx, { tenant: 'default', subscription: id }, { id: key, counted: 1, putBack: 0, walks: true }, now),
  )
  const row = { kind: REPLAY_KIND, tenant: 'default', key, dueAt: now, payload, attempts: 0 }
  const step = (at: number) => database.transaction((tx) => replayKind(runtime).handle([row], tx, at))
  const waiting = () =>
    database.worker.query<{ due: number }>(
      'select extract(epoch from due_at)::double precision * 1000 as due from delivery where target = $1 order by due_at',
      [targetOf(id)],
    )

  await step(now)
  assert.equal((await waiting()).length, 1)
  const [again] = await database.worker.query<{ due: number; payload: object }>(
    'select extract(epoch from due_at)::double precision * 1000 as due, payload from due where kind = $1',
    [REPLAY_KIND],
  )
  assert.ok(again && Math.abs(again.due - (now + 60_500)) <= 1)
  assert.deepEqual(again.payload, payload)

  await step(again.due)
  const rows = await waiting()
  assert.equal(rows.length, 2)
  assert.ok((rows[1]?.due ?? 0) - (rows[0]?.due ?? 0) >= 499)
})
