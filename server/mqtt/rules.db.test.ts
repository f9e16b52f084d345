import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { deliveries } from '#deliveries/index.ts'
import { flags } from '#flags/index.ts'
import { type Mosquitto, startMosquitto, withoutMosquitto } from '#platform/brokers/mqtt/testing.ts'
import { switches } from '#switches/index.ts'
import { testProgram, testServer } from '../testing.ts'
import { mqtt } from './index.ts'
import { type TestClient, testClient } from './testing.ts'

type Body = { [name: string]: unknown }

describe('rules, requests and answers over MQTT', { skip: withoutMosquitto() }, () => {
  let broker: Mosquitto
  let program: Awaited<ReturnType<typeof testProgram>>
  let app: FastifyInstance
  let five: TestClient
  let older: TestClient

  before(async () => {
    broker = await startMosquitto()
    program = await testProgram([flags, switches, deliveries, mqtt], {
      env: { MQTT_HOST: broker.host, MQTT_PORT: String(broker.port) },
    })
    app = await testServer(program)
    five = await testClient(broker, { filters: ['copy/#', 'answers/#', 'cauce/answers/me', '+/+/response', 'loop/#'] })
    older = await testClient(broker, { filters: ['answers/#', '+/+/response'], protocol: '3.1.1' })
    await program.start()
    await until(async () => (await call('GET', '/backoffice/mqtt')).body.state === 'connected')
  })
  after(async () => {
    await five?.stop()
    await older?.stop()
    await app?.close()
    await program?.close()
    await broker?.close()
  })

  async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: unknown, who = 'default') {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${who}` },
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
    return { status: answer.statusCode, body: (answer.body === '' ? {} : answer.json()) as Body }
  }

  async function until(fact: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + 10_000
    while (!(await fact())) {
      assert.ok(performance.now() < end, 'not within 10 s')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  const filters = async () => {
    const { sessions } = (await call('GET', '/backoffice/mqtt')).body as { sessions: { filters: string[] }[] }
    return sessions.flatMap((session) => session.filters)
  }

  async function make(rule: Body): Promise<void> {
    const made = await call('POST', '/api/v1/mqtt/rules', rule)
    assert.equal(made.status, 201, JSON.stringify(made.body))
    await until(async () => (await filters()).some((filter) => filter === rule.topic))
  }

  const events = (type: string) =>
    program.database.worker.query<{ id: string; subject: string; data: Body }>(
      `select id, subject, raw::json -> 'data' as data from event_log where type = $1 order by position`,
      [type],
    )

  test('a message becomes an event where the condition holds, and the rule is in force at once', async () => {
    await make({
      id: 'heat',
      name: 'Hot rooms',
      topic: 'home/+/temperature',
      where: 'payload.celsius > 30',
      event: { type: '"room.overheated"', subject: 'levels[1]', data: '{"celsius": payload.celsius}' },
    })
    const send = (room: string, payload: string) => five.publish({ topic: `home/${room}/temperature`, payload })
    await send('kitchen', '{"celsius":20}')
    await send('kitchen', '{"other":20}')
    await send('attic', '{"celsius":41}')
    // The same content again is another message.
    await send('attic', '{"celsius":41}')
    await until(async () => (await events('room.overheated')).length === 2)
    const [first, second] = await events('room.overheated')
    assert.deepEqual([first?.subject, first?.data], ['attic', { celsius: 41 }])
    assert.notEqual(first?.id, second?.id)
  })

  test('an id of the message makes it count once', async () => {
    await make({ id: 'once', name: 'Once', topic: 'once', event: { type: '"once.seen"', id: 'payload.id' } })
    for (const id of ['a', 'a', 'b', 'a']) await older.publish({ topic: 'once', payload: JSON.stringify({ id }) })
    await until(async () => (await events('once.seen')).length === 2)
    assert.deepEqual(
      (await events('once.seen')).map(({ id }) => id),
      ['a', 'b'],
    )
  })

  test('a message is sent on, and a loop of rules comes to rest', async () => {
    await make({ id: 'copy', name: 'Copy', topic: 'origin/#', republish: { topic: '"copy/" + levels[1]' } })
    await five.publish({ topic: 'origin/x', payload: 'as it came', contentType: 'text/plain' })
    const copy = await five.next(({ topic }) => topic === 'copy/x')
    assert.equal(copy.payload.toString(), 'as it came')
    assert.equal(copy.contentType, 'text/plain')
    assert.equal(copy.userProperties.get('hops'), '1')

    await make({ id: 'there', name: 'There', topic: 'loop/there', republish: { topic: '"loop/back"' } })
    await make({ id: 'back', name: 'Back', topic: 'loop/back', republish: { topic: '"loop/there"' } })
    await five.publish({ topic: 'loop/there', payload: '{}' })
    const round = () => five.got.filter(({ topic }) => topic.startsWith('loop/'))
    await until(async () => round().length === 17)
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(round().length, 17)
  })

  test('a request is answered over 5 and 3.1.1, and only where we may answer', async () => {
    await make({
      id: 'search',
      name: 'Search',
      topic: 'search/+/request',
      event: { type: '"search.requested"' },
      reply: '{"found": payload.data.what}',
    })
    await five.publish({
      topic: 'search/providers/request',
      payload: '{"data":{"what":"plumber"}}',
      responseTopic: 'cauce/answers/me',
      correlationData: Buffer.from([1, 2, 255]),
    })
    const own = await five.next(({ topic }) => topic === 'cauce/answers/me')
    assert.deepEqual([...(own.correlationData ?? [])], [1, 2, 255])
    assert.deepEqual(JSON.parse(own.payload.toString()).data, { found: 'plumber' })
    await five.publish({
      topic: 'search/providers/request',
      payload: '{"data":{"what":"secret"}}',
      responseTopic: 'answers/elsewhere',
    })
    await older.publish({
      topic: 'search/providers/request',
      payload: JSON.stringify({ correlation_id: 'c-1', reply_to: 'answers/elsewhere', data: { what: 'painter' } }),
    })
    await older.publish({
      topic: 'search/providers/request',
      payload: JSON.stringify({ correlation_id: 'c-2', data: { what: 'mason' } }),
    })
    const answer = await older.next(({ topic }) => topic === 'search/providers/response')
    assert.deepEqual(JSON.parse(answer.payload.toString()), {
      correlation_id: 'c-2',
      ok: true,
      data: { found: 'mason' },
    })
    await until(async () => (await events('search.requested')).length === 4)
    assert.deepEqual(
      five.got.filter(({ topic }) => topic.startsWith('answers/')),
      [],
    )
  })

  test('we ask over MQTT and get the answer, by response topic or by the convention', async () => {
    const responder = await testClient(broker, {
      filters: ['ask/#'],
      onMessage(message) {
        const { correlation_id, reply_to, data } = JSON.parse(message.payload.toString())
        const payload = JSON.stringify({ correlation_id, ok: data !== 'bad', data: { echo: data } })
        if (message.topic === 'ask/five') {
          assert.equal(message.responseTopic, reply_to)
          const { responseTopic = '', correlationData } = message
          void responder.publish({ topic: responseTopic, payload: '"properties"', correlationData })
        } else if (message.topic === 'ask/payload') void responder.publish({ topic: reply_to, payload })
        else if (message.topic === 'ask/conventional/request') {
          // Another's answer, and one to nobody, come first.
          void responder.publish({ topic: 'ask/conventional/response', payload: '{"correlation_id":"other"}' })
          void responder.publish({ topic: 'ask/conventional/response', payload: 'x' })
          void responder.publish({ topic: 'ask/conventional/response', payload })
        } else if (message.topic === 'ask/late') {
          setTimeout(() => void responder.publish({ topic: reply_to, payload }), 250)
        }
      },
    })
    const ask = (topic: string, data: unknown, timeout = 'PT5S') =>
      call('POST', '/api/v1/mqtt/requests', { topic, data, timeout })
    const five = await ask('ask/five', 1)
    assert.deepEqual([five.status, five.body.ok, five.body.data], [200, true, 'properties'])
    const payload = await ask('ask/payload', { a: 1 })
    assert.deepEqual([payload.status, payload.body.ok, payload.body.data], [200, true, { echo: { a: 1 } }])
    const refused = await ask('ask/payload', 'bad')
    assert.deepEqual([refused.status, refused.body.ok], [200, false])
    const conventional = await ask('ask/conventional/request', 7)
    assert.deepEqual([conventional.status, conventional.body.data], [200, { echo: 7 }])

    const late = await ask('ask/late', 1, 'PT0.1S')
    assert.deepEqual([late.status, late.body.code], [504, 'mqtt/no-answer'])
    const dropped = async (why: string) => {
      const text = await program.runtime.metrics.metrics()
      return Number(new RegExp(`cauce_mqtt_answers_dropped_total\\{why="${why}"\\} (\\d+)`).exec(text)?.[1] ?? 0)
    }
    await until(async () => (await dropped('late')) === 1)
    assert.equal(await dropped('unknown'), 2)
    const nobody = await ask('ask-nobody', 1, 'PT30S')
    assert.deepEqual([nobody.status, nobody.body.code], [504, 'mqtt/nobody'])
    await responder.stop()
  })

  test('a rule can be tried before it is made, and after', async () => {
    const message = { topic: 'home/attic/temperature', payload: { celsius: 50 } }
    const stored = await call('POST', '/api/v1/mqtt/rules/heat/test', message)
    assert.equal(stored.status, 200)
    assert.deepEqual(stored.body.matches, { topic: true, where: true })
    assert.deepEqual((stored.body.event as Body).data, { celsius: 50 })
    const rule = { name: 'New', topic: 'a', republish: { topic: '"b"', payload: '{"was": payload}' }, reply: 'payload' }
    const tried = await call('POST', '/api/v1/mqtt/rules/test', { rule, message: { topic: 'a', payload: 'text' } })
    assert.deepEqual(tried.body.republish, {
      topic: 'b',
      payload: '{"was":"text"}',
      retain: false,
      contentType: 'application/json',
      userProperties: { hops: '1' },
    })
    const other = await call('POST', '/api/v1/mqtt/rules/test', { rule, message: { topic: 'c' } })
    assert.deepEqual(other.body.matches, { topic: false, where: true })
    const bad = await call('POST', '/api/v1/mqtt/rules/test', { rule: { ...rule, where: '1' }, message })
    assert.deepEqual([bad.status, (bad.body.errors as Body[])[0]?.path], [400, '/where'])
  })

  test('a rule is not written over by who did not see the change of another', async () => {
    const url = '/api/v1/mqtt/rules/once'
    const headers = { authorization: 'Bearer default' }
    const read = await app.inject({ url, headers })
    const { id: _, createdAt: __, updatedAt: ___, ...payload } = read.json()
    const put = (ifMatch: string) =>
      app.inject({ method: 'PUT', url, headers: { ...headers, 'if-match': ifMatch }, payload })
    const refused = await put('"another"')
    assert.deepEqual([refused.statusCode, refused.json().code], [409, 'stale'])
    assert.equal((await put(String(read.headers.etag))).statusCode, 200)
  })

  test('rules are changed and removed, and the broker is asked for no more than they need', async () => {
    const changed = await call('PUT', '/api/v1/mqtt/rules/once', { name: 'Wide', topic: 'origin/x/y', reply: '1' })
    assert.equal(changed.status, 200)
    // `origin/#` of another rule covers it.
    await until(async () => !(await filters()).includes('once'))
    assert.equal((await filters()).includes('origin/x/y'), false)
    assert.equal((await call('DELETE', '/api/v1/mqtt/rules/copy')).status, 204)
    await until(async () => (await filters()).includes('origin/x/y'))
    const listed = (await call('GET', '/api/v1/mqtt/rules?limit=2')).body as { items: Body[]; nextCursor: string }
    assert.deepEqual(
      listed.items.map(({ id }) => id),
      ['heat', 'once'],
    )
    const rest = await call('GET', `/api/v1/mqtt/rules?limit=2&cursor=${listed.nextCursor}`)
    assert.deepEqual(
      (rest.body.items as Body[]).map(({ id }) => id),
      ['there', 'back'],
    )
    assert.equal((await call('GET', '/api/v1/mqtt/rules/copy')).status, 404)
    assert.equal(
      (await call('POST', '/api/v1/mqtt/rules', { id: 'heat', name: 'x', topic: 'a', reply: '1' })).status,
      409,
    )
  })

  test('another tenant has no part in the connection', async () => {
    const rule = { name: 'Spy', topic: '#', event: { type: '"a.b"' } }
    assert.equal((await call('POST', '/api/v1/mqtt/rules', rule, 'acme')).status, 409)
    assert.equal((await call('POST', '/api/v1/mqtt/requests', { topic: 'a' }, 'acme')).status, 409)
    assert.deepEqual((await call('GET', '/backoffice/mqtt', undefined, 'acme')).body, { state: 'off' })
    assert.equal((await call('PUT', '/api/v1/mqtt/rules/heat', rule, 'acme')).status, 404)
    assert.equal((await call('DELETE', '/api/v1/mqtt/rules/heat', undefined, 'acme')).status, 404)
  })

  test('what no rule can do is refused with its field', async () => {
    const bodies: [Body, string][] = [
      [{ name: 'x', topic: 'a' }, '/event'],
      [{ name: 'x', topic: 'a/#/b', reply: '1' }, '/topic'],
      [{ name: 'x', topic: '$SYS/#', reply: '1' }, '/topic'],
      [{ name: 'x', topic: 'a', event: { type: '1' } }, '/event/type'],
      [{ name: 'x', topic: 'a', reply: '1', more: 1 }, '/more'],
      [{ topic: 'a', reply: '1' }, '/name'],
    ]
    for (const [body, path] of bodies) {
      const { status, body: problem } = await call('POST', '/api/v1/mqtt/rules', body)
      assert.deepEqual([status, (problem.errors as Body[])?.[0]?.path], [400, path], JSON.stringify(problem))
    }
    for (const [body, path] of [
      [{ topic: 'a/+' }, '/topic'],
      [{ topic: 'a', timeout: 'PT2M' }, '/timeout'],
      [{ topic: 'a', timeout: 'soon' }, '/timeout'],
    ] as const) {
      const { status, body: problem } = await call('POST', '/api/v1/mqtt/requests', body)
      assert.deepEqual([status, (problem.errors as Body[])?.[0]?.path], [400, path])
    }
  })

  test('a message for which a rule gives nothing is kept, and taken when the rule is mended', async () => {
    await make({ id: 'typed', name: 'Typed', topic: 'typed', event: { type: 'payload.type' } })
    await five.publish({ topic: 'typed', payload: '{"kind":"door.opened"}' })
    const refused = async (who?: string) =>
      (await call('GET', '/api/v1/mqtt/refused', undefined, who)).body.items as Body[]
    await until(async () => (await refused()).length === 1)
    const [one] = await refused()
    assert.match(String(one?.reason), /"Typed" gives no event\/type/)
    assert.equal(one?.payload, '{"kind":"door.opened"}')
    const url = `/api/v1/mqtt/refused/${one?.id}`
    assert.deepEqual(await refused('acme'), [])
    assert.equal((await call('POST', `${url}/retry`, undefined, 'acme')).status, 404)
    assert.equal((await call('DELETE', url, undefined, 'acme')).status, 404)
    assert.equal((await call('POST', `${url}/retry`)).status, 400)
    await call('PUT', '/api/v1/mqtt/rules/typed', { name: 'Typed', topic: 'typed', event: { type: 'payload.kind' } })
    assert.equal((await call('POST', `${url}/retry`)).status, 204)
    assert.equal((await events('door.opened')).length, 1)
    assert.deepEqual(await refused(), [])
    assert.equal((await call('DELETE', url)).status, 404)
  })

  for (const guide of ['en/guide.md', 'es/guia.md']) {
    test(`docs/${guide}: what is asked of MQTT is answered as it is shown`, async () => {
      const text = readFileSync(new URL(`../../docs/${guide}`, import.meta.url), 'utf8')
      const examples = [...text.matchAll(/^```http\n(\w+) (\S+)\n\n([^`]*)^```\n```json\n([^`]*)^```/gm)]
      assert.ok(examples.length >= 3)
      for (const [, method, url = '', sent = '', shown = ''] of examples) {
        const { body } = await call(method as 'POST', url, JSON.parse(sent))
        assert.partialDeepStrictEqual(body, JSON.parse(shown))
      }
    })
  }
})
