/**
 * Malformed messages by the broker: each is an event, a repeat or refused and kept, and the program unmoved. In full
 * (100,000 messages; some 5 minutes): E2E_FULL=1 node cauce.mjs test e2e/bad-messages
 */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { RABBITMQ_PORT, type Stranger, stranger } from '../server/gateway/testing.ts'
import { withoutBroker } from '../server/platform/brokers/testing.ts'
import { testDatabase } from '../server/platform/testing.ts'
import { type Client, clientOf, settled } from './harness/client.ts'
import { HOSTILE, mutated } from './harness/mutate.ts'
import { freePort, type ProgramProcess, programProcess } from './harness/program.ts'
import { count, seeded } from './harness/scale.ts'

const MESSAGES = count(1_500, 100_000)
const BATCH = 500
/** Somebody else's request in between: the event loop is not held up. */
const SLOWEST_MS = 5_000

const BODIES = [
  {
    event_id: 'flat-1',
    type: 'encounter',
    subtype: 'note',
    encounter_id: 'e-1',
    datetime: 1_767_225_600_000,
    queue_id: 'q',
    patient_id: 'c',
  },
  {
    eventId: 'enterprise-1',
    eventType: 'order.placed',
    occurredAt: '2026-01-01T00:00:00Z',
    payload: { n: 1, nested: { list: [1, 'two', null, true] } },
    schemaVersion: '1',
  },
  { specversion: '1.0', id: 'cloud-1', source: 'urn:test', type: 'order.placed', subject: 's', data: { n: 1 } },
]
const HEADERS = {
  cloudEvents_specversion: '1.0',
  cloudEvents_id: 'binary-1',
  cloudEvents_source: 'urn:test',
  cloudEvents_type: 'order.placed',
  cloudEvents_subject: 's',
  cloudEvents_time: '2026-01-01T00:00:00Z',
}
/** Header values that AMQP can carry and texts cannot. */
const STRANGE = [
  true,
  -7,
  1.5,
  2 ** 40,
  null,
  [],
  [1, 'x'],
  { a: { b: 1 } },
  Buffer.from([0xff, 0, 1]),
  { '!': 'timestamp', value: 1_767_225_600 },
  { '!': 'timestamp', value: Number.MAX_SAFE_INTEGER },
]
const TYPES = [
  undefined,
  'application/json',
  'text/plain',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/cloudevents+avro',
  'x'.repeat(250),
]

const skip = await withoutBroker('RabbitMQ', RABBITMQ_PORT)

describe('malformed messages', { skip, timeout: 7_200_000 }, () => {
  let database: Awaited<ReturnType<typeof testDatabase>>
  let other: Stranger
  let program: ProgramProcess
  let client: Client
  let owner: pg.Client
  const random = seeded()
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

  before(async () => {
    database = await testDatabase()
    other = await stranger()
    program = programProcess('', await freePort(), {
      ...other.env,
      DATABASE_URL: database.url,
      RABBITMQ_BINDING_KEYS: '#',
    })
    await program.start()
    client = clientOf([program.url])
    owner = await program.database()
    type Doors = { doors: { name: string; state: string }[] }
    await settled(async () => {
      const { doors } = await client.persist<Doors>('GET', '/backoffice/brokers')
      return doors.find(({ name }) => name === 'events')?.state === 'consuming' ? '' : 'the queue is not read yet'
    })
  })
  after(async () => {
    await owner?.end()
    await program?.stop()
    await other?.close()
    await database?.drop()
  })

  function headersOf(): Record<string, unknown> | undefined {
    if (random() < 0.6) return undefined
    const headers: Record<string, unknown> = { ...HEADERS }
    const name = pick(Object.keys(HEADERS))
    const kind = random()
    if (kind < 0.3) headers[name] = pick(HOSTILE)
    else if (kind < 0.6) headers[name] = pick(STRANGE)
    else if (kind < 0.8) delete headers[name]
    else
      headers[`cloudEvents:${pick(['', 'data', 'datacontenttype', '__proto__', 'Bad-Name', 'é', 'x'.repeat(100)])}`] =
        'x'
    return headers
  }

  it(`${MESSAGES} of them are taken, known or kept, every one`, async () => {
    let slowest = 0
    for (let sent = 0; sent < MESSAGES; sent += BATCH) {
      await other.publish(
        Array.from({ length: BATCH }, () => ({
          key: pick(['encounter.note', '', '.', 'x'.repeat(255), '*.#']),
          body: mutated(pick(BODIES), random),
          options: {
            headers: headersOf(),
            contentType: pick(TYPES),
            contentEncoding: pick([undefined, undefined, 'utf-8', 'gzip', '\u0001']),
            messageId: pick([undefined, 'm-1', '', 'ñ'.repeat(120)]),
          },
        })),
      )
      const began = performance.now()
      await client.persist('GET', '/api/v1/events?limit=1')
      slowest = Math.max(slowest, performance.now() - began)
    }
    type Row = { received: number; duplicates: number; refused: number }
    const tally = async () => (await owner.query<Row>(`select * from bus_door where door = 'events'`)).rows[0]
    await settled(
      async () => (Number((await tally())?.received) >= MESSAGES ? '' : `${(await tally())?.received} received`),
      300_000,
    )
    const { received, duplicates, refused } = (await tally()) as Row
    assert.equal(Number(received), MESSAGES)
    const { rows } = await owner.query<{ events: number; kept: number }>(`select
      (select count(*)::int from event_log where origin = 'amqp') as events,
      (select sum(times)::int from bus_refused) as kept`)
    const { events, kept } = rows[0] as { events: number; kept: number }
    assert.equal(events, MESSAGES - Number(duplicates) - Number(refused))
    assert.ok(events > 0 && Number(refused) > events)
    // Of a flood only the latest are kept.
    if (MESSAGES < 5_000) assert.equal(kept, Number(refused))
    assert.ok(slowest < SLOWEST_MS, `a request in between took ${slowest} ms`)
    assert.ok(program.alive())
    const { reconnects, lastError } = await client.persist<{ reconnects: number; lastError: unknown }>(
      'GET',
      '/backoffice/brokers',
    )
    assert.deepEqual({ reconnects, lastError }, { reconnects: 0, lastError: null })
  })
})
