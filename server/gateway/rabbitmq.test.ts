import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type ChannelModel, connect } from 'amqplib'
import { pino } from 'pino'
import { rabbitmqOptions } from '#gateway/rabbitmq.ts'
import { gatewaySettings } from '#gateway/settings.ts'
import type { Bus } from '#platform/brokers/bus.ts'
import { rabbitmqBus } from '#platform/brokers/rabbitmq/index.ts'
import { withoutBroker } from '#platform/brokers/testing.ts'
import { readSettings } from '#platform/settings.ts'

const PORT = 5672
const skip = await withoutBroker('RabbitMQ', PORT)

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it never came to that')
    await pause(20)
  }
}

describe('the bus that the settings make of RabbitMQ', { skip }, () => {
  const prefix = `test-${randomBytes(5).toString('hex')}`
  const open: Bus[] = []
  let own: ChannelModel

  before(async () => {
    own = await connect({ hostname: '127.0.0.1', port: PORT })
  })
  after(async () => {
    await Promise.all(open.map((bus) => bus.close()))
    const sweeper = await own.createChannel()
    for (const name of ['queue', 'dead.kept']) await sweeper.deleteQueue(`${prefix}.${name}`)
    for (const name of ['events', 'tasks', 'dead']) await sweeper.deleteExchange(`${prefix}.${name}`)
    await own.close()
  })

  /** Only what is named is made. @returns the keys of what came, too */
  async function start(env: Record<string, string>): Promise<{ bus: Bus; keys: string[] }> {
    const ways = { QUEUE: 'none', WORK_QUEUE: 'none', TASK_EXCHANGE: 'none', NOTIFICATION_EXCHANGE: 'none' }
    const given = Object.entries({ EXCHANGE: `${prefix}.events`, ...ways, ...env }).map(([k, v]) => [
      `RABBITMQ_${k}`,
      v,
    ])
    const values = readSettings([gatewaySettings], Object.fromEntries(given)).settings.of(gatewaySettings)
    const logger = pino({ level: 'silent' })
    const bus = rabbitmqBus(rabbitmqOptions(values, { node: 'ana', logger, wall: Date.now }))
    const keys: string[] = []
    bus.open({
      deliver(message) {
        keys.push(message.key)
        message.accept()
      },
      changed() {},
    })
    open.push(bus)
    await until(() => bus.status().doors.every(({ state }) => state === 'consuming'))
    return { bus, keys }
  }

  it('keeps what is addressed to a node while it does not read', async () => {
    const { bus, keys } = await start({ TASK_EXCHANGE: `${prefix}.tasks` })
    const channel = await own.createConfirmChannel()
    await bus.read('release')
    channel.publish(`${prefix}.tasks`, 'ana.wash', Buffer.from('{}'))
    await channel.waitForConfirms()
    await bus.read('on')
    await until(() => keys.length > 0)
    assert.deepEqual(keys, ['ana.wash'])
    assert.equal(bus.status().lastError, null)
  })

  it('says that the broker gave up messages which were delivered too often, where they are, and no more once they are gone', async () => {
    const { bus } = await start({
      QUEUE: `${prefix}.queue`,
      QUEUE_TYPE: 'quorum',
      ORDERED: 'false',
      DEAD_LETTER_EXCHANGE: `${prefix}.dead`,
      DELIVERY_LIMIT: '1',
    })
    await bus.read('off')
    const channel = await own.createConfirmChannel()
    channel.publish(`${prefix}.events`, 'encounter.closed', Buffer.from('{}'))
    await channel.waitForConfirms()
    const warnings = async () => {
      await bus.depths()
      return bus.status().warnings
    }
    assert.deepEqual(await warnings(), [])
    // Whoever takes it dies with it, again and again.
    const kept = async () => (await channel.checkQueue(`${prefix}.dead.kept`)).messageCount
    await until(async () => {
      const dying = await own.createChannel()
      await dying.get(`${prefix}.queue`)
      await dying.close()
      return (await kept()) === 1
    })
    const [said, ...more] = await warnings()
    assert.match(said ?? '', /lie in test-\w+\.dead\.kept: 1\. .* nowhere else/)
    assert.deepEqual(more, [])
    await channel.purgeQueue(`${prefix}.dead.kept`)
    assert.deepEqual(await warnings(), [])
  })
})
