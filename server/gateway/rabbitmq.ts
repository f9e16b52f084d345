import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { gatewaySettings } from '#gateway/settings.ts'
import { certificates } from '#gateway/tls.ts'
import type { RabbitmqDoor, RabbitmqOptions } from '#platform/brokers/rabbitmq/index.ts'
import type { ValuesOf } from '#platform/settings.ts'

type GatewayValues = ValuesOf<typeof gatewaySettings>

/** The queue that all nodes share, below the topic exchange, and the first word that means "whichever node". */
const ANY = 'any'

/**
 * What the settings make of RabbitMQ: the exchange and queue of events, and the ways of the cluster.
 * @throws Error naming a setting that is missing, or a file that cannot be read
 */
export function rabbitmqOptions(
  values: GatewayValues,
  own: { node: string; logger: Logger; wall(): number },
): RabbitmqOptions {
  const durable = values.RABBITMQ_DURABLE
  const task = values.RABBITMQ_TASK_EXCHANGE
  const notification = values.RABBITMQ_NOTIFICATION_EXCHANGE
  const deadLetter = values.RABBITMQ_DEAD_LETTER_EXCHANGE
  // Nodes that die with it in hand may bring the best of messages to its limit: without a place to go it would be lost.
  if (values.RABBITMQ_DELIVERY_LIMIT !== undefined && deadLetter === undefined)
    throw new Error('RABBITMQ_DEAD_LETTER_EXCHANGE is missing, which RABBITMQ_DELIVERY_LIMIT needs')
  return {
    address: {
      host: values.RABBITMQ_HOST,
      port: values.RABBITMQ_PORT,
      username: values.RABBITMQ_USERNAME,
      password: values.RABBITMQ_PASSWORD,
      vhost: values.RABBITMQ_VHOST,
      tls: values.RABBITMQ_TLS ? certificates('RABBITMQ', values) : null,
    },
    node: nodeName(values, own.node),
    exchanges: [
      {
        name: values.RABBITMQ_EXCHANGE,
        type: values.RABBITMQ_EXCHANGE_TYPE,
        durable,
        alternate: values.RABBITMQ_ALTERNATE_EXCHANGE,
      },
      ...(task === null ? [] : [{ name: task, type: 'topic', durable }]),
      ...(notification === null ? [] : [{ name: notification, type: 'fanout', durable }]),
    ],
    ...(deadLetter === undefined ? {} : { deadLetters: { exchange: deadLetter, queue: `${deadLetter}.kept` } }),
    doors: doorsOf(values, nodeName(values, own.node), randomBytes(4).toString('hex')),
    logger: own.logger,
    wall: own.wall,
  }
}

/** The word by which the topic exchange addresses this node; a point would begin another word. */
export const nodeName = (values: GatewayValues, node: string): string =>
  values.RABBITMQ_NODE ?? node.replace(/[^\w-]/g, '-').slice(-100)

/** @param once tells the queues of this process from those of all others */
function doorsOf(values: GatewayValues, node: string, once: string): RabbitmqDoor[] {
  const prefetch = values.RABBITMQ_PREFETCH
  const { RABBITMQ_QUEUE: queue, RABBITMQ_WORK_QUEUE: work } = values
  const { RABBITMQ_TASK_EXCHANGE: task, RABBITMQ_NOTIFICATION_EXCHANGE: notification } = values
  const doors: RabbitmqDoor[] = []
  const shared = (name: string, from: string, exchange: string | null, bindings: readonly string[], alone = false) =>
    void doors.push({
      name,
      queue: from,
      prefetch,
      alone,
      declare: { name: from, options: queueOptions(values, alone), exchange, bindings },
    })
  /**
   * A queue of this node only: it lives on without the node when that has a name to come back under. Otherwise it goes
   * with its connection (not with its reader: who pauses reads on), and its name is never used again: the broker may take
   * a while to see that a node is gone.
   */
  const own = (name: string, exchange: string, bindings: readonly string[], lasting: boolean) => {
    const from = lasting ? `${exchange}.${node}` : `${exchange}.${node}.${once}`
    const options = lasting ? { durable: true } : { durable: false, exclusive: true }
    doors.push({ name, queue: from, prefetch, alone: false, declare: { name: from, options, exchange, bindings } })
  }
  if (queue !== null)
    shared('events', queue, values.RABBITMQ_EXCHANGE, values.RABBITMQ_BINDING_KEYS, values.RABBITMQ_ORDERED)
  if (work !== null) shared('work', work, null, [])
  if (task !== null) {
    shared('task', `${task}.${ANY}`, task, [`${ANY}.#`])
    own('node', task, [`${node}.#`], values.RABBITMQ_NODE !== undefined)
  }
  if (notification !== null) own('notification', notification, [''], false)
  return doors
}

function queueOptions(values: GatewayValues, alone: boolean): RabbitmqDoor['declare']['options'] {
  const quorum = values.RABBITMQ_QUEUE_TYPE === 'quorum'
  return {
    durable: quorum || values.RABBITMQ_DURABLE,
    deadLetterExchange: values.RABBITMQ_DEAD_LETTER_EXCHANGE,
    arguments: quorum
      ? {
          'x-queue-type': 'quorum',
          ...(values.RABBITMQ_DELIVERY_LIMIT === undefined
            ? {}
            : { 'x-delivery-limit': values.RABBITMQ_DELIVERY_LIMIT }),
          ...(alone ? { 'x-single-active-consumer': true } : {}),
        }
      : {},
  }
}
