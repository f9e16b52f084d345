import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pino } from 'pino'
import { chosenBus } from '#gateway/buses.ts'
import { kafkaOptions } from '#gateway/kafka.ts'
import { nodeName, rabbitmqOptions } from '#gateway/rabbitmq.ts'
import { gatewaySettings } from '#gateway/settings.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { readSettings } from '#platform/settings.ts'

const read = (env: Record<string, string>) => readSettings([platformSettings, gatewaySettings], env)
const chosen = (env: Record<string, string>) => chosenBus(read(env).settings)
const options = (env: Record<string, string>) =>
  rabbitmqOptions(read(env).settings.of(gatewaySettings), {
    node: 'host.example-17',
    logger: pino({ level: 'silent' }),
    wall: () => 0,
  })

describe('the settings of the bus', () => {
  it('choose none, what is said, or what the address of a broker hints at', () => {
    assert.equal(chosen({}), null)
    assert.equal(chosen({ CAUCE_BUS: 'rabbitmq' }), 'rabbitmq')
    assert.equal(chosen({ RABBITMQ_HOST: 'rabbit' }), 'rabbitmq')
    assert.equal(chosen({ RABBITMQ_HOST: '' }), null)
    assert.equal(chosen({ KAFKA_BROKERS: 'kafka:9092' }), 'kafka')
    assert.equal(chosen({ KAFKA_BROKERS: 'kafka:9092', CAUCE_BUS: 'rabbitmq' }), 'rabbitmq')
    assert.equal(chosen({ RABBITMQ_HOST: 'rabbit', CAUCE_BUS: 'postgres' }), null)
    assert.match(read({ CAUCE_BUS: 'pigeon' }).problems.join(), /CAUCE_BUS must be one of postgres, rabbitmq, kafka/)
  })

  it('are by default those that are known: one exchange, one queue, and the three ways of the cluster', () => {
    const { address, exchanges, doors, deadLetters } = options({})
    const { host, port, username, password, vhost, tls } = address
    assert.deepEqual([host, port, username, password, vhost, tls], ['localhost', 5672, 'guest', 'guest', '/', null])
    assert.deepEqual(
      exchanges.map(({ name, type, durable }) => `${name} ${type} ${durable}`),
      ['pet.events topic true', 'topic.clustered.tasks.node topic true', 'fanout.cluster.notifications fanout true'],
    )
    assert.deepEqual(
      doors.map(({ name, queue, alone, declare }) => [
        name,
        queue.replace(/\.[0-9a-f]{8}$/, '.…'),
        alone,
        declare.exchange,
        ...declare.bindings,
      ]),
      [
        ['events', 'pet-flows-events', true, 'pet.events', 'encounter.*'],
        ['work', 'queue.simple.task', false, null],
        ['task', 'topic.clustered.tasks.node.any', false, 'topic.clustered.tasks.node', 'any.#'],
        [
          'node',
          'topic.clustered.tasks.node.host-example-17.…',
          false,
          'topic.clustered.tasks.node',
          'host-example-17.#',
        ],
        ['notification', 'fanout.cluster.notifications.host-example-17.…', false, 'fanout.cluster.notifications', ''],
      ],
    )
    assert.deepEqual(doors[0]?.declare.options, { durable: true, deadLetterExchange: undefined, arguments: {} })
    assert.equal(deadLetters, undefined)
  })

  it('make quorum queues with their limit and a single active consumer, and dead letters', () => {
    const { doors, deadLetters } = options({
      RABBITMQ_QUEUE_TYPE: 'quorum',
      RABBITMQ_DELIVERY_LIMIT: '5',
      RABBITMQ_DEAD_LETTER_EXCHANGE: 'dead',
    })
    assert.deepEqual(deadLetters, { exchange: 'dead', queue: 'dead.kept' })
    const [events, work] = doors
    assert.equal(events?.alone, true)
    assert.deepEqual(events?.declare.options, {
      durable: true,
      deadLetterExchange: 'dead',
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 5, 'x-single-active-consumer': true },
    })
    assert.deepEqual(work?.declare.options.arguments, { 'x-queue-type': 'quorum', 'x-delivery-limit': 5 })
  })

  it('switch each way off by `none`, and name what is wrong', () => {
    const off = options({
      RABBITMQ_QUEUE: 'none',
      RABBITMQ_WORK_QUEUE: 'none',
      RABBITMQ_TASK_EXCHANGE: 'none',
      RABBITMQ_NOTIFICATION_EXCHANGE: 'none',
    })
    assert.deepEqual(off.doors, [])
    assert.equal(off.exchanges.length, 1)
    const { problems } = read({ RABBITMQ_PORT: '0', RABBITMQ_NODE: 'a.b', RABBITMQ_QUEUE: 'x'.repeat(256) })
    assert.equal(problems.length, 3)
    const limited = { RABBITMQ_QUEUE_TYPE: 'quorum', RABBITMQ_DELIVERY_LIMIT: '5' }
    assert.throws(() => options(limited), /RABBITMQ_DEAD_LETTER_EXCHANGE is missing/)
    assert.throws(() => options({ RABBITMQ_TLS: 'true', RABBITMQ_CA_FILE: '/nowhere/ca.pem' }), /RABBITMQ_CA_FILE/)
  })

  it('give a node that has a name a queue that outlives it', () => {
    const values = read({ RABBITMQ_NODE: 'ana' }).settings.of(gatewaySettings)
    assert.equal(nodeName(values, 'x'), 'ana')
    const door = options({ RABBITMQ_NODE: 'ana' }).doors.find(({ name }) => name === 'node')
    assert.deepEqual(door?.declare.options, { durable: true })
    assert.deepEqual(options({}).doors.find(({ name }) => name === 'node')?.declare.options, {
      durable: false,
      exclusive: true,
    })
  })
})

