import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ConsumeMessage } from 'amqplib'
import type { FastifyInstance } from 'fastify'
import { deliveries } from '#deliveries/index.ts'
import { until } from '#events/testing.ts'
import { brokerState, gateway } from '#gateway/index.ts'
import { RABBITMQ_PORT, type Stranger, stranger } from '#gateway/testing.ts'
import { mqtt } from '#mqtt/index.ts'
import { type TestClient, testClient } from '#mqtt/testing.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import { withoutBroker } from '#platform/brokers/testing.ts'
import { flatEvent, testProgram, testServer } from '../../testing.ts'
import { subscriptions } from '../index.ts'

const PATH = '/api/v1/subscriptions'
const LONG_MS = 20_000

type Program = Awaited<ReturnType<typeof testProgram>>
type Body = { [name: string]: unknown }

/** A program over a broker, and how its API is called. */
async function open(env: Record<string, string>) {
  const program = await testProgram([deliveries, subscriptions, gateway, mqtt], { env })
  const app: FastifyInstance = await testServer(program)
  await program.start()
  async function call(tenant: string, method: 'GET' | 'POST', path: string, payload?: object) {
    const answer = await app.inject({
      method,
      url: PATH + path,
      headers: { authorization: `Bearer ${tenant}` },
      ...(payload === undefined ? {} : { payload }),
    })
    return { status: answer.statusCode, body: answer.json() as Body, text: answer.body }
  }
  return {
    program,
    call,
    async subscribe(destination: object, more: object = {}): Promise<string> {
      const made = await call('default', 'POST', '', { routingKeyPattern: 'encounter.*', destination, ...more })
      assert.equal(made.status, 201, made.text)
      assert.equal(made.body.secret, undefined, 'nothing is signed')
      assert.equal(made.body.webhookUrl, undefined)
      assert.deepEqual(made.body.destination, destination)
      return String(made.body.id)
    },
    async ended(id: string, status: string, count = 1): Promise<Body[]> {
      const items = async () =>
        (await call('default', 'GET', `/${id}/deliveries?status=${status}`)).body.items as Body[]
      return until(items, (found) => found.length >= count, LONG_MS)
    },
    async close() {
      await app.close()
      await program.close()
    },
  }
}

const told = (program: Program, type: string) =>
  program.database.worker.query<{ raw: string }>('select raw from event_log where type = $1 order by position', [type])

