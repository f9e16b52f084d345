import { randomBytes } from 'node:crypto'
import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, connect, type Options } from 'amqplib'

export const RABBITMQ_PORT = 5672

export type Seen = { id: string; key: string; body: string; properties: ConsumeMessage['properties'] }

/** Somebody else at the same broker, with names that no other run of the tests uses. */
export type Stranger = {
  /** Settings of a program that meets this stranger. */
  env: Record<string, string>
  names: { exchange: string; queue: string; work: string; task: string; fanout: string }
  channel: ConfirmChannel
  connection: ChannelModel
  /** Publishes to the exchange of events and waits for the confirms. */
  publish(messages: readonly { key: string; body: string | Buffer; options?: Options.Publish }[]): Promise<void>
  /** All that was published to the exchange of events since, in order. */
  seen: readonly Seen[]
  /** Deletes what was made under these names, and leaves. */
  close(): Promise<void>
}

/** @param port of the broker; the program may be given another one, of a proxy before it */
export async function stranger(port = RABBITMQ_PORT): Promise<Stranger> {
  const prefix = `test-${randomBytes(5).toString('hex')}`
  const names = {
    exchange: `${prefix}.events`,
    queue: `${prefix}-flows-events`,
    work: `${prefix}.task`,
    task: `${prefix}.tasks.node`,
    fanout: `${prefix}.notifications`,
  }
  const connection = await connect({ hostname: '127.0.0.1', port, frameMax: 131_072 }, { noDelay: true })
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  const seen: Seen[] = []
  await channel.assertExchange(names.exchange, 'topic', { durable: true })
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, names.exchange, '#')
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return
      const { content, fields, properties } = message
      seen.push({ id: String(properties.messageId), key: fields.routingKey, body: content.toString(), properties })
    },
    { noAck: true },
  )
  return {
    env: {
      CAUCE_BUS: 'rabbitmq',
      RABBITMQ_PORT: String(port),
      RABBITMQ_EXCHANGE: names.exchange,
      RABBITMQ_QUEUE: names.queue,
      RABBITMQ_WORK_QUEUE: names.work,
      RABBITMQ_TASK_EXCHANGE: names.task,
      RABBITMQ_NOTIFICATION_EXCHANGE: names.fanout,
    },
    names,
    channel,
    connection,
    seen,
    async publish(messages) {
      for (const { key, body, options } of messages) {
        channel.publish(names.exchange, key, Buffer.from(body), { persistent: true, ...options })
      }
      await channel.waitForConfirms()
    },
    async close() {
      const sweeper = await connection.createChannel()
      for (const name of [names.queue, names.work, `${names.task}.any`]) await sweeper.deleteQueue(name)
      for (const name of [names.exchange, names.task, names.fanout]) await sweeper.deleteExchange(name)
      await connection.close()
    },
  }
}
