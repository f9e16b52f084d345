/** The client library alone, in a process of its own: the limit of what the program does over the same broker. */
import { randomUUID } from 'node:crypto'
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import { answerQuestions } from '../child.ts'

export type Place = { exchange: string; queue: string; key: string }

export type ClientQuestions = {
  /** Makes exchange and queue; the queue gets what is published with the key. */
  declare: { ask: Place; answer: null }
  /** Publishes so many persistent messages, `window` of them unconfirmed at most. @returns messages per second */
  publish: { ask: Place & { count: number; window: number }; answer: number }
  /** Takes so many messages, acknowledged by the hundred. @returns messages per second */
  consume: { ask: Place & { count: number; prefetch: number }; answer: number }
  depth: { ask: Place; answer: number }
  purge: { ask: Place; answer: null }
  remove: { ask: Place; answer: null }
}

let connection: ChannelModel | undefined

async function connected(): Promise<ChannelModel> {
  connection ??= await connect({ hostname: '127.0.0.1', frameMax: 131_072 }, { noDelay: true })
  return connection
}

async function withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = await (await connected()).createChannel()
  try {
    return await work(channel)
  } finally {
    await channel.close()
  }
}

answerQuestions<ClientQuestions>({
  declare: ({ exchange, queue, key }) =>
    withChannel(async (channel) => {
      await channel.assertExchange(exchange, 'topic', { durable: true })
      await channel.assertQueue(queue, { durable: true })
      await channel.bindQueue(queue, exchange, key)
      return null
    }),
  async publish({ exchange, key, count, window }) {
    const channel = await (await connected()).createConfirmChannel({ highWaterMark: window })
    const began = performance.now()
    await publishAll(channel, exchange, key, count, window)
    const seconds = (performance.now() - began) / 1000
    await channel.close()
    return count / seconds
  },
  consume: ({ queue, count, prefetch }) =>
    withChannel(async (channel) => {
      await channel.prefetch(prefetch)
      let taken = 0
      let began = 0
      await new Promise<void>((resolve) => {
        void channel.consume(queue, (message) => {
          if (message === null) return
          if (taken === 0) began = performance.now()
          taken += 1
          if (taken % 100 === 0 || taken === count) channel.ack(message, true)
          if (taken === count) resolve()
        })
      })
      return count / ((performance.now() - began) / 1000)
    }),
  depth: ({ queue }) => withChannel(async (channel) => (await channel.checkQueue(queue)).messageCount),
  purge: ({ queue }) =>
    withChannel(async (channel) => {
      await channel.purgeQueue(queue)
      return null
    }),
  remove: ({ exchange, queue }) =>
    withChannel(async (channel) => {
      await channel.deleteQueue(queue)
      await channel.deleteExchange(exchange)
      return null
    }),
})

/** The same message as the program's: the flat form with CloudEvents headers, some 400 bytes and as much around it. */
function publishAll(channel: ConfirmChannel, exchange: string, key: string, count: number, window: number) {
  return new Promise<void>((resolve, reject) => {
    let sent = 0
    let confirmed = 0
    const next = () => {
      while (sent < count && sent - confirmed < window) {
        sent += 1
        const id = randomUUID()
        channel.publish(exchange, key, bodyOf(id, key), propertiesOf(id, key), (error: Error | null) => {
          if (error !== null) return reject(error)
          confirmed += 1
          if (confirmed === count) resolve()
          else if (sent - confirmed <= window / 2) next()
        })
      }
    }
    next()
  })
}

const bodyOf = (id: string, key: string): Buffer => {
  const [type, subtype] = key.split('.')
  return Buffer.from(
    JSON.stringify({
      event_id: id,
      type,
      subtype,
      encounter_id: `subject-of-${id}`,
      datetime: Date.now(),
      queue_id: 'queue-of-the-bench',
      patient_id: 'patient-1',
      text: 'It hurts since Tuesday, more in the evening than in the morning, and the tablets that I got do not help.',
    }),
  )
}

const propertiesOf = (id: string, key: string) => ({
  persistent: true,
  mandatory: true,
  messageId: id,
  type: key,
  timestamp: Math.floor(Date.now() / 1000),
  contentType: 'application/json',
  appId: 'bench',
  headers: {
    cloudEvents_specversion: '1.0',
    cloudEvents_id: id,
    cloudEvents_source: 'cauce:events',
    cloudEvents_type: key,
    cloudEvents_subject: `subject-of-${id}`,
    cloudEvents_time: new Date().toISOString(),
  },
})

process.once('SIGTERM', async () => {
  await connection?.close().catch(() => {})
  process.exit()
})
