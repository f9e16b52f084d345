import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { connect } from 'amqplib'
import { pino } from 'pino'
import type { Bus, Outcome, Outgoing } from '#platform/brokers/bus.ts'
import { forbiddenPlaces } from '#platform/brokers/rabbitmq/forbidden.ts'
import { rabbitmqBus } from '#platform/brokers/rabbitmq/index.ts'
import { withoutBroker } from '#platform/brokers/testing.ts'
import { Postponed } from '#platform/postponed.ts'

const PORT = 5672
const skip = await withoutBroker('RabbitMQ', PORT)

/** As RabbitMQ 3.10 says it. */
const refusal = (why: string, code = 403) =>
  Object.assign(
    new Error(`Channel closed by server: ${code} (ACCESS-REFUSED) with message "ACCESS_REFUSED - ${why}"`),
    {
      code,
    },
  )

describe('what the broker forbids', () => {
  it('is a routing key, or another exchange than that of events; for a minute, then it is asked again', () => {
    let now = 0
    const forbidden = forbiddenPlaces('pet.events', () => now)
    forbidden.learn(refusal("access to topic 'order.told' in exchange 'pet.events' in vhost '/' refused for user 'u'"))
    forbidden.learn(refusal("access to exchange 'fanout' in vhost '/' refused for user 'u'"))
    forbidden.learn(refusal("cannot publish to internal exchange 'inner' in vhost '/'"))
    assert.match(forbidden.why('pet.events', 'order.told') ?? '', /access to topic 'order.told'/)
    assert.equal(forbidden.why('pet.events', 'order.paid'), undefined)
    assert.match(forbidden.why('fanout', 'order.paid') ?? '', /access to exchange 'fanout'/)
    assert.match(forbidden.why('inner', 'a.b') ?? '', /internal/)
    now = 60_000
    assert.equal(forbidden.why('pet.events', 'order.told'), undefined)
  })

  it('is not all that we publish: that waits until somebody gives us the right', () => {
    const forbidden = forbiddenPlaces('pet.events')
    forbidden.learn(refusal("access to exchange 'pet.events' in vhost '/' refused for user 'u'"))
    forbidden.learn(refusal("no exchange 'gone' in vhost '/'", 404))
    assert.equal(forbidden.why('pet.events', 'order.told'), undefined)
    assert.equal(forbidden.why('gone', 'order.told'), undefined)
  })
})

describe('a message that the broker lets nobody publish', { skip }, () => {
  it('is refused, and holds up no other for longer than it takes to connect again', async () => {
    const prefix = `test-${randomBytes(5).toString('hex')}`
    const names = { main: `${prefix}.events`, inner: `${prefix}.inner` }
    const own = await connect({ hostname: '127.0.0.1', port: PORT })
    const channel = await own.createChannel()
    await channel.assertExchange(names.inner, 'fanout', { durable: true, internal: true })
    const bus: Bus = rabbitmqBus({
      address: { host: '127.0.0.1', port: PORT, username: 'guest', password: 'guest', vhost: '/', tls: null },
      node: 'test',
      exchanges: [
        { name: names.main, type: 'topic', durable: true },
        { name: names.inner, type: 'fanout', durable: true },
      ],
      doors: [],
      logger: pino({ level: 'silent' }),
      wall: Date.now,
    })
    const message = (id: string, to?: string): Outgoing => ({
      ...(to === undefined ? {} : { to }),
      key: 'order.told',
      subject: 's',
      id,
      source: null,
      type: 'order.told',
      at: 1_780_000_000_000,
      contentType: 'application/json',
      attributes: null,
      cause: null,
      body: '{}',
    })
    /** As the relay does it: what was not told of goes again. */
    async function publish(): Promise<readonly Outcome[]> {
      for (const end = performance.now() + 30_000; ; ) {
        try {
          return await bus.publish([message('a'), message('b', names.inner), message('c')])
        } catch (error) {
          if (!(error instanceof Postponed) || performance.now() > end) throw error
          await error.until
        }
      }
    }
    try {
      const early = await bus.publish([message('early')]).catch((error: unknown) => error)
      assert.ok(early instanceof Postponed, 'before it is opened nothing is wrong with the message')
      bus.open({ deliver() {}, changed() {} })
      await early.until
      const [first, second, third] = await publish()
      assert.deepEqual([first, third], ['unrouted', 'unrouted'])
      assert.match((second as { refused: string }).refused, /internal exchange/)
      const { reconnects } = bus.status()
      await publish()
      assert.equal(bus.status().reconnects, reconnects)
    } finally {
      await bus.close()
      for (const name of Object.values(names)) await channel.deleteExchange(name)
      await own.close()
    }
  })
})
