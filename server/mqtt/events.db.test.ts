import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { access } from '#access/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { flags } from '#flags/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import { switches } from '#switches/index.ts'
import { testProgram, testServer } from '../testing.ts'
import { mqtt } from './index.ts'
import { type TestClient, testClient } from './testing.ts'

type Row = { id: string; source: string; type: string; subject: string; form: string; origin: string; hops: number }

describe('events over MQTT', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  let program: Awaited<ReturnType<typeof testProgram>>
  let five: TestClient
  let older: TestClient

  before(async () => {
    broker = await startMosquitto()
    program = await testProgram([access, flags, switches, deliveries, mqtt], {
      env: {
        MQTT_HOST: broker.host,
        MQTT_PORT: String(broker.port),
        MQTT_EVENT_TOPICS: 'in/#',
        MQTT_PUBLISH: 'order.*,encounter.#',
      },
    })
    five = await testClient(broker, { filters: ['cauce/#'] })
    older = await testClient(broker, { filters: ['cauce/#'], protocol: '3.1.1' })
    await program.start()
    await until(async () => (await sessionFilters()).includes('in/#'))
  })
  after(async () => {
    await five?.stop()
    await older?.stop()
    await program?.close()
    await broker?.close()
  })

  const query = <T>(text: string, values: unknown[] = []) => program.database.worker.query<T>(text, values)
  const sessionFilters = async () =>
    (await query<{ filters: string[] }>('select filters from mqtt_session')).flatMap(({ filters }) => filters)
  const stored = (id: string) =>
    query<Row>('select id, source, type, subject, form, origin, hops from event_log where id = $1', [id])

  async function until(fact: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + 10_000
    while (!(await fact())) {
      assert.ok(performance.now() < end, 'not within 10 s')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  const reaches = async (id: string): Promise<Row> => {
    await until(async () => (await stored(id)).length > 0)
    return (await stored(id))[0] as Row
  }

  test('come in as CloudEvents, binary and structured, and in the plain forms, over 5 and 3.1.1', async () => {
    await five.publish({
      topic: 'in/a',
      payload: '{"encounterId":"e-1"}',
      contentType: 'application/json',
      userProperties: { specversion: '1.0', id: 'binary', source: '/shop', type: 'order.placed', subject: 'Ö 1' },
    })
    assert.deepEqual(await reaches('binary'), {
      id: 'binary',
      source: '/shop',
      type: 'order.placed',
      subject: 'Ö 1',
      form: 'cloudevents',
      origin: 'mqtt',
      hops: 0,
    })
    const event = { specversion: '1.0', source: '/shop', type: 'order.placed', data: { total: 1 } }
    await five.publish({
      topic: 'in/b',
      payload: JSON.stringify({ ...event, id: 'structured', hops: 3 }),
      contentType: 'application/cloudevents+json; charset=utf-8',
    })
    assert.equal((await reaches('structured')).hops, 3)
    await five.publish({
      topic: 'in/a',
      payload: '{}',
      contentType: 'application/json',
      userProperties: {
        specversion: '1.0',
        id: 'beside',
        source: '/shop',
        type: 'order.placed',
        'X-Request-Id': 'r 1',
      },
    })
    assert.equal((await reaches('beside')).source, '/shop')
    await older.publish({ topic: 'in/c', payload: JSON.stringify({ ...event, id: 'implied' }) })
    assert.equal((await reaches('implied')).form, 'cloudevents')
    const flat = { event_id: 'flat', type: 'encounter', subtype: 'opened', encounter_id: 'e-1', datetime: Date.now() }
    await older.publish({ topic: 'in/d/e', payload: JSON.stringify(flat) })
    assert.equal((await reaches('flat')).type, 'encounter.opened')
    const beside = { type: 'telemetry', id: '17' }
    await five.publish({
      topic: 'in/d',
      payload: JSON.stringify({ ...flat, event_id: 'plain' }),
      userProperties: beside,
    })
    assert.equal((await reaches('plain')).form, 'flat')
    await older.publish({
      topic: 'in/f',
      payload: JSON.stringify({
        eventId: 'enterprise',
        eventType: 'TenantCreated',
        occurredAt: '2026-01-01T00:00:00Z',
        payload: {},
        schemaVersion: '1.0',
      }),
    })
    assert.equal((await reaches('enterprise')).form, 'enterprise')
  })

  test('are taken once, however often they come', async () => {
    const event = { specversion: '1.0', source: '/shop', type: 'order.placed', id: 'again' }
    for (let n = 0; n < 5; n++) await five.publish({ topic: 'in/x', payload: JSON.stringify(event) })
    await five.publish({ topic: 'in/x', payload: JSON.stringify({ ...event, id: 'after' }) })
    await reaches('after')
    assert.equal((await stored('again')).length, 1)
  })

  test('that are none are kept with the reason, and hold nothing up', async () => {
    await five.publish({ topic: 'in/bad', payload: '{"specversion":"1.0","id":"bad"}' })
    await five.publish({ topic: 'in/bad', payload: Buffer.from([0xff, 0xfe]) })
    await five.publish({ topic: 'in/bad', payload: 'text', contentType: 'image/png' })
    await older.publish({
      topic: 'in/good',
      payload: JSON.stringify({ specversion: '1.0', source: '/shop', type: 'order.placed', id: 'good' }),
    })
    await reaches('good')
    await until(async () => (await query('select 1 from mqtt_refused')).length === 3)
    const rows = await query<{ reason: string; topic: string }>('select reason, topic from mqtt_refused order by at')
    const reasons = rows.map(({ reason }) => reason).join('\n')
    for (const why of [/source/, /not valid UTF-8/, /image\/png/]) assert.match(reasons, why)
    assert.deepEqual(new Set(rows.map(({ topic }) => topic)), new Set(['in/bad']))
  })

  test('that hold what no database keeps hold up nothing that comes after them', async () => {
    const before = (await query('select 1 from mqtt_refused')).length
    await five.publish({ topic: 'in/nul', payload: 'half a \u0000 text' })
    await five.publish({ topic: 'in/nul', payload: '{"id": \u0000}' })
    const event = { specversion: '1.0', id: 'after-nul', source: '/shop', type: 'order.placed' }
    await until(async () => (await query('select 1 from mqtt_refused')).length === before + 2)
    await five.publish({ topic: 'in/a', payload: JSON.stringify(event), contentType: 'application/cloudevents+json' })
    await reaches('after-nul')
  })

  test('go out structured to the topic of their type, so that 3.1.1 can read them; those from MQTT do not', async () => {
    const draft = (id: string, type: string, hops: number) => ({
      tenant: 'default',
      id,
      source: 'urn:test',
      type,
      subject: 's-1',
      form: 'cloudevents' as const,
      raw: JSON.stringify({ specversion: '1.0', id, source: 'urn:test', type, subject: 's-1', data: { n: 1 } }),
      data: { n: 1 },
      occurredAt: Date.now(),
      encounterId: null,
      traceparent: null,
      cause: null,
      hops,
      origin: 'rest',
    })
    await program.runtime.appendEvent(draft('not-wanted', 'listing.viewed', 0))
    await program.runtime.appendEvent({ ...draft('other-tenant', 'order.placed', 0), tenant: 'acme' })
    await program.runtime.appendEvent(draft('too-far', 'order.placed', 16))
    await program.runtime.appendEvent(draft('out-1', 'order.placed', 0))
    await program.runtime.appendEvent(draft('out-2', 'encounter.closed.late', 2))
    const message = await five.next(({ topic }) => topic === 'cauce/events/encounter/closed/late')
    assert.equal(message.contentType, 'application/cloudevents+json; charset=utf-8')
    assert.deepEqual(JSON.parse(message.payload.toString()), {
      specversion: '1.0',
      id: 'out-2',
      source: 'urn:test',
      type: 'encounter.closed.late',
      subject: 's-1',
      data: { n: 1 },
      hops: 3,
    })
    await older.next(({ topic }) => topic === 'cauce/events/encounter/closed/late')
    for (const { got } of [five, older]) {
      assert.deepEqual(
        got.map(({ topic, payload }) => [topic, JSON.parse(payload.toString()).id]),
        [
          ['cauce/events/order/placed', 'out-1'],
          ['cauce/events/encounter/closed/late', 'out-2'],
        ],
      )
    }
  })

  test('of two paired systems the follower is heard and not published, as by the other doors', async () => {
    const app = await testServer(program)
    const call = async (method: 'PUT' | 'POST' | 'GET', url: string, payload?: object) => {
      const headers = { authorization: 'Bearer default' }
      const answer = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
      assert.ok(answer.statusCode < 300, answer.body)
      return answer.json() as { both: number; agree: boolean }
    }
    const system = (name: string, role: string) => ({
      name,
      role,
      knownBy: { headers: { 'x-system': name }, sources: [`/${name}`] },
    })
    await call('PUT', '/api/v1/sources/visits', {
      systems: [system('netcomp', 'leader'), system('pet-cloud', 'follower')],
    })
    await call('POST', '/api/v1/mqtt/rules', {
      id: 'visits',
      name: 'Visits',
      topic: 'visits/+',
      event: { type: '"visit.ended"', id: 'payload.id', subject: 'levels[1]' },
    })
    await until(async () => (await sessionFilters()).includes('visits/+'))
    const datetime = Date.now()
    const flat = (id: string) => ({ event_id: id, type: 'visit', subtype: 'made', encounter_id: 'v', datetime })
    const event = { specversion: '1.0', type: 'visit.planned', subject: 'v' }
    for (const [name, header] of [
      ['pet-cloud', 'X-System'],
      ['netcomp', 'x-system'],
    ] as const) {
      const userProperties = { [header]: name }
      // By what MQTT 5 says beside the payload, and by what a CloudEvent says of itself, over both versions.
      await five.publish({ topic: 'in/v', payload: JSON.stringify(flat('v-flat')), userProperties })
      await five.publish({ topic: 'in/v', payload: JSON.stringify(flat(`v-${name}`)), userProperties })
      const mine = { ...event, source: `/${name}` }
      await older.publish({ topic: 'in/v', payload: JSON.stringify({ ...mine, id: 'v-cloud' }) })
      await older.publish({ topic: 'in/v', payload: JSON.stringify({ ...mine, id: `v-cloud-${name}` }) })
      await five.publish({ topic: 'visits/v', payload: '{"id":"v-rule"}', userProperties })
      const attributes = { specversion: '1.0', id: 'v-binary', source: '/visits', type: 'visit.noted', subject: 'v' }
      await five.publish({ topic: 'in/v', payload: '', userProperties: { ...attributes, ...userProperties } })
    }
    await until(async () => (await call('GET', '/api/v1/sources/visits/comparison')).both === 4)
    const published = await query<{ id: string }>("select id from event_log where type like 'visit.%' order by id")
    assert.deepEqual(
      published.map(({ id }) => id),
      ['v-binary', 'v-cloud', 'v-cloud-netcomp', 'v-flat', 'v-netcomp', 'v-rule'],
    )
    const held = await query<{ id: string }>('select id from event_held order by id')
    for (const id of ['v-cloud-pet-cloud', 'v-pet-cloud']) assert.ok(held.some((row) => row.id === id))
    await app.close()
  })
})
