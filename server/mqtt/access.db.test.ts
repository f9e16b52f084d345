import assert from 'node:assert/strict'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { deliveries } from '#deliveries/index.ts'
import { MqttRefused } from '#platform/brokers/mqtt/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import { flatEvent, testProgram, testServer } from '../testing.ts'
import { mqtt } from './index.ts'
import { testClient } from './testing.ts'

const shipped = (name: string) => readFileSync(new URL(`../../deploy/mosquitto/${name}`, import.meta.url), 'utf8')

const USERS = ['cauce', 'ai-clientes', 'ai-proveedores', 'wa-clientes', 'wa-proveedores', 'events']
const password = (user: string) => `password of ${user}`

/** A line of Mosquitto's password file. */
function passwordLine(user: string): string {
  const salt = randomBytes(12)
  const digest = pbkdf2Sync(password(user), salt, 101, 64, 'sha512')
  return `${user}:$7$101$${salt.toString('base64')}$${digest.toString('base64')}\n`
}

describe('under the access list and the configuration that ship', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  let program: Awaited<ReturnType<typeof testProgram>>
  let app: Awaited<ReturnType<typeof testServer>>
  const clients: { stop(): Promise<void> }[] = []

  before(async () => {
    broker = await startMosquitto({
      files: { acl: shipped('acl'), passwords: USERS.map(passwordLine).join('') },
      whole: (dir, port) =>
        shipped('mosquitto.conf')
          .replace('listener 1883', `listener ${port} 127.0.0.1`)
          .replaceAll('/mosquitto/config', dir)
          .replaceAll('/mosquitto/data', dir),
    })
    program = await testProgram([deliveries, mqtt], {
      env: {
        MQTT_HOST: broker.host,
        MQTT_PORT: String(broker.port),
        MQTT_USUARIO: 'cauce',
        MQTT_PASSWORD: password('cauce'),
        MQTT_EVENT_TOPICS: 'cauce/in/#',
        MQTT_PUBLISH: 'encounter.*',
        USE_MQTT_WHATSAPP: 'true',
        CAUCE_WHATSAPP_RECEIVE: 'proveedores',
      },
    })
    app = await testServer(program)
    await program.start()
    await until(async () => (await call('GET', '/backoffice/mqtt')).sessions?.[0]?.filters.length > 0)
  })
  after(async () => {
    for (const client of clients) await client.stop()
    await app?.close()
    await program?.close()
    await broker?.close()
  })

  async function as(user: string, options: Parameters<typeof testClient>[1] = {}) {
    const client = await testClient({ port: broker.port, username: user, password: password(user) }, options)
    clients.push(client)
    return client
  }
  async function call(method: 'GET' | 'POST', url: string, payload?: object) {
    return (await app.inject({ method, url, headers: { authorization: 'Bearer default' }, payload })).json()
  }
  async function until(fact: () => Promise<boolean> | boolean): Promise<void> {
    const end = performance.now() + 10_000
    while (!(await fact())) {
      assert.ok(performance.now() < end, 'not within 10 s')
      await pause(10)
    }
  }
  const stored = (id: string) => program.database.worker.query('select 1 from event_log where id = $1', [id])

  test('all that Cauce does passes', async () => {
    const waClientes = await as('wa-clientes', { filters: ['whatsapp/clientes/send'] })
    const aiProveedores = await as('ai-proveedores', {
      filters: ['search/providers/request'],
      onMessage({ payload }) {
        const { correlation_id, data } = JSON.parse(payload.toString())
        const answer = JSON.stringify({ correlation_id, ok: true, data: [data] })
        void aiProveedores.publish({ topic: 'search/providers/response', payload: answer })
      },
    })
    const events = await as('events', { filters: ['cauce/events/#'] })
    await program.runtime.appendEvent(flatEvent({ id: 'out', subtype: 'closed' }))
    const out = await events.next()
    assert.equal(out.topic, 'cauce/events/encounter/closed')

    const event = { specversion: '1.0', id: 'in', source: '/ai', type: 'order.placed' }
    await aiProveedores.publish({ topic: 'cauce/in/ai-proveedores/x', payload: JSON.stringify(event) })
    await until(async () => (await stored('in')).length === 1)

    const answer = await call('POST', '/api/v1/mqtt/requests', { topic: 'search/providers/request', data: 'plumber' })
    assert.deepEqual(answer.data, ['plumber'])

    const command = { line: 'clientes', to: '+56987654321', message: 'Hola', messageId: 'm' }
    await call('POST', '/api/v1/whatsapp/commands', command)
    await waClientes.next()
    await aiProveedores.publish({
      topic: 'whatsapp/proveedores/send',
      payload: JSON.stringify({ to: '34600111222', message: 'Hola', message_id: 'received' }),
    })
    await until(async () => (await stored('received')).length === 1)
  })

  test('nobody hears or says more than the list grants', async () => {
    // The subscription is granted all the same; what counts is that nothing comes.
    const listener = await as('wa-clientes', { filters: ['#', 'whatsapp/proveedores/send', 'cauce/#'] })
    const own = await as('wa-clientes', { filters: ['whatsapp/clientes/send'] })
    const five = await as('ai-clientes')
    const older = await as('ai-clientes', { protocol: '3.1.1' })
    for (const topic of ['whatsapp/proveedores/send', 'cauce/events/x', 'cauce/in/ai-proveedores/x', 'anything']) {
      await assert.rejects(five.publish({ topic, payload: 'x' }), MqttRefused)
      // 3.1.1 has no word for it: confirmed, and dropped.
      await older.publish({ topic, payload: 'x' })
    }
    const ai = await as('ai-proveedores')
    await ai.publish({ topic: 'whatsapp/proveedores/send', payload: '{"check":true}' })
    await five.publish({ topic: 'whatsapp/clientes/send', payload: '{"check":true}' })
    await own.next()
    await pause(100)
    assert.deepEqual(
      listener.got.map(({ topic }) => topic),
      ['whatsapp/clientes/send'],
    )
    await assert.rejects(testClient({ port: broker.port }), /not authorised/)
  })

  test('an event that Cauce may not publish is set aside with the reason, and the rest goes on', async () => {
    const other = await testProgram([deliveries, mqtt], {
      env: {
        MQTT_HOST: broker.host,
        MQTT_PORT: String(broker.port),
        MQTT_USUARIO: 'cauce',
        MQTT_PASSWORD: password('cauce'),
        MQTT_PUBLISH: 'encounter.*',
        MQTT_EVENT_PREFIX: 'forbidden',
      },
    })
    try {
      await other.start()
      await other.runtime.appendEvent(flatEvent({ id: 'refused' }))
      const parked = () =>
        other.database.worker.query<{ error: string }>(
          `select error from event_exception where consumer = 'mqtt' and error is not null`,
        )
      await until(async () => (await parked()).length === 1)
      assert.match((await parked())[0]?.error ?? '', /not authorised \(135\)/)
    } finally {
      await other.close()
    }
  })

  test('the embedded broker keeps to the same list', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'cauce-acl-'))
    writeFileSync(join(dir, 'acl'), shipped('acl'))
    const own = await testProgram([deliveries, mqtt], {
      env: {
        CAUCE_MQTT_EMBEDDED: 'true',
        CAUCE_MQTT_EMBEDDED_PORT: '0',
        CAUCE_MQTT_EMBEDDED_USERS: 'events:password of events,ai-clientes:password of ai-clientes',
        CAUCE_MQTT_EMBEDDED_ACL: join(dir, 'acl'),
        MQTT_PUBLISH: 'encounter.*',
        MQTT_EVENT_TOPICS: 'cauce/in/#',
      },
    })
    const ownApp = await testServer(own)
    const diagnosed = async () =>
      (
        await ownApp.inject({ method: 'GET', url: '/backoffice/mqtt', headers: { authorization: 'Bearer default' } })
      ).json()
    try {
      await own.start()
      await until(async () => (await diagnosed()).sessions?.[0]?.filters.length > 0)
      const { broker: address, out } = await diagnosed()
      assert.equal(out.protocol, '3.1.1')
      const port = Number(address.split(':')[1])
      const at = async (user: string, filters: string[] = []) => {
        const options = { filters, protocol: '3.1.1' } as const
        const client = await testClient({ port, username: user, password: password(user) }, options)
        clients.push(client)
        return client
      }
      const events = await at('events', ['cauce/events/#'])
      const ai = await at('ai-clientes')
      const event = { specversion: '1.0', id: 'in', source: '/ai', type: 'order.placed' }
      await ai.publish({ topic: 'cauce/in/ai-clientes/x', payload: JSON.stringify(event) })
      await until(async () => (await own.database.worker.query(`select 1 from event_log where id = 'in'`)).length === 1)
      await own.runtime.appendEvent(flatEvent({ id: 'out' }))
      assert.equal((await events.next()).topic, 'cauce/events/encounter/created')
    } finally {
      await ownApp.close()
      await own.close()
      await rm(dir, { recursive: true, force: true })
    }
  })
})
