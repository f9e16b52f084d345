import { kafkaSettings } from '#gateway/kafka-settings.ts'
import { flag, host, integer, list, oneOf, type Setting, text } from '#platform/settings.ts'

const password: Setting<string> = {
  describe: 'Password at RabbitMQ.',
  default: 'guest',
  secret: true,
  parse: (value) => value,
}

/** A name of at most 255 bytes, or `none` for not at all. */
const name = (describe: string, fallback: string): Setting<string | null> => ({
  describe: `${describe} \`none\`: not used.`,
  default: fallback,
  parse: (value) => {
    if (Buffer.byteLength(value) > 255) throw new Error('must have at most 255 bytes')
    return value === 'none' ? null : value
  },
})

/** A name for which AMQP has 255 bytes and we need some. */
const word = (describe: string): Setting<string | undefined> => ({
  describe,
  default: undefined,
  parse: (value) => {
    if (!/^[\w-]{1,100}$/.test(value)) throw new Error('must be 1 to 100 letters, digits, - and _')
    if (value === 'any') throw new Error('must not be any: that means whichever node')
    return value
  },
})

const positive = (describe: string, range: { min: number; max: number }): Setting<number | undefined> => ({
  ...integer(describe, 0, range),
  default: undefined,
})

export const gatewaySettings = {
  CAUCE_BUS_TENANT: text(
    'The tenant whose events are sent to the broker, and to whom what the broker brings belongs.',
    'default',
  ),
  CAUCE_REFUSED_DAYS: integer('Days for which messages of a broker that were refused are kept.', 30, {
    min: 1,
    max: 3650,
  }),
  RABBITMQ_HOST: host('RabbitMQ: its host.', 'localhost'),
  RABBITMQ_PORT: integer('Its port (AMQP 0.9.1); with TLS usually 5671.', 5672, { min: 1, max: 65535 }),
  RABBITMQ_USERNAME: text('User at RabbitMQ.', 'guest'),
  RABBITMQ_PASSWORD: password,
  RABBITMQ_VHOST: text('Virtual host.', '/'),
  RABBITMQ_TLS: flag('Connect by TLS. The certificate is always verified.', false),
  RABBITMQ_CA_FILE: text(
    'File with the certificates (PEM) by which the broker is verified, when no public one does.',
    undefined,
  ),
  RABBITMQ_CERT_FILE: text('File with our own certificate (PEM), for a broker that asks for one.', undefined),
  RABBITMQ_KEY_FILE: text('File with the key (PEM) of that certificate.', undefined),
  RABBITMQ_EXCHANGE: text('Exchange that events are published to and taken from.', 'pet.events'),
  RABBITMQ_EXCHANGE_TYPE: oneOf('Its type.', 'topic', ['topic', 'direct', 'fanout', 'headers']),
  RABBITMQ_QUEUE: name('Queue from which events of others are taken.', 'pet-flows-events'),
  RABBITMQ_BINDING_KEYS: list('Routing keys by which that queue is bound to the exchange, separated by commas.', [
    'encounter.*',
  ]),
  RABBITMQ_DURABLE: flag('Exchanges and queues that we make survive a restart of the broker.', true),
  RABBITMQ_QUEUE_TYPE: oneOf('Type of the queues that we make and nodes share.', 'classic', ['classic', 'quorum']),
  RABBITMQ_ORDERED: flag(
    'One node at a time reads the queue of events, so that events of one subject stay in order. false: all nodes read it at once.',
    true,
  ),
  RABBITMQ_PREFETCH: integer('Messages that a node may have in hand of each queue; of large ones fewer.', 2_000, {
    min: 1,
    max: 65_535,
  }),
  RABBITMQ_DEAD_LETTER_EXCHANGE: text(
    'Where queues that we make put messages that are refused. Made, with a queue that keeps them, when it is not there.',
    undefined,
  ),
  RABBITMQ_DELIVERY_LIMIT: positive(
    'Quorum queues: how often a message may be delivered before it counts as refused. Needs RABBITMQ_DEAD_LETTER_EXCHANGE, or the broker would throw it away; RabbitMQ 4 has a limit of 20 by itself.',
    {
      min: 1,
      max: 1_000_000,
    },
  ),
  RABBITMQ_ALTERNATE_EXCHANGE: text(
    'Where the exchange, if we make it, puts what nobody has asked for. Made, with a queue that keeps it, when it is not there.',
    undefined,
  ),
  RABBITMQ_WORK_QUEUE: name(
    'Queue of which each message is taken by one node, whichever is free.',
    'queue.simple.task',
  ),
  RABBITMQ_TASK_EXCHANGE: name(
    'Topic exchange of which `<node>.…` is taken by the node of that name and `any.…` by one of them.',
    'topic.clustered.tasks.node',
  ),
  RABBITMQ_NOTIFICATION_EXCHANGE: name(
    'Fanout exchange of which every node gets each message.',
    'fanout.cluster.notifications',
  ),
  RABBITMQ_NOTIFICATIONS: list('Types of events (patterns) that are also published to the fanout exchange.', [
    'subscription.#',
  ]),
  RABBITMQ_NODE: word(
    'Name of this node in the topic exchange; its queue then lives on while it is down. Unset: made up at each start.',
  ),
  ...kafkaSettings,
} as const
