import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { access } from '#access/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { flags } from '#flags/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import { switches } from '#switches/index.ts'
import { testProgram } from '../testing.ts'
import { mqtt } from './index.ts'
import { type TestClient, testClient } from './testing.ts'

const LIMIT_MS = 90_000

describe('events over MQTT 3.1.1 to a broker that ends the connection over one of them', {
  skip: withoutMosquitto(),
}, () => {
  let broker: Mosquitto
  let program: Awaited<ReturnType<typeof testProgram>>
  let listener: TestClient

  before(async () => {
    broker = await startMosquitto({ config: 'allow_anonymous true\nmax_packet_size 20000' })
    program = await testProgram([access, flags, switches, deliveries, mqtt], {
      env: {
        MQTT_HOST: broker.host,
        MQTT_PORT: String(broker.port),
        MQTT_PROTOCOL: '3.1.1',
        MQTT_PUBLISH: 'order.*',
      },
    })
    listener = await testClient(broker, { filters: ['cauce/#'] })
    await program.start()
  })
  after(async () => {
    await listener?.stop()
    await program?.close()
    await broker?.close()
  })

  test('go on without it; it is set aside with the reason', { timeout: LIMIT_MS }, async () => {
    const draft = (id: string, subject: string, note: string) => ({
      tenant: 'default',
      id,
      source: 'urn:test',
      type: 'order.placed',
      subject,
      form: 'cloudevents' as const,
      raw: JSON.stringify({
        specversion: '1.0',
        id,
        source: 'urn:test',
        type: 'order.placed',
        subject,
        data: { note },
      }),
      data: { note },
      occurredAt: Date.now(),
      encounterId: null,
      traceparent: null,
      cause: null,
      hops: 0,
      origin: 'rest' as const,
    })
    const small = Array.from({ length: 20 }, (_, i) => draft(`small-${i}`, `s-${i}`, ''))
    const large = draft('large', 's-large', 'x'.repeat(30_000))
    await Promise.all([large, ...small].map((event) => program.runtime.appendEvent(event)))
    const ids = () => new Set(listener.json().map((event) => (event as { id: string }).id))
    const end = performance.now() + LIMIT_MS
    while (ids().size < small.length && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50))
    assert.deepEqual(ids(), new Set(small.map(({ id }) => id)))
    const aside = await program.database.worker.query<{ error: string; status: string }>(
      "select error, status from event_exception where consumer = 'mqtt'",
    )
    assert.equal(aside.length, 1)
    assert.match(aside[0]?.error ?? '', /the broker hung up each time that it was sent: too large/)
  })
})
