import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import {
  type DeliveryDraft,
  type DeliveryEnd,
  deliveries,
  deliveryWithHistory,
  enqueueDeliveries,
} from '#deliveries/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import type { Json } from '#platform/event.ts'
import type { Service } from '#platform/service.ts'
import { testProgram } from '../testing.ts'
import { mqtt } from './index.ts'
import { type TestClient, testClient } from './testing.ts'

/** Stands for whoever waits for the end of a delivery, as a flow does. */
const ends: DeliveryEnd[] = []
const waiter: Service = {
  name: 'waiter',
  settings: {},
  migrations: null,
  open: () => ({
    dueKinds: [
      {
        kind: 'waiter.end',
        clock: 'wall',
        handle: async (rows) => void ends.push(...rows.map(({ payload }) => payload as DeliveryEnd)),
      },
    ],
  }),
}

describe('the ways out over MQTT', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  let program: Awaited<ReturnType<typeof testProgram>>
  let peer: TestClient

  before(async () => {
    broker = await startMosquitto({
      config: 'allow_anonymous true\nacl_file {dir}/acl',
      files: { acl: 'topic readwrite #\ntopic deny closed\n' },
    })
    program = await testProgram([deliveries, mqtt, waiter], {
      env: { MQTT_HOST: broker.host, MQTT_PORT: String(broker.port) },
    })
    peer = await testClient(broker, {
      filters: ['told', 'asked'],
      onMessage(message) {
        if (message.topic !== 'asked') return
        const { correlation_id, reply_to, data } = JSON.parse(message.payload.toString())
        const ok = data !== 'no'
        void peer.publish({
          topic: reply_to,
          payload: JSON.stringify({ correlation_id, ok, data: [data], error: ok ? null : 'why' }),
        })
      },
    })
    await program.start()
  })
  after(async () => {
    await peer?.stop()
    await program?.close()
    await broker?.close()
  })

  async function send(channel: string, request: Json): Promise<string> {
    const id = randomUUID()
    const draft: DeliveryDraft = {
      tenant: 'default',
      id,
      channel,
      target: `mqtt:${id}`,
      request,
      traceparent: null,
      cause: null,
      notifyOn: { kind: 'waiter.end', key: id },
    }
    await program.database.asTenant('default', async (tx) => enqueueDeliveries(tx, [draft], program.runtime))
    return id
  }
  async function endOf(id: string): Promise<DeliveryEnd> {
    const until = performance.now() + 10_000
    for (;;) {
      const end = ends.find(({ deliveryId }) => deliveryId === id)
      if (end !== undefined) return end
      assert.ok(performance.now() < until, 'it ended')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  test('a delivery is a message that carries its id', async () => {
    const id = await send('mqtt', { topic: 'told', payload: '{"a":1}', contentType: 'application/json' })
    assert.equal((await endOf(id)).ended, 'delivered')
    const message = await peer.next(({ topic }) => topic === 'told')
    assert.equal(message.payload.toString(), '{"a":1}')
    assert.equal(message.contentType, 'application/json')
    assert.equal(message.userProperties.get('id'), id)
  })

  test('what the broker refuses is tried once, and the attempt says why', async () => {
    const id = await send('mqtt', { topic: 'closed', payload: 'x' })
    const end = await endOf(id)
    assert.deepEqual([end.ended, end.attempts], ['failed', 1])
    assert.match(end.error ?? '', /not authorised \(135\)/)
    const shown = await program.database.asTenant('default', (tx) => deliveryWithHistory(tx, 'default', id))
    assert.equal(shown?.history[0]?.request, 'PUBLISH closed')
  })

  test('a delivery that asks hands the answer to who waits for it', async () => {
    const yes = await endOf(await send('mqtt-request', { topic: 'asked', data: { q: 1 } }))
    assert.deepEqual([yes.ended, yes.outcome], ['delivered', { ok: true, data: [{ q: 1 }], error: null }])
    const no = await endOf(await send('mqtt-request', { topic: 'asked', data: 'no' }))
    assert.deepEqual([no.ended, no.outcome], ['delivered', { ok: false, data: ['no'], error: 'why' }])
    const nobody = await endOf(await send('mqtt-request', { topic: 'unheard', data: 1, timeoutMs: 500 }))
    assert.deepEqual([nobody.ended, nobody.attempts], ['failed', 2])
  })
})
