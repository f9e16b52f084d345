import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import type { BusSide } from './bus-world.ts'
import { pause } from './client.ts'

export const EXCHANGE = 'pet.events'
const QUEUE = 'pet-flows-events'
/** Where another system keeps all that is published. */
const OUTSIDE = 'outside'
const KEY = 'order.placed'

/** Settings of a program that meets this side. */
export const busSettings = (port: number): Record<string, string> => ({
  CAUCE_BUS: 'rabbitmq',
  RABBITMQ_HOST: '127.0.0.1',
  RABBITMQ_PORT: String(port),
  RABBITMQ_BINDING_KEYS: KEY,
})

/** @param port reaches the broker without what stands between it and the program */
export async function rabbitmqSide(port: number): Promise<BusSide> {
  const outside: string[] = []
  let connection: ChannelModel | undefined
  let channel: ConfirmChannel | undefined
  await reach()

  /** Until it is there. */
  async function reach(): Promise<ConfirmChannel> {
    if (channel !== undefined) return channel
    for (;;) {
      try {
        const opened = await connect({ hostname: '127.0.0.1', port }, { noDelay: true, timeout: 5_000 })
        opened.on('error', () => {})
        opened.on('close', () => {
          if (connection === opened) connection = channel = undefined
        })
        const made = await opened.createConfirmChannel()
        made.on('error', () => {})
        await made.assertExchange(EXCHANGE, 'topic', { durable: true })
        await made.assertQueue(OUTSIDE, { durable: true })
        await made.bindQueue(OUTSIDE, EXCHANGE, '#')
        await listen(opened)
        connection = opened
        channel = made
        return made
      } catch {
        await pause(200)
      }
    }
  }

  /** What the other system hears is remembered before it says so: what breaks on the way comes again. */
  async function listen(on: ChannelModel): Promise<void> {
    const made = await on.createChannel()
    made.on('error', () => {})
    await made.prefetch(500)
    await made.consume(OUTSIDE, (message) => {
      if (message === null) return
      const { messageId } = message.properties
      const body = JSON.parse(message.content.toString()) as { event_id?: string }
      outside.push(String(messageId ?? body.event_id))
      try {
        made.ack(message)
      } catch {
        // It has just gone.
      }
    })
  }

  return {
    origin: 'amqp',
    async send(messages) {
      const to = await reach()
      return Promise.all(
        messages.map(
          ({ body }) =>
            new Promise<boolean>((resolve) => {
              try {
                const options = { persistent: true, contentType: 'application/json' }
                to.publish(EXCHANGE, KEY, Buffer.from(body), options, (error: unknown) => resolve(error === null))
              } catch {
                resolve(false)
              }
            }),
        ),
      )
    },
    async heard() {
      await reach()
      return outside
    },
    waiting: async () => (await (await reach()).checkQueue(QUEUE)).messageCount,
    async close() {
      await connection?.close().catch(() => {})
    },
  }
}
