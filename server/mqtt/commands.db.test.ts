import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { deliveries } from '#deliveries/index.ts'
import { flags } from '#flags/index.ts'
import { startWebhookSink, type WebhookSink } from '#notifications/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import { switches } from '#switches/index.ts'
import { testProgram, testServer } from '../testing.ts'
import { mqtt } from './index.ts'
import { type TestClient, testClient } from './testing.ts'

type Body = { [name: string]: unknown }

describe('WhatsApp commands', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  let program: Awaited<ReturnType<typeof testProgram>>
  let app: FastifyInstance
  let sink: WebhookSink
  let service: TestClient

  before(async () => {
    broker = await startMosquitto()
    sink = await startWebhookSink(Date.now)
    program = await testProgram([flags, switches, deliveries, mqtt], {
      env: {
        MQTT_HOST: broker.host,
        MQTT_PORT: String(broker.port),
        WA_CLIENTES_BASE_URL: `${sink.url}/base/`,
        CAUCE_WEBHOOK_ALLOW: '127.0.0.1',
        CAUCE_WHATSAPP_RECEIVE: 'proveedores',
        CAUCE_PHONE_COUNTRY: 'CL',
      },
    })
    app = await testServer(program)
    service = await testClient(broker, { filters: ['whatsapp/clientes/send'] })
    await program.start()
    await until(async () => (await call('GET', '/backoffice/mqtt')).body.state === 'connected')
    await until(
      async () =>
        (await program.database.worker.query('select 1 from mqtt_session where filters <> $1', [[]])).length > 0,
    )
  })
  after(async () => {
    await service?.stop()
    await app?.close()
    await program?.close()
    await sink?.close()
    await broker?.close()
  })

  async function call(method: 'GET' | 'POST' | 'PUT', url: string, payload?: unknown, who = 'default') {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${who}` },
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
    return { status: answer.statusCode, body: answer.json() as Body }
  }

  async function until(fact: () => Promise<boolean>, withinMs = 10_000): Promise<void> {
    const end = performance.now() + withinMs
    while (!(await fact())) {
      assert.ok(performance.now() < end, 'not in time')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  const order = async (messageId: string, more: Body = {}) => {
    const command = { line: 'clientes', to: '+56 9 8765 4321', message: 'Hola', messageId, ...more }
    const { status, body } = await call('POST', '/api/v1/whatsapp/commands', command)
    assert.equal(status, 202, JSON.stringify(body))
    return body
  }
  const SWITCH = '/api/v1/switches/USE_MQTT_WHATSAPP'
  const switchTo = (useMqtt: boolean, shadow = false) =>
    call('POST', SWITCH, { active: useMqtt ? 'mqtt' : 'http', shadow })
  const became = async (messageId: string) => {
    const url = `/api/v1/whatsapp/commands/clientes/${messageId}`
    await until(async () => (await call('GET', url)).body.status === 'delivered')
    const { history } = (await call('GET', url)).body as { history: { headers: Body }[] }
    return history.map(({ headers }) => headers?.way)
  }
  const posted = (messageId: string) => sink.received.all.filter(({ body }) => (body as Body)?.message_id === messageId)
  const published = (messageId: string) => service.json().filter((body) => (body as Body).message_id === messageId)

  test('go by HTTP unless somebody says otherwise', async () => {
    const flag = (await call('GET', '/api/v1/flags/USE_MQTT_WHATSAPP')).body
    assert.deepEqual([flag.value, flag.default], [false, false])
    await order('by-http', { data: { template: 'welcome' } })
    assert.deepEqual(await became('by-http'), ['http'])
    const [one] = posted('by-http')
    assert.equal(one?.path, '/base/wa-clientes/send')
    assert.equal(one?.headers['idempotency-key'], 'by-http')
    assert.deepEqual(one?.body, {
      template: 'welcome',
      to: '+56 9 8765 4321',
      message: 'Hola',
      message_id: 'by-http',
    })
    assert.deepEqual(published('by-http'), [])
  })

  test('go over MQTT after a switch, without a restart, with the same body', async () => {
    const { status, body } = await switchTo(true)
    assert.deepEqual([status, body.active], [200, 'mqtt'], JSON.stringify(body))
    await order('over-mqtt', { data: { template: 'welcome' } })
    assert.deepEqual(await became('over-mqtt'), ['mqtt'])
    await service.next(({ payload }) => payload.toString().includes('over-mqtt'))
    assert.deepEqual(published('over-mqtt'), [
      { template: 'welcome', to: '+56 9 8765 4321', message: 'Hola', message_id: 'over-mqtt' },
    ])
    assert.deepEqual(posted('over-mqtt'), [])
    // The same order again is the same command.
    await order('over-mqtt')
    await order('fence')
    await became('fence')
    assert.equal(published('over-mqtt').length, 1)
  })

  test('go by HTTP in the same attempt when nobody is subscribed, and when the broker is away', async () => {
    await service.link.connection()?.unsubscribe(['whatsapp/clientes/send'])
    await order('unheard')
    assert.deepEqual(await became('unheard'), ['http'])
    assert.equal(posted('unheard').length, 1)
    await broker.stop()
    try {
      await order('broker-away')
      assert.deepEqual(await became('broker-away'), ['http'])
      assert.equal(posted('broker-away').length, 1)
    } finally {
      await broker.start()
    }
    await service.link.ready(10_000)
    await until(async () => (await call('GET', '/backoffice/mqtt')).body.state === 'connected')
    await order('broker-back')
    assert.deepEqual(await became('broker-back'), ['mqtt'])
  })

  test('wait while no way is open, and go by the one that is switched on', async () => {
    await switchTo(false)
    sink.breakWith(503)
    const ids = Array.from({ length: 15 }, (_, n) => `stuck-${n}`)
    for (const id of ids) await order(id)
    await until(async () => {
      const { body } = await call('GET', '/api/v1/whatsapp/commands/clientes/stuck-0')
      return (body.history as unknown[]).length > 0
    })
    await switchTo(true)
    for (const id of ids) assert.equal((await became(id)).at(-1), 'mqtt')
    for (const id of ids) assert.deepEqual([posted(id).length, published(id).length], [0, 1])
    sink.breakWith(null)
  })

  test('try the other way in the shadow, without writing to anybody', async () => {
    await service.link.connection()?.subscribe(['whatsapp/clientes/send'])
    await switchTo(false, true)
    for (const id of ['tried-1', 'tried-2']) {
      await order(id)
      assert.deepEqual(await became(id), ['http'])
    }
    const compared = async () => (await call('GET', `${SWITCH}/comparison`)).body
    await until(async () => Object.keys((await compared()).tookMs as Body).length === 2)
    for (const id of ['tried-1', 'tried-2']) {
      assert.equal(posted(id).length, 1)
      await service.next(({ payload }) => payload.toString().includes(id))
      assert.deepEqual(published(id), [{ check: true, message_id: id }])
    }
    await switchTo(false)
  })

  test('are taken once, over MQTT and by HTTP, with the number as it is dialled', async () => {
    const sender = await testClient(broker)
    const command = {
      phone: '9 8765 4321',
      text: 'Hola',
      message_id: 'm-1',
      media: { url: 'https://example.org/a.png' },
    }
    await sender.publish({ topic: 'whatsapp/proveedores/send', payload: JSON.stringify(command) })
    const events = () =>
      program.database.worker.query<{ id: string; subject: string; data: Body; source: string }>(
        `select id, subject, source, raw::json -> 'data' as data from event_log where type = 'whatsapp.send_requested' order by position`,
      )
    await until(async () => (await events()).length === 1)
    const again = await call('POST', '/wa-proveedores/send', command)
    assert.deepEqual([again.status, again.body], [202, { status: 'duplicate', message_id: 'm-1' }])
    await sender.publish({ topic: 'whatsapp/proveedores/send', payload: JSON.stringify(command) })
    const other = await call('POST', '/wa-proveedores/send', { to: '5215512345678', message: 'Dos', message_id: 'm-2' })
    assert.deepEqual(other.body, { status: 'accepted', message_id: 'm-2' })
    // A sender that knows no message ids: each message is one.
    for (let n = 0; n < 2; n++) {
      await sender.publish({ topic: 'whatsapp/proveedores/send', payload: '{"to":"34600111222","message":"Igual"}' })
    }
    await until(async () => (await events()).length === 4)
    const [first, second] = await events()
    assert.deepEqual(first, {
      id: 'm-1',
      subject: '56987654321',
      source: 'cauce:whatsapp:proveedores',
      data: {
        media: { url: 'https://example.org/a.png' },
        line: 'proveedores',
        to: '+56987654321',
        key: '56987654321',
        message: 'Hola',
        message_id: 'm-1',
      },
    })
    assert.deepEqual([second?.data.to, second?.data.key], ['+525512345678', '525512345678'])
    await sender.stop()
  })

  test('that are none are refused with their fields; those that only look write to nobody', async () => {
    const bad = await call('POST', '/wa-proveedores/send', { to: 'maria', message: '', message_id: 7 })
    assert.deepEqual(
      [bad.status, (bad.body.errors as Body[]).map(({ path }) => path)],
      [400, ['/to', '/message', '/message_id']],
    )
    const check = await call('POST', '/wa-proveedores/send', { check: true })
    assert.deepEqual([check.status, check.body.status], [202, 'checked'])
    assert.equal((await call('POST', '/wa-clientes/send', { to: '34600111222', message: 'x' })).status, 409)
    assert.equal((await call('POST', '/wa-proveedores/send', { to: '34600111222', message: 'x' }, 'acme')).status, 409)
    const ordered = await call('POST', '/api/v1/whatsapp/commands', { line: 'clientes', to: 'maria', message: 'x' })
    assert.deepEqual([ordered.status, (ordered.body.errors as Body[])[0]?.path], [400, '/to'])
    assert.equal((await call('GET', '/api/v1/whatsapp/commands/clientes/nothing')).status, 404)
    assert.equal((await call('GET', '/api/v1/whatsapp/commands/nobody/nothing')).status, 404)
  })
})
