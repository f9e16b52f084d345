import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { access } from '#access/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { bornEvent } from '#events/index.ts'
import { flags } from '#flags/index.ts'
import { type Receiver, startReceiver } from '../deliveries/testing.ts'
import { flatEvent, testProgram, testServer } from '../testing.ts'
import { forwarding } from './index.ts'

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let peer: Receiver
let second: Receiver

before(async () => {
  program = await testProgram([access, flags, deliveries, forwarding], {
    env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.0/8,localhost', PORT: '8080' },
  })
  app = await testServer(program)
  peer = await startReceiver()
  second = await startReceiver((_request, response, count) => response.writeHead(count === 1 ? 503 : 202).end())
  await program.start()
})
after(async () => {
  await app?.close()
  await program?.close()
  await peer?.close()
  await second?.close()
})

async function put(name: string, value: unknown, method: 'PUT' | 'DELETE' = 'PUT') {
  const answer = await app.inject({
    method,
    url: `/api/v1/flags/${name}`,
    headers: { authorization: 'Bearer default' },
    ...(method === 'PUT' ? { payload: { value } } : {}),
  })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
}

const born = (id: string, tenant = 'default') =>
  program.database.transaction(async (tx) =>
    tx.append([
      bornEvent({
        tenant,
        id,
        subtype: 'closed',
        encounterId: 'enc-1',
        queueId: 'q',
        patientId: null,
        brandId: null,
        at: program.runtime.clock.now(),
        extra: { reason: 'abandoned' },
        cause: null,
        hops: 0,
        traceparent: null,
      }),
    ]),
  )

const bodies = (receiver: Receiver) => receiver.received.map(({ body }) => JSON.parse(body).event_id)

test('our own address is refused, whether it is named or would come back as the default', async () => {
  const own = await put('rabbitmq_events_enabled', true)
  assert.equal(own.status, 400)
  assert.match(own.body.errors[0].message, /this program itself/)
  assert.equal((await put('pet_flows_events_url', 'http://127.0.0.1:8080/api/v1/events')).status, 400)
  assert.equal((await put('pet_flows_events_url', 'http://169.254.169.254/')).status, 400)
  assert.equal((await put('pet_flows_events_url', 'ftp://127.0.0.1/')).status, 400)
})

test('events born here go to the address once it is switched on, as they stand in the log', async () => {
  await born('before')
  await program.log.settled()
  assert.equal((await put('pet_flows_events_url', `${peer.url}/api/v1/events`)).status, 200)
  await born('off')
  await program.log.settled()
  assert.equal((await put('rabbitmq_events_enabled', true)).status, 200)
  assert.equal((await put('pet_flows_events_url', null, 'DELETE')).status, 400, 'the default is this program')

  await born('on')
  await born('of another tenant', 'acme')
  await program.runtime.appendEvent(flatEvent({ id: 'from outside', subtype: 'closed' }))
  await peer.came(1)
  await program.log.settled()
  assert.deepEqual(bodies(peer), ['on'])
  const [post] = peer.received
  assert.equal(post?.path, '/api/v1/events')
  assert.equal(post?.method, 'POST')
  const [row] = await program.database.worker.query<{ raw: string }>(`select raw from event_log where id = 'on'`)
  assert.equal(post?.body, row?.raw)
})

test('what is not taken is tried again, at the address that holds then; switched off it is called off', async () => {
  assert.equal((await put('pet_flows_events_url', second.url)).status, 200)
  await born('again')
  await second.came(1)
  await second.came(2)
  assert.deepEqual(bodies(second), ['again', 'again'])

  await second.close()
  await born('never')
  const ended = async (id: string) =>
    (
      await program.database.worker.query<{ ended: string }>(
        'select ended from delivery_attempt where event_id = $1 and ended is not null',
        [id],
      )
    )[0]?.ended
  assert.equal((await put('rabbitmq_events_enabled', false)).status, 200)
  for (const end = performance.now() + 20_000; (await ended('never')) === undefined; ) {
    assert.ok(performance.now() < end, 'it was never called off')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.equal(await ended('never'), 'cancelled')
  assert.equal((await put('pet_flows_events_url', null, 'DELETE')).status, 204)
})
