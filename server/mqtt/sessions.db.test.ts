import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { deliveries } from '#deliveries/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import { testProgram, testServer } from '../testing.ts'
import { mqtt } from './index.ts'
import { type TestClient, testClient } from './testing.ts'

type Program = Awaited<ReturnType<typeof testProgram>>

describe('the sessions of several nodes', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  let first: Program
  let producer: TestClient
  const programs: Program[] = []
  let sent = 0

  beforeEach(async () => {
    broker = await startMosquitto()
    producer = await testClient(broker)
    sent = 0
  })
  afterEach(async () => {
    await producer.stop()
    // The first one owns the database.
    for (const program of programs.splice(0).reverse()) await program.close()
    await broker.close()
  })

  async function start(node: string, sessions: number, more: Record<string, string> = {}): Promise<Program> {
    const program = await testProgram([deliveries, mqtt], {
      node,
      ...(programs[0] === undefined ? {} : { url: programs[0].url }),
      env: {
        MQTT_HOST: broker.host,
        MQTT_PORT: String(broker.port),
        MQTT_EVENT_TOPICS: 'in/#',
        MQTT_SESSIONS: String(sessions),
        ...more,
      },
    })
    programs.push(program)
    await program.start()
    return program
  }

  async function stop(program: Program): Promise<void> {
    await program.stop()
    programs.splice(programs.indexOf(program), 1)
  }

  async function until(fact: () => Promise<boolean>, what: string, withinMs = 15_000): Promise<void> {
    const end = performance.now() + withinMs
    while (!(await fact())) {
      assert.ok(performance.now() < end, what)
      await pause(20)
    }
  }

  const query = <T>(text: string) => (programs[0] as Program).database.worker.query<T>(text)
  /** Which node has which session, and what that is subscribed to. */
  const held = async () =>
    (
      await query<{ slot: number; node: string | null; filters: string[] }>(
        'select slot, node, filters from mqtt_session order by slot',
      )
    ).map(({ slot, node, filters }) => `${slot} ${node} ${filters.join()}`)
  const stored = async () =>
    Number((await query<{ n: number }>(`select count(*)::int as n from event_log where origin = 'mqtt'`))[0]?.n)

  async function send(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const event = { specversion: '1.0', id: `e-${++sent}`, source: '/t', type: 'a.b' }
      await producer.publish({ topic: 'in/x', payload: JSON.stringify(event) })
    }
  }

  test('spread over the nodes, and each message comes once', async () => {
    first = await start('one', 2)
    const second = await start('two', 2)
    const group = /^\$share\/cauce-[0-9a-f]{8}\/in\/#$/
    const spread = async () => {
      const [a = '', b = ''] = await held()
      return (
        new Set([a.split(' ')[1], b.split(' ')[1]]).size === 2 &&
        [a, b].every((row) => group.test(row.split(' ')[2] ?? ''))
      )
    }
    await until(spread, 'each node has a session')
    await pause(300)
    await send(60)
    await until(async () => (await stored()) >= 60, 'all came')
    await pause(200)
    assert.equal(await stored(), 60)
    const counts = await Promise.all(
      [first, second].map(async ({ runtime }) =>
        Number(
          /mqtt_messages_consumed_total\{kind="event",result="taken"\} (\d+)/.exec(
            await runtime.metrics.metrics(),
          )?.[1] ?? 0,
        ),
      ),
    )
    assert.ok(
      counts.every((count) => count > 0),
      `both had some: ${counts}`,
    )
    // What comes while a node stops is the other one's.
    const loading = send(60)
    await stop(second)
    await loading
    await until(async () => (await held()).every((row) => row.includes(' one ')), 'the first has both')
    await until(async () => (await stored()) >= 120, 'all came')
    assert.equal(await stored(), 120)
  })

  test('are given up when there are fewer by the setting, and what waits in them comes first', async () => {
    first = await start('one', 2)
    await until(async () => (await held()).every((row) => row.includes('$share')), 'both are subscribed')
    await pause(300)
    const { url } = first
    // Nobody is connected: the messages wait in both sessions.
    await first.stop()
    await send(40)
    programs.length = 0
    const again = await testProgram([deliveries, mqtt], {
      node: 'one',
      url,
      env: { MQTT_HOST: broker.host, MQTT_PORT: String(broker.port), MQTT_EVENT_TOPICS: 'in/#', MQTT_SESSIONS: '1' },
    })
    programs.push({ ...again, close: first.close })
    await again.start()
    await until(async () => (await stored()) === 40, 'all came')
    await until(async () => (await held()).join() === '1 one in/#', 'the second session is gone', 30_000)
    await send(10)
    await until(async () => (await stored()) === 50, 'and one session takes all')
    await again.stop()
  })

  test('are one over 3.1.1, which knows no sharing; a node that stands by steps in', async () => {
    first = await start('one', 2, { MQTT_PROTOCOL: '3.1.1' })
    const second = await start('two', 2, { MQTT_PROTOCOL: '3.1.1' })
    await until(async () => (await held()).filter((row) => row.endsWith(' in/#')).length === 1, 'one is subscribed')
    await pause(300)
    await send(20)
    await until(async () => (await stored()) === 20, 'all came')
    await stop(second)
    await send(20)
    await until(async () => (await stored()) === 40, 'all came')
  })

  test('are subscribed to what a rule asks for that is made while they are being connected', async () => {
    first = await start('one', 1)
    await until(async () => (await held()).join() === '1 one in/#', 'it is subscribed')
    const app = await testServer(first)
    const lock = new pg.Client({ connectionString: first.url })
    await lock.connect()
    try {
      await broker.stop()
      await lock.query('begin')
      await lock.query('select from mqtt_session for update')
      await broker.start()
      // The lease and what was asked for wait to be written.
      const writing = `select from pg_locks where not granted and locktype = 'tuple' and relation = 'mqtt_session'::regclass`
      await until(async () => (await lock.query(writing)).rowCount === 1, 'it has asked for what was wanted so far')
      const rule = { name: 'Rule', topic: 'rule/x', event: { type: '"a.b"' } }
      const headers = { authorization: 'Bearer default' }
      const made = await app.inject({ method: 'POST', url: '/api/v1/mqtt/rules', headers, payload: rule })
      assert.equal(made.statusCode, 201, made.body)
      await lock.query('commit')
      await until(async () => (await held()).join() === '1 one in/#,rule/x', 'the rule is heard')
      await producer.link.ready(10_000)
      await producer.publish({ topic: 'rule/x', payload: '{}' })
      await until(async () => (await stored()) === 1, 'its message came')
    } finally {
      await lock.end()
      await app.close()
    }
  })
})