describe('without a broker', () => {
  let rig: Awaited<ReturnType<typeof open>>
  before(async () => {
    rig = await open({})
  })
  after(() => rig?.close())

  const refused = async (body: object) => {
    const { status, body: answer, text } = await rig.call('default', 'POST', '', { routingKeyPattern: '#', ...body })
    assert.equal(status, 400, text)
    return (answer.errors as { path: string; message: string }[]).map(({ path, message }) => `${path} ${message}`)
  }

  test('each is refused, naming what has to be set', async () => {
    for (const [destination, setting] of [
      [{ kind: 'rabbitmq', exchange: 'x' }, /RabbitMQ \(RABBITMQ_HOST/],
      [{ kind: 'kafka', topic: 'x' }, /Kafka \(KAFKA_BROKERS/],
      [{ kind: 'mqtt', topic: 'x' }, /MQTT broker \(MQTT_HOST\)/],
    ] as const) {
      const [fault, ...others] = await refused({ destination })
      assert.match(String(fault), /^\/destination\/kind cannot be: this program is not set up with/)
      assert.match(String(fault), setting)
      assert.deepEqual(others, [])
    }
  })

  test('a place that cannot be is refused, field by field', async () => {
    const path = async (body: object) => (await refused(body)).map((fault) => fault.split(' ')[0])
    assert.deepEqual(await path({}), ['/webhookUrl'])
    assert.deepEqual(await path({ webhookUrl: 'https://a.example/', destination: { kind: 'mqtt', topic: 'x' } }), [
      '/destination',
    ])
    assert.deepEqual(await path({ destination: { kind: 's3', bucket: 'x' } }), ['/destination'])
    assert.deepEqual(await path({ destination: { kind: 'mqtt', topic: 'a/#' } }), ['/destination/topic'])
    assert.deepEqual(await path({ destination: { kind: 'mqtt', topic: '$SYS/x' } }), ['/destination/topic'])
    assert.deepEqual(await path({ destination: { kind: 'kafka', topic: 'a b' } }), ['/destination/topic'])
    assert.deepEqual(await path({ destination: { kind: 'rabbitmq', exchange: '' } }), ['/destination/routingKey'])
    assert.deepEqual(await path({ destination: { kind: 'rabbitmq', exchange: 'é'.repeat(200) } }), [
      '/destination/exchange',
    ])
    assert.deepEqual(await path({ destination: { kind: 'rabbitmq', exchange: 'x', password: 'p' } }), [
      '/destination/password',
    ])
    assert.deepEqual(await path({ destination: { kind: 'mqtt', topic: 'x' }, signature: 'v1a' }), ['/signature'])
    const batch = { destination: { kind: 'mqtt', topic: 'x' }, format: 'cloudevents-batch' }
    assert.deepEqual(await path(batch), ['/format'])
  })
})

describe('RabbitMQ', { skip: await withoutBroker('RabbitMQ', RABBITMQ_PORT) }, () => {
  let other: Stranger
  let rig: Awaited<ReturnType<typeof open>>
  const seen: { key: string; body: string; properties: ConsumeMessage['properties'] }[] = []
  let exchange: string
  let strange: string

  before(async () => {
    other = await stranger()
    rig = await open(other.env)
    await until(
      () => brokerState(rig.program.runtime),
      ({ ok }) => ok,
      LONG_MS,
    )
    exchange = `${other.names.exchange}.partners`
    strange = `${exchange}.none`
    await other.channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: false })
    const { queue } = await other.channel.assertQueue('', { exclusive: true })
    await other.channel.bindQueue(queue, exchange, '#')
    await other.channel.consume(
      queue,
      (message) => {
        if (message === null) return
        const { content, fields, properties } = message
        seen.push({ key: fields.routingKey, body: content.toString(), properties })
      },
      { noAck: true },
    )
  })
  after(async () => {
    await rig?.close()
    await other?.channel.deleteExchange(exchange)
    await other?.channel.deleteExchange(strange)
    await other?.close()
  })

  test('an event goes to the exchange as it came, or as a CloudEvent, by its type or a key of its own', async () => {
    const plain = await rig.subscribe({ kind: 'rabbitmq', exchange })
    const keyed = { kind: 'rabbitmq', exchange, routingKey: 'partners.closed' }
    const events = await rig.subscribe(keyed, { format: 'cloudevents' })
    const event = flatEvent({ id: 'to-rabbitmq', subtype: 'closed' })
    await rig.program.runtime.appendEvent(event)
    await until(
      () => seen.length,
      (count) => count >= 2,
      LONG_MS,
    )
    const bare = seen.find(({ key }) => key === 'encounter.closed')
    assert.equal(bare?.body, event.raw)
    assert.equal(bare?.properties.contentType, 'application/json')
    assert.equal(bare?.properties.messageId, 'to-rabbitmq')
    assert.equal(bare?.properties.deliveryMode, 2)
    assert.equal(bare?.properties.headers?.cloudEvents_type, 'encounter.closed')
    const made = seen.find(({ key }) => key === 'partners.closed')
    assert.equal(made?.properties.contentType, 'application/cloudevents+json')
    const { specversion, id, type, data } = JSON.parse(String(made?.body))
    assert.deepEqual([specversion, id, type, data], ['1.0', 'to-rabbitmq', 'encounter.closed', event.data])
    const [delivery] = await rig.ended(events, 'delivered')
    await rig.ended(plain, 'delivered')
    const shown = await rig.call('default', 'GET', `/${events}/deliveries/${delivery?.id}/payload`)
    assert.equal(shown.body.body, made?.body, 'what was sent is shown byte for byte')
    const attempts = await rig.call('default', 'GET', `/${events}/deliveries/${delivery?.id}/attempts`)
    assert.match(attempts.text, /PUBLISH rabbitmq:.*\.partners\/partners\.closed/)
    const test = await rig.call('default', 'POST', `/${events}/test`)
    assert.equal(test.status, 202, test.text)
    await until(
      () => seen.some(({ body }) => body.includes('subscription.test')),
      (found) => found,
      LONG_MS,
    )
    assert.equal((await rig.call('default', 'POST', `/${events}/rotate-secret`, {})).status, 409)
  })

  test('what reaches no queue is a dead letter, which is told, and replayed once somebody listens', async () => {
    // No exchange of that name, and one attempt only.
    const id = await rig.subscribe({ kind: 'rabbitmq', exchange: strange }, { retryDelays: [] })
    await rig.program.runtime.appendEvent(flatEvent({ id: 'to-nobody', subtype: 'assigned' }))
    const [failed] = await rig.ended(id, 'failed')
    const mine = async () =>
      (await told(rig.program, 'subscription.exhausted')).map(({ raw }) => JSON.parse(raw).data as Body)
    const [event] = await until(mine, (found) => found.length > 0, LONG_MS)
    assert.deepEqual(
      [event?.subscriptionId, event?.deliveryId, event?.eventId, event?.eventType, event?.attempts],
      [id, failed?.id, 'to-nobody', 'encounter.assigned', 1],
    )
    assert.match(String(event?.lastError), /no exchange/)
    // An exchange that nobody has bound a queue to has taken nothing either.
    await other.channel.assertExchange(strange, 'topic', { durable: false })
    const replay = { filter: { status: 'failed' } }
    assert.equal((await rig.call('default', 'POST', `/${id}/replay`, replay)).body.count, 1)
    await until(mine, (found) => found.some(({ lastError }) => /no queue is bound/.test(String(lastError))), LONG_MS)
    const { queue } = await other.channel.assertQueue('', { exclusive: true })
    await other.channel.bindQueue(queue, strange, '#')
    assert.equal((await rig.call('default', 'POST', `/${id}/replay`, replay)).body.count, 1)
    await rig.ended(id, 'delivered')
    const got = await until(
      () => other.channel.get(queue, { noAck: true }),
      (message) => message !== false,
      LONG_MS,
    )
    assert.equal(got === false ? '' : got.properties.messageId, 'to-nobody')
  })

  test('what was registered for another broker than the one that is there now reaches nobody', async () => {
    const id = await rig.subscribe({ kind: 'rabbitmq', exchange }, { retryDelays: [] })
    const topic = `${exchange}.topic`
    // As it is once the program is set up with another bus.
    await rig.program.database.worker.query('update subscription set destination = $2::jsonb where id = $1', [
      id,
      JSON.stringify({ kind: 'kafka', topic }),
    ])
    await other.channel.assertExchange(topic, 'topic', { durable: false, autoDelete: true })
    const { queue } = await other.channel.assertQueue('', { exclusive: true })
    await other.channel.bindQueue(queue, topic, '#')
    await rig.program.runtime.appendEvent(flatEvent({ id: 'to-another', subtype: 'tagged' }))
    await rig.ended(id, 'failed')
    const mine = async () =>
      (await told(rig.program, 'subscription.exhausted')).map(({ raw }) => JSON.parse(raw).data as Body)
    const found = await until(mine, (all) => all.some(({ eventId }) => eventId === 'to-another'), LONG_MS)
    const event = found.find(({ eventId, subscriptionId }) => eventId === 'to-another' && subscriptionId === id)
    assert.match(String(event?.lastError), /not set up with Kafka/)
    assert.equal(await other.channel.get(queue, { noAck: true }), false)
  })

  test('another tenant, and another broker than the one that is there, are refused', async () => {
    const body = { routingKeyPattern: '#', destination: { kind: 'rabbitmq', exchange } }
    const theirs = await rig.call('acme', 'POST', '', body)
    assert.equal(theirs.status, 400)
    assert.match(theirs.text, /this tenant has no connection to RabbitMQ/)
    const kafka = await rig.call('default', 'POST', '', { ...body, destination: { kind: 'kafka', topic: 'x' } })
    assert.match(kafka.text, /not set up with Kafka/)
  })
})

