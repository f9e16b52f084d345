import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { manualClock } from '#platform/clock.ts'
import { type OpenDatabase, openDatabase } from '#platform/database.ts'
import { CLAIM_MS, KEY_LIFETIME_MS } from '#platform/http/idempotency.ts'
import { createIdempotencyStore } from '#platform/http/idempotency-store.ts'
import { route } from '#platform/http/route.ts'
import { testServer } from '#platform/http/testing.ts'
import { conflict, Problem } from '#platform/problem.ts'
import { testDatabase } from '#platform/testing.ts'

const START = Date.parse('2026-03-01T00:00:00Z')

let base: Awaited<ReturnType<typeof testDatabase>>
let database: OpenDatabase
let app: FastifyInstance
const clock = manualClock(START)
let made = 0
let gate: Promise<void> | undefined
let entered: PromiseWithResolvers<void>

before(async () => {
  base = await testDatabase()
  database = openDatabase(base.url)
  app = await testServer(
    [
      route({
        method: 'POST',
        path: '/api/v1/things',
        permission: 'queues:write',
        tag: 'Test',
        summary: 'Make a thing',
        idempotent: true,
        status: 201,
        body: Type.Object({ name: Type.String(), size: Type.Optional(Type.Integer()) }),
        async handle({ body, newId, newSecret }) {
          entered.resolve()
          await gate
          made += 1
          if (body.name === 'taken') throw conflict('Taken.', 'ocupado')
          if (body.name === 'busy') throw new Problem(503, 'unavailable', 'Busy.', { retryAfterS: 1 })
          return { id: made, made: newId(), name: body.name, secret: newSecret().toString('hex') }
        },
      }),
    ],
    { idempotency: createIdempotencyStore(database), clock },
  )
})

beforeEach(() => {
  made = 0
  gate = undefined
  entered = Promise.withResolvers<void>()
  clock.set(START)
})

after(async () => {
  await app?.close()
  await database?.close()
  await base?.drop()
})

