import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bootstrap } from '#access/index.ts'
import { until as within } from '#events/testing.ts'
import { brokerState, gateway } from '#gateway/index.ts'
import { RABBITMQ_PORT, type Stranger, stranger } from '#gateway/testing.ts'
import { tcpProxy, withoutBroker } from '#platform/brokers/testing.ts'
import { serve } from '../serve.ts'
import { services } from '../services.ts'
import { flatEvent, testProgram, testServer } from '../testing.ts'

type Opened = Awaited<ReturnType<typeof testProgram>>

const skip = await withoutBroker('RabbitMQ', RABBITMQ_PORT)

/** A fact that does not come at all is what fails; a machine with much to do may be slow. */
const until: typeof within = (look, satisfies, limitMs = 30_000) => within(look, satisfies, limitMs)

const flat = (id: string, subtype = 'tmipw_expired', encounterId = 'enc-1') =>
  JSON.stringify({ event_id: id, type: 'encounter', subtype, encounter_id: encounterId, datetime: 1_760_000_000_000 })

describe('RabbitMQ', { skip }, () => {
  let other: Stranger
  let program: Opened
  before(async () => {
    other = await stranger()
    program = await testProgram([gateway], { env: other.env })
    await program.start()
    await until(
      async () => (await diagnose()).doors,
      (doors) => doors.every(({ state }: { state: string }) => state === 'consuming'),
    )
  })
  after(async () => {
    await program?.close()
    await other?.close()
  })

  async function ask(url: string, tenant = 'default') {
    const server = await testServer(program)
    const answer = await server.inject({ url, headers: { authorization: `Bearer ${tenant}` } })
    return answer.json()
  }
  const diagnose = () => ask('/backoffice/brokers')
  const stored = (id: string) =>
    program.database.worker.query<{ form: string; source: string; origin: string; raw: string; subject: string }>(
      'select form, source, origin, raw, subject from event_log where id = $1',
      [id],
    )

  it('gets every event of the log, with its type as routing key, its text as it came, and CloudEvents headers', async () => {
    const event = flatEvent({ id: 'out-1', subtype: 'tmipw_expired' })
    await program.log.append(event)
    const [message] = await until(
      () => other.seen.filter(({ id }) => id === 'out-1'),
      (found) => found.length > 0,
    )
    assert.equal(message?.key, 'encounter.tmipw_expired')
    assert.equal(message?.body, event.raw)
    const { contentType, deliveryMode, type, timestamp, headers } = message?.properties ?? {}
    const { 'x-cauce': _mark, ...attributes } = headers ?? {}
    assert.deepEqual(
      { contentType, deliveryMode, type, timestamp },
      { contentType: 'application/json', deliveryMode: 2, type: 'encounter.tmipw_expired', timestamp: 1_760_000_000 },
    )
    assert.deepEqual(attributes, {
      cloudEvents_specversion: '1.0',
      cloudEvents_id: 'out-1',
      cloudEvents_source: event.source,
      cloudEvents_type: 'encounter.tmipw_expired',
      cloudEvents_subject: 'enc-1',
      cloudEvents_time: new Date(1_760_000_000_000).toISOString(),
    })
  })

  it('brings what strangers publish straight to the exchange; each is taken once and not sent back', async () => {
    await other.publish([{ key: 'encounter.tmipw_expired', body: flat('in-1') }])
    const [row] = await until(
      () => stored('in-1'),
      (rows) => rows.length > 0,
    )
    assert.deepEqual(row, { form: 'flat', source: 'cauce:events', origin: 'amqp', raw: flat('in-1'), subject: 'enc-1' })
    await other.publish([{ key: 'encounter.tmipw_expired', body: flat('in-1') }])
    await program.log.append(flatEvent({ id: 'out-2' }))
    await until(
      () => other.seen.filter(({ id }) => id === 'out-2'),
      (found) => found.length > 0,
    )
    assert.equal((await stored('in-1')).length, 1)
    assert.deepEqual(
      other.seen.filter(({ body }) => body === flat('in-1')).length,
      2,
      'what the stranger sent, and nothing of ours',
    )
  })

  it('keeps what nobody can read, shows it, and takes it once it is mended', async () => {
    const server = await testServer(program)
    const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, tenant = 'default') =>
      server.inject({ method, url, headers: { authorization: `Bearer ${tenant}` }, payload })
    const bad = flat('bad-1').replace('1760000000000', '"yesterday"')
    for (let i = 0; i < 3; i++) await other.publish([{ key: 'encounter.x', body: bad, options: { messageId: 'm-1' } }])
    await other.publish([{ key: 'encounter.x', body: Buffer.from([0xff, 0x00, 0x7b]) }])
    const items = await until(
      async () => (await call('GET', '/backoffice/brokers/refused')).json().items,
      (found) => found.length === 2 && found.some(({ times }: { times: number }) => times === 3),
    )
    const refused = items.find(({ times }: { times: number }) => times === 3)
    assert.deepEqual(
      {
        door: refused.door,
        key: refused.routingKey,
        message: refused.messageId,
        code: refused.code,
        errors: refused.errors,
      },
      {
        door: 'events',
        key: 'encounter.x',
        message: 'm-1',
        code: 'invalid',
        errors: [{ path: '/datetime', message: 'must be a whole number of milliseconds since 1970' }],
      },
    )
    const groups = (await call('GET', '/backoffice/brokers/refused/groups')).json().items
    assert.deepEqual(groups[0].times, 3)
    const url = `/backoffice/brokers/refused/${refused.id}`
    assert.equal((await call('GET', url)).json().body, bad)
    assert.equal((await call('GET', url, undefined, 'somebody-else')).statusCode, 404)
    assert.equal((await call('POST', `${url}/retry`, {})).statusCode, 400)
    const mended = await call('POST', `${url}/retry`, { body: flat('bad-1') })
    assert.deepEqual(
      [mended.statusCode, mended.json()],
      [202, { eventId: 'bad-1', routingKey: 'encounter.tmipw_expired', duplicate: false }],
    )
    assert.equal((await stored('bad-1'))[0]?.origin, 'amqp')
    assert.equal((await call('GET', url)).statusCode, 404)
    const [noise] = items.filter(({ id }: { id: string }) => id !== refused.id)
    assert.equal((await call('DELETE', `/backoffice/brokers/refused/${noise.id}`)).statusCode, 204)
    assert.deepEqual((await call('GET', '/backoffice/brokers/refused')).json().items, [])
    const acts = await program.database.worker.query<{ action: string }>('select action from audit order by at')
    assert.deepEqual(
      acts.map(({ action }) => action),
      ['refused-message.retried', 'refused-message.deleted'],
    )
  })

  it('keeps who sent a refused message: fed in again, an event of a system that follows is not published', async () => {
    const server = await testServer(program)
    const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) =>
      server.inject({ method, url, headers: { authorization: 'Bearer default' }, payload })
    const systems = [
      { name: 'old', role: 'leader', knownBy: { headers: { 'x-system': 'old' } } },
      { name: 'new', role: 'follower', knownBy: { headers: { 'x-system': 'new' } } },
    ]
    assert.equal((await call('PUT', '/api/v1/sources/pair', { systems })).statusCode, 200)
    const bad = flat('bad-2').replace('1760000000000', '"yesterday"')
    await other.publish([{ key: 'encounter.x', body: bad, options: { headers: { 'X-System': 'new', noise: 7 } } }])
    const [refused] = await until(
      async () => (await call('GET', '/backoffice/brokers/refused')).json().items,
      (found) => found.length === 1,
    )
    const url = `/backoffice/brokers/refused/${refused.id}`
    const mended = await call('POST', `${url}/retry`, { body: flat('bad-2') })
    assert.equal(mended.statusCode, 202, mended.body)
    assert.deepEqual(await stored('bad-2'), [])
    const { items } = (await call('GET', '/api/v1/sources/pair/held')).json()
    assert.deepEqual(
      items.map(({ id }: { id: string }) => id),
      ['bad-2'],
    )
    await call('DELETE', '/api/v1/sources/pair')
  })

  describe('beside a pair of systems', () => {
    const call = async (
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      url: string,
      payload?: object | string,
      headers = {},
    ) => {
      const server = await testServer(program)
      return server.inject({ method, url, headers: { authorization: 'Bearer default', ...headers }, payload })
    }
    const comparison = async () => (await call('GET', '/api/v1/sources/pair/comparison')).json()
    before(async () => {
      const systems = [
        { name: 'old', role: 'leader', knownBy: { headers: { 'x-system': 'old' } } },
        { name: 'new', role: 'follower', knownBy: { headers: { 'x-system': 'new' } } },
      ]
      assert.equal((await call('PUT', '/api/v1/sources/pair', { systems })).statusCode, 200)
    })
    after(() => call('DELETE', '/api/v1/sources/pair'))

    it('hears the follower, also of what was just published to the same exchange for the leader', async () => {
      assert.equal(
        (await call('POST', '/api/v1/events', JSON.parse(flat('both')), { 'x-system': 'old' })).statusCode,
        202,
      )
      await until(
        () => other.seen.filter(({ id }) => id === 'both'),
        (found) => found.length === 1,
      )
      const options = { messageId: 'both', headers: { 'x-system': 'new' } }
      await other.publish([{ key: 'encounter.tmipw_expired', body: flat('both'), options }])
      const found = await until(comparison, ({ both }) => both > 0, 5_000)
      assert.deepEqual([found.both, found.only.old.count, found.agree], [1, 0, true])
    })

    it('takes a CloudEvent of the leader, which comes back by the exchange, once', async () => {
      const event = {
        specversion: '1.0',
        id: 'ce-1',
        source: '/old',
        type: 'encounter.closed',
        subject: 'enc-9',
        data: {},
      }
      const told = await call('POST', '/api/v1/events', JSON.stringify(event), {
        'content-type': 'application/cloudevents+json',
        'x-system': 'old',
      })
      assert.equal(told.statusCode, 202, told.body)
      await until(
        () => other.seen.filter(({ id }) => id === 'ce-1'),
        (found) => found.length === 1,
      )
      // Of the same subject: it is taken after what came before it.
      await other.publish([{ key: 'encounter.closed', body: flat('behind', 'closed', 'enc-9') }])
      await until(
        () => stored('behind'),
        (rows) => rows.length > 0,
      )
      assert.deepEqual(
        (await stored('ce-1')).map(({ source, origin }) => [source, origin]),
        [['cauce:events', 'rest']],
      )
    })
  })

  it('is told of by the diagnostics, to the tenant whose events it carries', async () => {
    const found = await until(diagnose, ({ received }) => received.length > 0)
    assert.equal(found.bus, 'rabbitmq')
    assert.deepEqual(
      found.doors.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`).toSorted(),
      ['events consuming', 'node consuming', 'notification consuming', 'task consuming', 'work consuming'],
    )
    const queue = found.queues.find(({ name }: { name: string }) => name === other.names.queue)
    assert.deepEqual(queue, { name: other.names.queue, messages: 0, consumers: 1 })
    assert.ok(found.confirmed > 0)
    assert.equal(found.unconfirmed, 0)
    assert.deepEqual(await ask('/backoffice/brokers', 'somebody-else'), { bus: 'postgres', state: 'none' })
  })

  it('says that a queue is full, and does not fill the others with what that one refuses', async () => {
    const queue = `${other.names.queue}-full`
    await other.channel.assertQueue(queue, { maxLength: 1, arguments: { 'x-overflow': 'reject-publish' } })
    await other.channel.bindQueue(queue, other.names.exchange, 'encounter.full_told')
    const all = Array.from({ length: 40 }, (_, i) => `full-${i}`)
    const times = () => all.map((one) => other.seen.filter(({ id }) => id === one).length)
    const events = all.map((id) => flatEvent({ id, subtype: 'full_told', encounterId: id }))
    await program.log.appendTogether(events)
    const { warnings } = await until(diagnose, ({ warnings: [warning] }) => warning !== undefined)
    assert.match(warnings[0], /^the broker refuses encounter\.full_told since .*full/)
    const told = await until(times, (counts) => Math.max(...counts) >= 4)
    assert.ok(told.filter((count) => count > 2).length < 5, `they were told ${told.join(' ')} times`)
    await other.channel.deleteQueue(queue)
    await until(diagnose, (found) => found.warnings.length === 0 && found.relay.behind === 0)
    assert.equal(times().includes(0), false)
  })

  it('says that somebody who is none of our nodes reads the queue of events', async () => {
    const env = { ...other.env, RABBITMQ_QUEUE: `${other.names.queue}-theirs` }
    const { consumerTag } = await other.channel
      .assertQueue(env.RABBITMQ_QUEUE)
      .then(({ queue }) => other.channel.consume(queue, () => {}))
    const late = await testProgram([gateway], { env })
    try {
      await late.start()
      const server = await testServer(late)
      const look = async () =>
        (await server.inject({ url: '/backoffice/brokers', headers: { authorization: 'Bearer default' } })).json()
      await until(look, ({ warnings }) => /-theirs is read by somebody else/.test(warnings.join()))
      await other.channel.cancel(consumerTag)
      await until(look, ({ warnings }) => warnings.length === 0)
    } finally {
      await late.close()
      await other.channel.deleteQueue(env.RABBITMQ_QUEUE)
    }
  })

  it("carries one tenant's events and nobody else's", async () => {
    await program.log.append(flatEvent({ id: 'foreign', tenant: 'somebody-else' }))
    await program.log.append(flatEvent({ id: 'own' }))
    await until(
      () => other.seen.map(({ id }) => id),
      (ids) => ids.includes('own'),
    )
    assert.equal(
      other.seen.some(({ id }) => id === 'foreign'),
      false,
    )
  })
})

describe('two nodes on one RabbitMQ', { skip }, () => {
  let other: Stranger
  let nodes: { name: string; program: Opened }[] = []
  before(async () => {
    other = await stranger()
    const start = async (name: string, url?: string) => {
      const env = { ...other.env, RABBITMQ_NODE: name, RABBITMQ_NOTIFICATIONS: 'encounter.closed' }
      const program = await testProgram([gateway], { env, node: name, url })
      await program.start()
      return { name, program }
    }
    const first = await start('ana')
    nodes = [first, await start('bea', first.program.url)]
    for (const { program } of nodes) {
      await until(
        async () => (await diagnosed(program)).doors,
        (doors) => doors.every(({ name, state }) => name === 'events' || state === 'consuming'),
      )
    }
  })
  after(async () => {
    for (const { program } of nodes.toReversed()) await program.close()
    const sweeper = await other.connection.createChannel()
    for (const { name } of nodes) await sweeper.deleteQueue(`${other.names.task}.${name}`)
    await other.close()
  })

  type Diagnosis = {
    doors: { name: string; state: string }[]
    received: { node: string; door: string; received: number }[]
  }
  async function diagnosed(program: Opened): Promise<Diagnosis> {
    const server = await testServer(program)
    const answer = await server.inject({ url: '/backoffice/brokers', headers: { authorization: 'Bearer default' } })
    return answer.json()
  }

  /** How many messages each node took by a way, asked of any of them. */
  async function taken(door: string): Promise<Record<string, number>> {
    const { received: rows } = await diagnosed((nodes[1] as { program: Opened }).program)
    return Object.fromEntries(rows.filter((row) => row.door === door).map(({ node, received }) => [node, received]))
  }
  const stored = async (pattern: string) =>
    (
      await (nodes[0] as { program: Opened }).program.database.worker.query<{ id: string }>(
        'select id from event_log where id like $1',
        [pattern],
      )
    ).map(({ id }) => id)
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, n) => total + n, 0)

  it('share a work queue: each message is taken by one of them, and both have their part', async () => {
    for (let i = 0; i < 40; i++) other.channel.sendToQueue(other.names.work, Buffer.from(flat(`work-${i}`)))
    const counts = await until(
      () => taken('work'),
      (found) => sum(found) === 40,
    )
    assert.deepEqual(Object.keys(counts).toSorted(), ['ana', 'bea'])
    assert.equal((await stored('work-%')).length, 40)
  })

  it('take of the clustered topic what is addressed to them by name, and one of them what is for any', async () => {
    const { task } = other.names
    for (let i = 0; i < 5; i++) other.channel.publish(task, `bea.encounter.x`, Buffer.from(flat(`bea-${i}`)))
    for (let i = 0; i < 6; i++) other.channel.publish(task, 'any.encounter.x', Buffer.from(flat(`any-${i}`)))
    assert.deepEqual(
      await until(
        () => taken('node'),
        (found) => sum(found) === 5,
      ),
      { bea: 5 },
    )
    await until(
      () => taken('task'),
      (found) => sum(found) === 6,
    )
    assert.equal((await stored('bea-%')).length + (await stored('any-%')).length, 11)
  })

  it('all get what goes to the fanout, each once, from strangers and of the events that are chosen; the log gets none of it', async () => {
    const { program } = nodes[0] as { program: Opened }
    await program.log.append(flatEvent({ id: 'untold', subtype: 'extended' }))
    await program.log.append(flatEvent({ id: 'told-1', subtype: 'closed' }))
    await until(
      () => other.seen.map(({ id }) => id),
      (ids) => ids.includes('told-1'),
    )
    other.channel.publish(other.names.fanout, '', Buffer.from(flat('told-2')), { messageId: 'told-2' })
    await until(
      () => taken('notification'),
      ({ ana, bea }) => ana === 2 && bea === 2,
    )
    assert.deepEqual(await stored('told-2'), [])
  })

  it('let only one of them read the queue of events', async () => {
    await other.publish(Array.from({ length: 20 }, (_, i) => ({ key: 'encounter.x', body: flat(`one-${i}`) })))
    const counts = await until(
      () => taken('events'),
      (found) => sum(found) >= 20,
    )
    assert.equal(Object.keys(counts).length, 1)
  })
})

describe('the program while its broker is away', { skip }, () => {
  it('serves, says that it is degraded, and publishes all when the broker is there', async () => {
    const other = await stranger()
    const proxy = await tcpProxy(RABBITMQ_PORT)
    proxy.cut()
    const env = { ...other.env, RABBITMQ_PORT: String(proxy.port), CAUCE_API_KEY: 'k'.repeat(40) }
    const program = await testProgram(services, { env })
    try {
      const { database, settings, clock } = program.runtime
      await bootstrap({ database, settings, clock })
      await program.start()
      const app = await serve(program, [])
      await until(
        () => brokerState(program.runtime),
        ({ detail }) => detail.includes('away'),
      )
      const ready = await app.inject({ url: '/ready' })
      assert.equal(ready.statusCode, 200)
      assert.equal(ready.json().status, 'degraded')
      assert.deepEqual(ready.json().checks.broker, { state: 'degraded', detail: 'rabbitmq is away' })
      const headers = { authorization: `Bearer ${'k'.repeat(40)}` }
      const posted = await app.inject({
        method: 'POST',
        url: '/api/v1/events',
        headers,
        payload: JSON.parse(flat('early')),
      })
      assert.equal(posted.statusCode, 202)
      const outbox = async () =>
        (await app.inject({ url: '/backoffice/events/outbox', headers }))
          .json()
          .items.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`)
      assert.deepEqual(await outbox(), ['early pending'])
      proxy.restore()
      await until(
        () => other.seen.map(({ id }) => id),
        (ids) => ids.includes('early'),
        15_000,
      )
      await until(outbox, ([first]) => first === 'early published')
      await until(
        async () => (await app.inject({ url: '/ready' })).json().status,
        (status) => status === 'ok',
      )
      await app.close()
    } finally {
      await program.close()
      await proxy.close()
      await other.close()
    }
  })
})
