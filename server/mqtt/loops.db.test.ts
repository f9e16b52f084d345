import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { deliveries } from '#deliveries/index.ts'
import { flags } from '#flags/index.ts'
import { startWebhookSink, type WebhookSink } from '#notifications/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import { switches } from '#switches/index.ts'
import { testProgram, testServer } from '../testing.ts'
import { mqtt } from './index.ts'
import { type TestClient, testClient } from './testing.ts'

/** As our own calls say it: of the run that made them, and of how much led to it. */
const CHAIN = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  tracestate: 'cauce=5:run:01a22c1b-7220-7115-8f81-f5481f7f16ce',
}

describe('what leads back to us over MQTT is counted', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  let sink: WebhookSink
  let program: Awaited<ReturnType<typeof testProgram>> | undefined
  let app: FastifyInstance
  let other: TestClient

  before(async () => {
    broker = await startMosquitto()
    sink = await startWebhookSink(Date.now)
  })
  afterEach(async () => {
    await other?.stop()
    await app?.close()
    await program?.close()
    program = undefined
  })
  after(async () => {
    await sink?.close()
    await broker?.close()
  })

  async function start(protocol: '5' | '3.1.1', filters: readonly string[]): Promise<void> {
    program = await testProgram([flags, switches, deliveries, mqtt], {
      env: {
        MQTT_HOST: broker.host,
        MQTT_PORT: String(broker.port),
        MQTT_PROTOCOL: protocol,
        WA_CLIENTES_BASE_URL: sink.url,
        CAUCE_WEBHOOK_ALLOW: '127.0.0.1',
        CAUCE_WHATSAPP_RECEIVE: 'proveedores',
      },
    })
    app = await testServer(program)
    other = await testClient(broker, { filters, protocol })
    await program.start()
    await until(async () => ((await call('GET', '/backoffice/mqtt')) as { state: string }).state === 'connected')
  }

  async function call(method: 'GET' | 'POST', url: string, payload?: object, headers = {}): Promise<unknown> {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: 'Bearer default', ...headers },
      ...(payload === undefined ? {} : { payload }),
    })
    assert.ok(answer.statusCode < 400 || answer.statusCode === 504, answer.body)
    return answer.json()
  }

  async function until<T>(fact: () => Promise<T>): Promise<NonNullable<T>> {
    const end = performance.now() + 10_000
    for (;;) {
      const found = await fact()
      if (found) return found
      assert.ok(performance.now() < end, 'not within 10 s')
      await pause(10)
    }
  }

  async function make(rule: { topic: string; [member: string]: unknown }): Promise<void> {
    await call('POST', '/api/v1/mqtt/rules', { name: rule.topic, ...rule })
    await until(async () => JSON.stringify(await call('GET', '/backoffice/mqtt')).includes(`"${rule.topic}"`))
  }

  const event = (type: string, origin = 'mqtt') =>
    until(
      async () =>
        (
          await program?.database.worker.query<{ hops: number; cause: string | null }>(
            'select hops, cause from event_log where type = $1 and origin = $2',
            [type, origin],
          )
        )?.[0],
    )

  for (const protocol of ['5', '3.1.1'] as const) {
    test(`one rule that answers and another that asks again come to rest over ${protocol}`, async () => {
      await start(protocol, ['ring/#'])
      await make({ topic: 'ring/request', reply: 'payload' })
      await make({ topic: 'ring/response', republish: { topic: '"ring/request"' } })
      await other.publish({ topic: 'ring/request', payload: '{"correlation_id": "c", "data": 1}' })
      await until(async () => other.got.length >= 17)
      await pause(300)
      assert.equal(other.got.length, 17)
    })

    test(`what a flow asks over ${protocol} says how much led to it`, async () => {
      await start(protocol, ['devices/lamp'])
      await make({ topic: 'devices/#', event: { type: '"device.asked"' } })
      const body = { topic: 'devices/lamp', timeout: 'PT0.2S' }
      await call('POST', '/api/v1/mqtt/requests', body, CHAIN)
      assert.equal((await event('device.asked')).hops, 5)
      const first = other.json()[0] as { hops: number }
      assert.equal(first.hops, 5)
      await call('POST', '/api/v1/mqtt/requests', body)
      assert.ok(!('hops' in (other.json()[1] as object)), 'one that begins by itself says nothing of it')
    })
  }

  test('a command says how much led to it, going out and coming in, by HTTP and over MQTT', async () => {
    await start('5', ['whatsapp/clientes/send'])
    const order = { line: 'clientes', to: '+56987654321', message: 'Hola' }
    await call('POST', '/api/v1/whatsapp/commands', order, CHAIN)
    const posted = await until(async () => sink.received.all[0])
    assert.equal(posted.headers.tracestate, CHAIN.tracestate)
    await call('POST', '/api/v1/switches/USE_MQTT_WHATSAPP', { active: 'mqtt' })
    await call('POST', '/api/v1/whatsapp/commands', order, CHAIN)
    assert.equal((await other.next()).userProperties.get('hops'), '5')

    const came = { to: '+56987654321', message: 'Hola' }
    await call('POST', '/wa-proveedores/send', came, CHAIN)
    assert.deepEqual(await event('whatsapp.send_requested', 'rest'), { hops: 5, cause: CHAIN.tracestate.slice(8) })
    const topic = 'whatsapp/proveedores/send'
    await other.publish({ topic, payload: JSON.stringify(came), userProperties: { hops: '7' } })
    assert.equal((await event('whatsapp.send_requested')).hops, 7)
  })
})