async function post(key: string | undefined, payload: object, tenant = 'acme', credential = 'queues.write') {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/things',
    headers: {
      authorization: `Bearer ${tenant}:${credential}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    payload,
  })
  return { status: answer.statusCode, replayed: answer.headers['idempotent-replayed'], body: answer.json() }
}

test('without a key each request makes one', async () => {
  await post(undefined, { name: 'a' })
  await post(undefined, { name: 'a' })
  assert.equal(made, 2)
})

test('a repeat gets the first answer, whatever the order of its fields and the quotes of its key', async () => {
  const first = await post('"repeat-1"', { name: 'a', size: 1 })
  assert.deepEqual([first.status, first.replayed], [201, undefined])
  const again = await post('repeat-1', { size: 1, name: 'a' })
  assert.deepEqual([again.status, again.replayed, again.body], [201, 'true', first.body])
  assert.equal(made, 1)
})

test('another body under the same key is 422', async () => {
  await post('"other-1"', { name: 'a' })
  const other = await post('"other-1"', { name: 'b' })
  assert.equal(other.status, 422)
  assert.equal(other.body.code, 'idempotency-mismatch')
  assert.equal(made, 1)
})

test('of many at the same moment one is performed; the others hear that it runs', async () => {
  const hold = Promise.withResolvers<void>()
  gate = hold.promise
  const first = post('"parallel-1"', { name: 'a' })
  await entered.promise
  const rest = await Promise.all(Array.from({ length: 8 }, () => post('"parallel-1"', { name: 'a' })))
  assert.deepEqual(new Set(rest.map(({ status }) => status)), new Set([409]))
  hold.resolve()
  assert.equal((await first).status, 201)
  assert.equal(made, 1)
  assert.equal((await post('"parallel-1"', { name: 'a' })).replayed, 'true')
})

test('started together, exactly one is performed', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('"race-1"', { name: 'a' })))
  assert.equal(made, 1)
  for (const { status, replayed } of answers) assert.ok(status === 409 || status === 201, `${status} ${replayed}`)
})

test('a refusal is kept like an answer; what may go better the next time is not', async () => {
  assert.equal((await post('"refused-1"', { name: 'taken' })).status, 409)
  const again = await post('"refused-1"', { name: 'taken' })
  assert.deepEqual([again.status, again.replayed, again.body.code], [409, 'true', 'conflict'])
  assert.equal(made, 1)
  assert.equal((await post('"busy-1"', { name: 'busy' })).status, 503)
  assert.equal((await post('"busy-1"', { name: 'busy' })).replayed, undefined)
  assert.equal(made, 3)
})

test('a key is kept for 24 hours', async () => {
  await post('"day-1"', { name: 'a' })
  clock.advance(KEY_LIFETIME_MS - 1)
  assert.equal((await post('"day-1"', { name: 'a' })).replayed, 'true')
  clock.advance(1)
  assert.equal((await post('"day-1"', { name: 'a' })).replayed, undefined)
  assert.equal(made, 2)
})

test('a claim whose process died is given up after a while, and its late answer changes nothing', async () => {
  const store = createIdempotencyStore(database)
  const key = { tenant: 'acme', scope: 'POST /dead', keyHash: 'h', fingerprint: 'f' }
  const dead = await store.claim(key, START)
  assert.equal(dead.state, 'claimed')
  assert.equal((await store.claim(key, START + CLAIM_MS - 1)).state, 'running')
  const next = await store.claim(key, START + CLAIM_MS)
  assert.ok(next.state === 'claimed' && dead.state === 'claimed')
  await store.finish(key, dead.fence, { status: 201, body: Buffer.from('late') }, START)
  await store.release(key, dead.fence)
  assert.equal((await store.claim(key, START + CLAIM_MS)).state, 'running')
  await store.finish(key, next.fence, { status: 201, body: Buffer.from('mine') }, START)
  const done = await store.claim(key, START + CLAIM_MS)
  assert.ok(done.state === 'done' && String(done.answer.body) === 'mine')
})

test('an answer is given again to the same credential only', async () => {
  const first = await post('"mine-1"', { name: 'a' })
  const other = await post('"mine-1"', { name: 'a' }, 'acme', 'queues.write,queues.read')
  assert.deepEqual([other.status, other.body.code, made], [422, 'idempotency-mismatch', 1])
  assert.ok(!JSON.stringify(other.body).includes(first.body.secret))
})

test('whoever reads the table learns nothing of an answer', async () => {
  const { body } = await post('"sealed-1"', { name: 'Ñandú' })
  const rows = await database.worker.query('select * from idempotency_key')
  for (const shown of [JSON.stringify(rows), ...rows.map((row) => String((row as { body: Buffer | null }).body))]) {
    for (const text of [body.secret, 'Ñandú', 'queues.write', 'sealed-1']) assert.ok(!shown.includes(text), text)
  }
  assert.deepEqual((await post('"sealed-1"', { name: 'Ñandú' })).body, body)
})

test('a secret is the same when the request is performed again, and another under another key', async () => {
  const first = await post('"again-1"', { name: 'a' })
  // What is left when the process died before the answer was kept.
  await database.worker.query("delete from idempotency_key where tenant = 'acme'")
  const again = await post('"again-1"', { name: 'a' })
  assert.deepEqual(
    [again.replayed, again.body.secret, again.body.made],
    [undefined, first.body.secret, first.body.made],
  )
  await database.worker.query("delete from idempotency_key where tenant = 'acme'")
  const stranger = await post('"again-1"', { name: 'a' }, 'acme', 'queues.write,queues.read')
  assert.notEqual(stranger.body.made, first.body.made, 'another credential does not find what this one made')
  const others = await Promise.all([
    post('"again-2"', { name: 'a' }),
    post('"again-1"', { name: 'a' }, 'globex'),
    post(undefined, { name: 'a' }),
    post(undefined, { name: 'a' }),
  ])
  const secrets = new Set([first, stranger, ...others].map(({ body }) => body.secret))
  assert.equal(secrets.size, 6)
})

test('a request that is malformed is refused under its key as it is by a rule', async () => {
  const first = await post('"bad-1"', { name: 1 })
  const again = await post('"bad-1"', { name: 1 })
  assert.deepEqual([first.status, again.status, again.replayed, again.body], [400, 400, 'true', first.body])
  assert.equal((await post('"bad-1"', { name: 'a' })).status, 422)
  assert.equal(made, 0)
})

test('tenants do not meet under one key', async () => {
  await post('"shared-1"', { name: 'a' }, 'acme')
  const other = await post('"shared-1"', { name: 'b' }, 'globex')
  assert.deepEqual([other.status, other.replayed], [201, undefined])
})

test('a key that is none is a 400', async () => {
  for (const key of ['""', '"a', 'a b', `"${'x'.repeat(256)}"`]) {
    const { status, body } = await post(key, { name: 'a' })
    assert.equal(status, 400, key)
    assert.equal(body.errors[0].path, '/headers/Idempotency-Key')
  }
  assert.equal(made, 0)
})

test('a database away for a moment gives the key back when it is there again', async () => {
  const real = database.asTenant
  let away = 3
  database.asTenant = (tenant, fn) => {
    if (made === 0 || away-- <= 0) return real(tenant, fn)
    return Promise.reject(Object.assign(new Error('gone'), { code: '57P01' }))
  }
  try {
    assert.equal((await post('"away-1"', { name: 'busy' })).status, 503)
    // The clock stands still: the claim cannot run out.
    for (let i = 0; i < 2_000 && made === 1; i++) await post('"away-1"', { name: 'busy' })
    assert.equal(made, 2)
  } finally {
    database.asTenant = real
  }
})

test('an answer that could not be kept at once is given and kept later', async () => {
  const real = database.asTenant
  let away = 2
  database.asTenant = (tenant, fn) => {
    if (made === 0 || away-- <= 0) return real(tenant, fn)
    return Promise.reject(Object.assign(new Error('gone'), { code: '57P01' }))
  }
  try {
    assert.equal((await post('"away-2"', { name: 'a' })).status, 201)
    let again = await post('"away-2"', { name: 'a' })
    while (again.status === 409 || again.status === 503) again = await post('"away-2"', { name: 'a' })
    assert.deepEqual([again.status, again.replayed, made], [201, 'true', 1])
  } finally {
    database.asTenant = real
  }
})