describe('MQTT', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  let rig: Awaited<ReturnType<typeof open>>
  let five: TestClient
  let older: TestClient

  before(async () => {
    broker = await startMosquitto()
    rig = await open({ MQTT_HOST: broker.host, MQTT_PORT: String(broker.port), MQTT_EVENT_TOPICS: 'in/#' })
    five = await testClient(broker, { filters: ['out/#'] })
    older = await testClient(broker, { filters: ['out/#'], protocol: '3.1.1' })
  })
  after(async () => {
    await five?.stop()
    await older?.stop()
    await rig?.close()
    await broker?.close()
  })

  test('an event goes to the topic as CloudEvents: binary, or structured', async () => {
    const plain = await rig.subscribe({ kind: 'mqtt', topic: 'out/plain' })
    const events = await rig.subscribe({ kind: 'mqtt', topic: 'out/events' }, { format: 'cloudevents' })
    const event = flatEvent({ id: 'to-mqtt', subtype: 'closed' })
    await rig.program.runtime.appendEvent(event)
    const bare = await five.next(({ topic }) => topic === 'out/plain')
    assert.equal(bare.contentType, 'application/json')
    assert.deepEqual(
      ['specversion', 'id', 'source', 'type', 'subject'].map((name) => bare.userProperties.get(name)),
      ['1.0', 'to-mqtt', event.source, 'encounter.closed', 'enc-1'],
    )
    assert.deepEqual(JSON.parse(bare.payload.toString()), { ...(event.data as object), hops: 1 })
    const made = await older.next(({ topic }) => topic === 'out/events')
    const { specversion, id, data, hops } = JSON.parse(made.payload.toString())
    assert.deepEqual([specversion, id, data, hops], ['1.0', 'to-mqtt', event.data, 1])
    const again = await five.next(({ topic }) => topic === 'out/events')
    assert.equal(again.contentType, 'application/cloudevents+json; charset=utf-8')
    for (const subscription of [plain, events]) {
      const [delivery] = await rig.ended(subscription, 'delivered')
      const shown = await rig.call('default', 'GET', `/${subscription}/deliveries/${delivery?.id}/payload`)
      const sent = subscription === plain ? bare : made
      assert.equal(shown.body.body, sent.payload.toString())
    }
  })

  test('in the binary mode attributes go beside the data, and what has no binary form goes structured', async () => {
    await rig.subscribe(
      { kind: 'mqtt', topic: 'out/binary' },
      { format: 'cloudevents-binary', routingKeyPattern: 'b.*' },
    )
    const event = {
      ...flatEvent({ id: 'binary é' }),
      type: 'b.c',
      form: 'cloudevents' as const,
      raw: '{"specversion":"1.0","id":"binary é","source":"/s","type":"b.c","datacontenttype":"text/plain","data":"hi"}',
    }
    await rig.program.runtime.appendEvent(event)
    const text = await five.next(({ topic }) => topic === 'out/binary')
    assert.deepEqual(
      [text.payload.toString(), text.contentType, text.userProperties.get('id'), text.userProperties.get('hops')],
      ['hi', 'text/plain', 'binary é', '1'],
    )
    const bytes = event.raw.replace('"data":"hi"', '"data_base64":"AAE="').replace('binary é', 'bytes')
    await rig.program.runtime.appendEvent({ ...event, id: 'bytes', raw: bytes })
    const whole = await five.next(({ payload }) => payload.includes('AAE='))
    assert.equal(whole.contentType, 'application/cloudevents+json; charset=utf-8')
  })

  test('while the broker is away an event is tried again, and arrives', async () => {
    const id = await rig.subscribe({ kind: 'mqtt', topic: 'out/later' }, { retryDelays: Array(15).fill('PT1S') })
    await broker.stop()
    await rig.program.runtime.appendEvent(flatEvent({ id: 'later', subtype: 'resumed' }))
    await until(
      async () => (await rig.call('default', 'GET', `/${id}`)).body.health as Body,
      ({ lastError }) => lastError !== null,
      LONG_MS,
    )
    await broker.start()
    await rig.ended(id, 'delivered')
  })
})
