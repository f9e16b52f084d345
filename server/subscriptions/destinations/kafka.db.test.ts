import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { deliveries } from '#deliveries/index.ts'
import { until } from '#events/testing.ts'
import { brokerState, gateway } from '#gateway/index.ts'
import { mqtt } from '#mqtt/index.ts'
import { kcatRead, type MockCluster, mockCluster, testTopic, withoutKcat } from '#platform/brokers/kafka/testing.ts'
import { flatEvent, testProgram, testServer } from '../../testing.ts'
import { subscriptions } from '../index.ts'

const PATH = '/api/v1/subscriptions'
const LONG_MS = 30_000

describe('Kafka', { skip: withoutKcat() }, () => {
  let cluster: MockCluster
  let program: Awaited<ReturnType<typeof testProgram>>
  let app: FastifyInstance
  const own = testTopic()

  before(async () => {
    cluster = await mockCluster(1)
    const env = {
      CAUCE_BUS: 'kafka',
      KAFKA_BROKERS: cluster.brokers.join(),
      KAFKA_TOPIC: own,
      KAFKA_GROUP: `${own}-group`,
    }
    program = await testProgram([deliveries, subscriptions, gateway, mqtt], { env })
    app = await testServer(program)
    await program.start()
    await until(
      () => brokerState(program.runtime),
      ({ ok }) => ok,
      LONG_MS,
    )
  })
  after(async () => {
    await app?.close()
    await program?.close()
    await cluster?.close()
  })

  async function call(method: 'GET' | 'POST', path: string, payload?: object) {
    const headers = { authorization: 'Bearer default' }
    const answer = await app.inject({
      method,
      url: PATH + path,
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    return { status: answer.statusCode, body: answer.json() as { [name: string]: unknown }, text: answer.body }
  }
  async function subscribe(topic: string, more: object = {}): Promise<string> {
    const destination = { kind: 'kafka', topic }
    const made = await call('POST', '', { routingKeyPattern: 'encounter.*', destination, ...more })
    assert.equal(made.status, 201, made.text)
    return String(made.body.id)
  }

  test('an event goes to the topic under its subject, as it came or as CloudEvents of either mode', async () => {
    const topics = { plain: testTopic(), structured: testTopic(), binary: testTopic() }
    const ids = [
      await subscribe(topics.plain),
      await subscribe(topics.structured, { format: 'cloudevents' }),
      await subscribe(topics.binary, { format: 'cloudevents-binary' }),
    ]
    const event = flatEvent({ id: 'to-kafka', subtype: 'closed' })
    await program.runtime.appendEvent(event)
    for (const id of ids) {
      await until(
        async () => (await call('GET', `/${id}/deliveries?status=delivered`)).body.items as unknown[],
        (items) => items.length === 1,
        LONG_MS,
      )
    }
    const only = async (topic: string) => {
      const [record, ...more] = await kcatRead(cluster, topic)
      assert.deepEqual(more, [])
      assert.equal(record?.key, 'enc-1')
      return { ...record, payload: String(record?.payload), headers: record?.headers ?? {} }
    }
    const plain = await only(topics.plain)
    assert.equal(plain.payload, event.raw)
    assert.deepEqual([plain.headers['content-type'], plain.headers.ce_id], ['application/json', 'to-kafka'])
    const structured = await only(topics.structured)
    assert.equal(structured.headers['content-type'], 'application/cloudevents+json')
    assert.deepEqual(JSON.parse(structured.payload).data, event.data)
    const binary = await only(topics.binary)
    assert.equal(binary.payload, event.raw)
    assert.deepEqual(
      [binary.headers['content-type'], binary.headers.ce_specversion, binary.headers.ce_type],
      ['application/json', '1.0', 'encounter.closed'],
    )
  })

  test('while the cluster is away an event is tried again, and arrives', async () => {
    const topic = testTopic()
    const id = await subscribe(topic, { retryDelays: Array(20).fill('PT1S'), routingKeyPattern: 'encounter.resumed' })
    cluster.cut()
    await program.runtime.appendEvent(flatEvent({ id: 'later', subtype: 'resumed' }))
    await until(
      async () => (await call('GET', `/${id}`)).body.health as { lastError: string | null },
      ({ lastError }) => lastError !== null,
      LONG_MS,
    )
    cluster.restore()
    await until(
      async () => (await call('GET', `/${id}/deliveries?status=delivered`)).body.items as unknown[],
      (items) => items.length === 1,
      LONG_MS,
    )
    assert.equal((await kcatRead(cluster, topic))[0]?.headers?.message_id, 'later')
  })
})
