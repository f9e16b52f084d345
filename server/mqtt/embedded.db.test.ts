import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { deliveries } from '#deliveries/index.ts'
import { freePort } from '#platform/brokers/mqtt/testing.ts'
import { testProgram, testServer } from '../testing.ts'
import { mqtt } from './index.ts'
import { type TestClient, testClient } from './testing.ts'

const COUNT = 300

describe('rules whose topics overlap, with the broker that is brought along', () => {
  let folder: string
  let program: Awaited<ReturnType<typeof testProgram>>
  let app: FastifyInstance
  let producer: TestClient

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cauce-acl-'))
    await writeFile(join(folder, 'acl'), 'user sensor\ntopic write #\n')
    const port = await freePort()
    const password = randomBytes(8).toString('hex')
    program = await testProgram([deliveries, mqtt], {
      env: {
        CAUCE_MQTT_EMBEDDED: 'true',
        CAUCE_MQTT_EMBEDDED_PORT: String(port),
        CAUCE_MQTT_EMBEDDED_USERS: `sensor:${password}`,
        CAUCE_MQTT_EMBEDDED_ACL: join(folder, 'acl'),
      },
    })
    app = await testServer(program)
    await program.start()
    producer = await testClient({ port, username: 'sensor', password }, { protocol: '3.1.1' })
  })
  after(async () => {
    await producer?.stop()
    await app?.close()
    await program?.close()
    await rm(folder, { recursive: true })
  })

  const call = (method: 'GET' | 'POST', url: string, payload?: object) =>
    app.inject({
      method,
      url,
      headers: { authorization: 'Bearer default' },
      ...(payload === undefined ? {} : { payload }),
    })
  const seen = async (type: string) =>
    (
      await program.database.worker.query<{ n: number }>(
        `select (raw::json -> 'data' ->> 'n')::int as n from event_log where type = $1 order by position`,
        [type],
      )
    ).map(({ n }) => n)

  it('take each message once and in order, however many come at once', async () => {
    for (const [id, topic] of [
      ['room', 'room/+'],
      ['heat', '+/heat'],
    ] as const) {
      const made = await call('POST', '/api/v1/mqtt/rules', { id, name: id, topic, event: { type: `"${id}.seen"` } })
      assert.equal(made.statusCode, 201, made.body)
    }
    await pause(300)
    const numbers = Array.from({ length: COUNT }, (_, n) => n)
    await Promise.all(numbers.map((n) => producer.publish({ topic: 'room/heat', payload: JSON.stringify({ n }) })))
    await producer.publish({ topic: 'nobody/asked', payload: '{}' })
    for (let waited = 0; (await seen('heat.seen')).length < COUNT && waited < 10_000; waited += 50) await pause(50)
    await pause(300)
    assert.deepEqual(await seen('room.seen'), numbers)
    assert.deepEqual(await seen('heat.seen'), numbers)
  })
})