describe('the settings of Kafka', () => {
  const own = { node: 'host example/17', logger: pino({ level: 'silent' }), wall: () => 0 }
  const kafka = (env: Record<string, string>) => {
    const { logger, wall, ...options } = kafkaOptions(read(env).settings.of(gatewaySettings), own)
    return options
  }

  it('are one topic both ways and one group, unless others are named', () => {
    assert.deepEqual(kafka({}), {
      address: { brokers: ['localhost:9092'], tls: null, sasl: null },
      clientId: 'cauce-host-example-17',
      topic: 'pet.events',
      readTopics: ['pet.events'],
      groupId: 'pet-flows-events',
      most: 2_000,
    })
    const other = kafka({
      KAFKA_BROKERS: 'a:1, [::1]:9093',
      KAFKA_TOPIC: 'out',
      KAFKA_READ_TOPICS: 'in.one,in.two,in.one',
    })
    assert.deepEqual(
      [other.address.brokers, other.topic, other.readTopics],
      [['a:1', '[::1]:9093'], 'out', ['in.one', 'in.two']],
    )
    assert.deepEqual(kafka({ KAFKA_TOPIC: 'out' }).readTopics, ['out'])
    assert.deepEqual(kafka({ KAFKA_READ_TOPICS: 'none' }).readTopics, [])
  })

  it('say who we are only when both name and password are there', () => {
    const given = { KAFKA_SASL: 'SCRAM-SHA-512', KAFKA_USERNAME: 'cauce', KAFKA_PASSWORD: 'secret' }
    assert.deepEqual(kafka({ ...given, KAFKA_TLS: 'true' }).address, {
      brokers: ['localhost:9092'],
      tls: {},
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'cauce', password: 'secret' },
    })
    assert.throws(() => kafka({ KAFKA_SASL: 'PLAIN' }), /KAFKA_USERNAME is missing/)
    assert.throws(() => kafka({ KAFKA_SASL: 'PLAIN', KAFKA_USERNAME: 'x' }), /KAFKA_PASSWORD is missing/)
    assert.throws(() => kafka({ KAFKA_TLS: 'true', KAFKA_CA_FILE: '/nowhere/ca.pem' }), /KAFKA_CA_FILE cannot be read/)
  })

  it('name what is wrong', () => {
    for (const env of [
      { KAFKA_BROKERS: 'a b:1' },
      { KAFKA_BROKERS: 'a:0' },
      { KAFKA_BROKERS: 'kafka://a:1' },
      { KAFKA_TOPIC: 'with space' },
      { KAFKA_READ_TOPICS: 'a,,b' },
      { KAFKA_SASL: 'GSSAPI' },
    ] as Record<string, string>[]) {
      assert.equal(read(env).problems.length, 1, JSON.stringify(env))
    }
  })
})
