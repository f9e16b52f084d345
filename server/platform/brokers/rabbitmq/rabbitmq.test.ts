import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import { isDeepStrictEqual } from 'node:util'
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib'
import { pino } from 'pino'
import type { Bus, Incoming, Outgoing } from '#platform/brokers/bus.ts'
import { type RabbitmqOptions, rabbitmqBus } from '#platform/brokers/rabbitmq/index.ts'
import { tcpProxy, withoutBroker } from '#platform/brokers/testing.ts'
import { Postponed } from '#platform/postponed.ts'

const PORT = 5672
const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed here'
const skip = await withoutBroker('RabbitMQ', PORT)

async function until<T>(look: () => Promise<T> | T, satisfies: (value: T) => boolean, limitMs = 30_000): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const value = await look()
    if (satisfies(value)) return value
    if (performance.now() > end) throw new Error(`not within ${limitMs} ms; it is ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const idOf = (found: GetMessage | false): unknown => (found === false ? null : found.properties.messageId)

const message = (id: string, key = 'encounter.closed', more: Partial<Outgoing> = {}): Outgoing => ({
  key,
  subject: 's',
  id,
  source: null,
  type: key,
  at: 1_780_000_000_000,
  contentType: 'application/json',
  attributes: null,
  cause: null,
  body: '{}',
  ...more,
})

describe('the driver of RabbitMQ', { skip }, () => {
  let own: ChannelModel
  let channel: ConfirmChannel
  let exchange: string
  let queue: string
  const open: Bus[] = []
  const made: { queues: string[]; exchanges: string[] } = { queues: [], exchanges: [] }

  before(async () => {
    own = await connect({ hostname: '127.0.0.1', port: PORT })
    own.on('error', () => {})
    channel = await own.createConfirmChannel()
    channel.on('error', () => {})
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((bus) => bus.close()))
    const sweeper = await own.createChannel()
    for (const name of made.queues.splice(0)) await sweeper.deleteQueue(name)
    for (const name of made.exchanges.splice(0)) await sweeper.deleteExchange(name)
    await sweeper.close()
  })
  after(() => own?.close())

  type Opened = { bus: Bus; got: Incoming[] }

  function names(): void {
    const prefix = `test-${randomBytes(5).toString('hex')}`
    exchange = `${prefix}.events`
    queue = `${prefix}-queue`
    made.exchanges.push(exchange)
    made.queues.push(queue)
  }

  function options(more: Partial<RabbitmqOptions> = {}, port = PORT): RabbitmqOptions {
    return {
      address: { host: '127.0.0.1', port, username: 'guest', password: 'guest', vhost: '/', tls: null },
      node: 'test',
      exchanges: [{ name: exchange, type: 'topic', durable: true }],
      doors: [
        {
          name: 'events',
          queue,
          prefetch: 10,
          alone: true,
          declare: { name: queue, options: { durable: true }, exchange, bindings: ['encounter.*'] },
        },
      ],
      logger: pino({ level: 'silent' }),
      wall: Date.now,
      ...more,
    }
  }

  async function start(given: RabbitmqOptions, state = 'connected'): Promise<Opened> {
    const bus = rabbitmqBus(given)
    const got: Incoming[] = []
    bus.open({ deliver: (incoming) => void got.push(incoming), changed() {} })
    open.push(bus)
    await until(
      () => bus.status().state,
      (now) => now === state,
    )
    return { bus, got }
  }
  const doorIs = (bus: Bus, state: string) =>
    until(
      () => bus.status().doors[0]?.state,
      (now) => now === state,
    )
  const arrived = (got: readonly Incoming[], n: number) =>
    until(
      () => got.length,
      (length) => length >= n,
    )
  const publish = async (key: string, id: string) => {
    channel.publish(exchange, key, Buffer.from('{}'), { messageId: id, persistent: true })
    await channel.waitForConfirms()
  }

  it('tells what became of each message, in order', async () => {
    names()
    const { bus, got } = await start(options())
    await doorIs(bus, 'consuming')
    const outcomes = await bus.publish([
      message('a'),
      message('b', 'nobody.asked'),
      message('c', 'x'.repeat(256)),
      message('d', 'encounter.x', { id: 'ñ'.repeat(200) }),
    ])
    assert.deepEqual(outcomes.slice(0, 2), ['confirmed', 'unrouted'])
    assert.equal(typeof (outcomes[2] as { refused: string }).refused, 'string')
    assert.equal(outcomes[3], 'confirmed', 'an id longer than a short string goes by its hash')
    await arrived(got, 2)
    assert.equal(got[0]?.id, 'a')
    const { confirmed, unrouted, unconfirmed, lastConfirmAt } = bus.status()
    assert.deepEqual({ confirmed, unrouted, unconfirmed }, { confirmed: 3, unrouted: 1, unconfirmed: 0 })
    assert.ok(Date.now() - (lastConfirmAt as number) < 5_000)
  })

  it('refuses what goes to an exchange that is not there, and only that', async () => {
    names()
    const { bus } = await start(options())
    const [lost, held, kept] = await Promise.all([
      bus.publish([message('a', 'k', { to: `${exchange}.nowhere` })]),
      bus.publish([message('b', queue, { to: '' })]),
      bus.publish([message('c')]),
    ])
    assert.match((lost[0] as { refused: string }).refused, /no exchange/)
    assert.ok(['confirmed', 'busy'].includes(String(held[0])), 'on the way beside it, it may have to go again')
    assert.deepEqual(kept, ['confirmed'])
    assert.deepEqual(await bus.publish([message('b', queue, { to: '' })]), ['confirmed'])
    assert.equal(bus.status().reconnects, 0)
    assert.equal(bus.status().state, 'connected')
  })

  it('says of a queue that is full and refuses that it may take the message later', async () => {
    names()
    await channel.assertQueue(queue, { durable: true, maxLength: 1, overflow: 'reject-publish' })
    const { bus } = await start(options({ doors: [] }))
    await channel.bindQueue(queue, exchange, '#')
    assert.deepEqual(await bus.publish([message('a'), message('b')]), ['confirmed', 'busy'])
  })

  it('holds nothing while it is away, and says when to come again', async () => {
    names()
    const proxy = await tcpProxy(PORT)
    try {
      const { bus } = await start(options({}, proxy.port))
      proxy.cut()
      await until(
        () => bus.status().state,
        (state) => state === 'away',
      )
      const refusal = await bus.publish([message('a')]).then(
        () => null,
        (error: Postponed) => error,
      )
      assert.ok(refusal instanceof Postponed)
      proxy.restore()
      await refusal.until
      assert.deepEqual(await bus.publish([message('a')]), ['confirmed'])
      await until(
        () => bus.status().reconnects,
        (reconnects) => reconnects === 1,
      )
      assert.notEqual(bus.status().lastError, null)
    } finally {
      await proxy.close()
    }
  })

  it('is cut off in the middle of publishing again and again, and loses no message that it confirmed', async () => {
    names()
    const proxy = await tcpProxy(PORT)
    try {
      const { bus } = await start(options({ doors: [] }, proxy.port))
      await channel.assertQueue(queue, { durable: true })
      await channel.bindQueue(queue, exchange, '#')
      const confirmed: string[] = []
      let next = 0
      for (let cuts = 0; cuts < 3; ) {
        const batch = Array.from({ length: 50 }, () => message(`m-${next++}`))
        const cutting = cuts < 3 && Math.random() < 0.7
        if (cutting) setTimeout(() => proxy.reset(), Math.random() * 4)
        try {
          await bus.publish(batch)
          confirmed.push(...batch.map(({ id }) => id))
        } catch (error) {
          cuts += 1
          await (error as Postponed).until
        }
      }
      const stored = new Set<string>()
      for (let found = await channel.get(queue, { noAck: true }); found; ) {
        stored.add(String(found.properties.messageId))
        found = await channel.get(queue, { noAck: true })
      }
      assert.deepEqual(
        confirmed.filter((id) => !stored.has(id)),
        [],
      )
    } finally {
      await proxy.close()
    }
  })

  it('brings again what was not accepted when the connection broke, and nothing that was', async () => {
    names()
    const proxy = await tcpProxy(PORT)
    try {
      const { bus, got } = await start(options({}, proxy.port))
      await doorIs(bus, 'consuming')
      for (const id of ['a', 'b', 'c']) await publish('encounter.x', id)
      await arrived(got, 3)
      // Only what stands in front without a gap can be acknowledged as a group.
      got[0]?.accept()
      got[2]?.accept()
      await until(
        async () => (await bus.depths())[0]?.messages,
        (messages) => messages === 0,
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
      proxy.reset()
      await arrived(got, 5)
      assert.deepEqual(
        got.slice(3).map(({ id }) => id),
        ['b', 'c'],
      )
      assert.equal(got[1]?.live, false)
      assert.equal(got[3]?.live, true)
      // The old ones are nobody's business any more.
      got[1]?.accept()
      got[1]?.refuse()
      for (const incoming of got.slice(3)) incoming.accept()
    } finally {
      await proxy.close()
    }
  })

  it('declares anew and reads on when somebody deletes the queue, or the exchange', async () => {
    names()
    const { bus, got } = await start(options())
    await doorIs(bus, 'consuming')
    const sweeper = await own.createChannel()
    await sweeper.deleteQueue(queue)
    await doorIs(bus, 'closed')
    await doorIs(bus, 'consuming')
    await publish('encounter.x', 'a')
    await arrived(got, 1)
    await sweeper.deleteExchange(exchange)
    await sweeper.close()
    await assert.rejects(bus.publish([message('b')]), Postponed)
    await until(
      () => bus.publish([message('b')]).catch(() => null),
      (outcomes) => outcomes?.[0] === 'confirmed',
    )
    await arrived(got, 2)
    assert.equal(got[1]?.id, 'b')
  })

  it('uses what is there with other arguments as it is, and says so while it is', async () => {
    names()
    await channel.assertExchange(exchange, 'topic', { durable: false })
    await channel.assertQueue(queue, { durable: true, messageTtl: 60_000 })
    const { bus, got } = await start(options())
    await doorIs(bus, 'consuming')
    const told = () => bus.status().warnings.join('\n')
    assert.match(told(), /inequivalent arg 'durable' for exchange/)
    assert.match(told(), /inequivalent arg 'x-message-ttl' for queue/)
    await publish('encounter.x', 'a')
    await arrived(got, 1)
    await channel.deleteQueue(queue)
    await until(told, (text) => /^the exchange .*$/.test(text))
  })

  it('reads a queue of events alone; another node stands by and takes over', async () => {
    for (const type of ['classic', 'quorum'] as const) {
      names()
      const [door] = options().doors
      const doors = [
        {
          ...(door as NonNullable<typeof door>),
          alone: true,
          declare: {
            name: queue,
            options: {
              durable: true,
              arguments: type === 'quorum' ? { 'x-queue-type': 'quorum', 'x-single-active-consumer': true } : {},
            },
            exchange,
            bindings: ['encounter.*'],
          },
        },
      ]
      const one = await start(options({ doors }))
      await doorIs(one.bus, 'consuming')
      const two = await start(options({ doors }))
      await doorIs(two.bus, 'standby')
      for (const id of ['a', 'b', 'c', 'd']) await publish('encounter.x', id)
      await arrived(one.got, 4)
      assert.deepEqual(two.got, [])
      one.got[0]?.accept()
      await new Promise((resolve) => setTimeout(resolve, 20))
      await one.bus.read('release')
      await arrived(two.got, 3)
      assert.deepEqual(
        two.got.map(({ id }) => id),
        ['b', 'c', 'd'],
      )
      for (const incoming of two.got as Incoming[]) incoming.accept()
    }
  })

  it('reads it alone also when two come to it in the same moment, whatever the queue heeds', async () => {
    for (const args of [{}, { 'x-queue-type': 'quorum' }, { 'x-single-active-consumer': true }]) {
      names()
      await channel.assertQueue(queue, { durable: true, arguments: args })
      const nodes = await Promise.all([start(options()), start(options())])
      for (let round = 0; round < 4; round++) {
        const told = () => nodes.map(({ bus }) => bus.status().doors[0]?.state).sort()
        await until(told, (states) => isDeepStrictEqual(states, ['consuming', 'standby']))
        await publish('encounter.x', `m-${round}`)
        const all = () => nodes.flatMap(({ got }) => got)
        for (const incoming of await until(all, ({ length }) => length > round)) incoming.accept()
        await pause(20)
        await Promise.all(nodes.map(({ bus }) => bus.read('release')))
        await Promise.all(nodes.map(({ bus }) => bus.read('on')))
      }
      await Promise.all(open.splice(0).map((bus) => bus.close()))
    }
  })

  it('gives refused messages to the dead letters, and keeps what nobody asked for in the alternate exchange', async () => {
    names()
    const dead = { exchange: `${exchange}.dead`, queue: `${exchange}.dead.kept` }
    const alternate = `${exchange}.unrouted`
    made.exchanges.push(dead.exchange, alternate)
    made.queues.push(dead.queue, `${alternate}.kept`)
    const [door] = options().doors
    const declare = {
      name: queue,
      options: { durable: true, deadLetterExchange: dead.exchange },
      exchange,
      bindings: ['encounter.*'],
    }
    const { bus, got } = await start(
      options({
        exchanges: [{ name: exchange, type: 'topic', durable: true, alternate }],
        deadLetters: dead,
        doors: [{ ...(door as NonNullable<typeof door>), declare }],
      }),
    )
    await doorIs(bus, 'consuming')
    await publish('encounter.x', 'bad')
    await arrived(got, 1)
    got[0]?.refuse()
    const letter = await until(
      () => channel.get(dead.queue, { noAck: true }),
      (found) => found !== false,
    )
    assert.equal(idOf(letter), 'bad')
    assert.deepEqual(await bus.publish([message('lost', 'nobody.asked')]), ['confirmed'])
    assert.deepEqual((await bus.depths()).at(-1), { name: `${alternate}.kept`, messages: 1, consumers: 0 })
    const kept = await until(
      () => channel.get(`${alternate}.kept`, { noAck: true }),
      (found) => found !== false,
    )
    assert.equal(idOf(kept), 'lost')
  })

  it('holds fewer of large messages, loses none, and keeps their order', async () => {
    names()
    const [door] = options().doors
    const doors = [{ ...(door as NonNullable<typeof door>), prefetch: 2_000 }]
    const { bus, got } = await start(options({ doors }))
    await doorIs(bus, 'consuming')
    const body = Buffer.alloc(1_048_576, 'x')
    for (let i = 0; i < 120; i++) channel.publish(exchange, 'encounter.x', body, { messageId: `m-${i}` })
    await channel.waitForConfirms()
    const seen = new Set<string>()
    let most = 0
    await until(
      () => {
        const live = got.filter((incoming) => incoming.live)
        most = Math.max(most, live.length)
        for (const incoming of live.slice(0, 5)) {
          seen.add(String(incoming.id))
          incoming.accept()
        }
        // One whose acceptance went down with its channel comes again, and has to be accepted again.
        got.splice(0, got.length, ...live.slice(5))
        return seen.size
      },
      (size) => size === 120,
      90_000,
    )
    assert.ok(most <= 70, `${most} were in hand`)
    assert.deepEqual(
      [...seen],
      Array.from({ length: 120 }, (_, i) => `m-${i}`),
    )
  })

  it('works over exchanges of type direct and fanout too', async () => {
    for (const [type, key] of [
      ['direct', 'encounter.closed'],
      ['fanout', 'anything'],
    ] as const) {
      names()
      const [door] = options().doors
      const declare = { name: queue, options: { durable: true }, exchange, bindings: ['encounter.closed'] }
      const { bus, got } = await start(
        options({
          exchanges: [{ name: exchange, type, durable: true }],
          doors: [{ ...(door as NonNullable<typeof door>), declare }],
        }),
      )
      await doorIs(bus, 'consuming')
      assert.deepEqual(await bus.publish([message('a', key)]), ['confirmed'])
      await arrived(got, 1)
    }
  })

  it('keeps asking a broker that refuses the password, tells why, and can be closed meanwhile', async () => {
    names()
    const given = options()
    const { bus } = await start({ ...given, address: { ...given.address, password: 'wrong' } }, 'away')
    assert.match(bus.status().lastError?.message ?? '', /ACCESS.REFUSED|403/)
    await assert.rejects(bus.publish([message('a')]), Postponed)
    await bus.close()
    assert.equal(bus.status().state, 'closed')
  })

  it('connects by TLS to a broker that an authority of ours vouches for, and to no other', {
    skip: noOpenssl,
  }, async () => {
    names()
    const folder = await mkdtemp(join(tmpdir(), 'cauce-tls-'))
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=broker', '-addext', 'subjectAltName=IP:127.0.0.1']
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', keyFile, '-out', certFile]
    spawnSync('openssl', [...made, ...subject])
    const [key, cert] = [await readFile(keyFile, 'utf8'), await readFile(certFile, 'utf8')]
    const server = createTlsServer({ key, cert }, (socket) => {
      const target = connectTcp({ host: '127.0.0.1', port: PORT })
      socket.on('error', () => target.destroy())
      target.on('error', () => socket.destroy())
      socket.pipe(target).pipe(socket)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const given = options()
    const { bus } = await start({ ...given, address: { ...given.address, port, tls: { ca: cert } } })
    assert.deepEqual(await bus.publish([message('a')]), ['confirmed'])
    const wary = await start({ ...given, address: { ...given.address, port, tls: {} } }, 'away')
    assert.match(wary.bus.status().lastError?.message ?? '', /self.signed/)
    await Promise.all(open.splice(0).map((one) => one.close()))
    server.close()
    await rm(folder, { recursive: true })
  })

  it('tells how much waits, also of a queue that is not there', async () => {
    names()
    const { bus } = await start(options({ deadLetters: { exchange: 'amq.topic', queue: `${queue}-none` } }))
    await doorIs(bus, 'consuming')
    const [events, none] = await bus.depths()
    assert.deepEqual(events, { name: queue, messages: 0, consumers: 1 })
    assert.deepEqual(none, { name: `${queue}-none`, messages: null, consumers: null, error: 'there is no such queue' })
  })
})
