import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { flags } from '#flags/index.ts'
import { Problem } from '#platform/problem.ts'
import { createProducer, type ProducerOptions, type Refusal, type Trouble } from '../../client/producer/index.mjs'
import { testProgram, testServer } from '../testing.ts'

/** The client for producers that ships, against the routes that take what it sends. */

const TENANT = 'producing'
let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let url: string
let busy = false

before(async () => {
  program = await testProgram([flags])
  const overload = () => (busy ? new Problem(429, 'overload', 'Too much waits.', { retryAfterS: 1 }) : null)
  app = await testServer({ ...program, runtime: { ...program.runtime, overload } })
  await program.start()
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})
after(async () => {
  await app?.close()
  await program?.close()
})

function producing(more: Partial<ProducerOptions> = {}) {
  const refused: [id: string, refusal: Refusal][] = []
  const trouble: Trouble[] = []
  const producer = createProducer({
    url,
    apiKey: TENANT,
    source: '/shop',
    onRefused: (event, refusal) => refused.push([(event as { id: string }).id, refusal]),
    onTrouble: (one) => trouble.push(one),
    ...more,
  })
  return { producer, refused, trouble }
}

const logged = (type: string) =>
  program.database.worker.query<{ id: string; traceparent: string | null; subject: string }>(
    'select id, traceparent, subject from event_log where tenant = $1 and type = $2 order by position',
    [TENANT, type],
  )

const range = (n: number, name: string) => Array.from({ length: n }, (_, i) => `${name}-${i}`)

test('bad events of a batch are refused with their faults, and the others are in the log once, in order', async () => {
  const { producer, refused, trouble } = producing()
  const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  const ids = range(230, 'mixed')
  for (const [i, id] of ids.entries()) {
    const bad = { 3: { time: 'yesterday' }, 77: { UPPER: 1 }, 150: { data: nested(70) } }[i]
    producer.tell({ type: 'order.placed', subject: 'c-1', id, data: { i }, traceparent: trace, ...bad })
  }
  assert.equal(await producer.close(), true)
  const bad = ['mixed-3', 'mixed-77', 'mixed-150']
  const rows = await logged('order.placed')
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids.filter((id) => !bad.includes(id)),
  )
  assert.ok(rows.every(({ traceparent, subject }) => traceparent === trace && subject === 'c-1'))
  assert.deepEqual(
    refused.map(([id]) => id),
    bad,
  )
  const [time, upper, deep] = refused.map(([, refusal]) => refusal)
  assert.deepEqual([time?.status, time?.code, time?.faults[0]?.path], [400, 'invalid', '/time'])
  assert.equal(upper?.faults[0]?.path, '/UPPER')
  assert.match(deep?.detail ?? '', /nested deeper/)
  assert.deepEqual(trouble, [])
  assert.deepEqual([producer.counts().accepted, producer.counts().refused], [227, 3])
})

test('what the catalogue refuses, one at a time, holds up nobody; what it sets aside is counted', async () => {
  const set = (value: string) =>
    app.inject({
      method: 'PUT',
      url: '/api/v1/flags/CAUCE_UNKNOWN_EVENT_TYPES',
      headers: { authorization: `Bearer ${TENANT}` },
      payload: { value },
    })
  assert.equal((await set('refuse')).statusCode, 200)
  const { producer, refused } = producing()
  const known = { encounter_id: 'e', event_id: 'x', type: 'encounter', subtype: 'created', datetime: Date.now() }
  for (const id of range(6, 'judged')) {
    producer.tell({
      type: id.endsWith('2') || id.endsWith('4') ? 'odd.happened' : 'encounter.created',
      id,
      data: known,
    })
  }
  assert.equal(await producer.flush(), true)
  assert.deepEqual(
    refused.map(([id, { status, code }]) => [id, status, code]),
    [
      ['judged-2', 422, 'events/unknown-type'],
      ['judged-4', 422, 'events/unknown-type'],
    ],
  )
  assert.equal((await logged('encounter.created')).length, 4)
  assert.equal((await set('set-aside')).statusCode, 200)
  producer.tell({ type: 'odd.happened' })
  assert.equal(await producer.close(), true)
  assert.equal(producer.counts().unpublished, 1)
  assert.equal((await set('pass')).statusCode, 200)
})

test('it waits while it is told to, and what is told twice under one id is one event', async () => {
  busy = true
  const { promise: refusedNow, resolve } = Promise.withResolvers<string>()
  const trouble: Trouble[] = []
  const onTrouble = (one: Trouble) => {
    trouble.push(one)
    resolve('refused')
  }
  const { producer } = producing({ onTrouble })
  producer.tell({ type: 'order.paid', id: 'twice' })
  producer.tell({ type: 'order.paid', id: 'twice' })
  assert.equal(await Promise.race([refusedNow, producer.flush()]), 'refused')
  busy = false
  assert.equal(await producer.flush(), true)
  assert.deepEqual(
    trouble.map(({ status, detail, waiting, retryInMs }) => [status, detail, waiting, retryInMs >= 1_000]),
    [[429, 'Too much waits.', 2, true]],
  )
  const { accepted, duplicates, failures } = producer.counts()
  assert.deepEqual([accepted, duplicates, failures], [2, 1, 1])
  assert.equal((await logged('order.paid')).length, 1)
})

function nested(depth: number): unknown {
  return depth === 0 ? 0 : [nested(depth - 1)]
}
