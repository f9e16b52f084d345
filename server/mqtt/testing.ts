import { pino } from 'pino'
import { type MqttLink, type MqttMessage, type OutgoingMessage, openLink } from '#platform/brokers/mqtt/index.ts'

/** A client of the tests at a broker, and all that it was sent. */
export type TestClient = {
  link: MqttLink
  got: MqttMessage[]
  /** The payloads as JSON. */
  json(): unknown[]
  publish(message: OutgoingMessage): Promise<unknown>
  /** Resolves with the first message that fits, also one that is there already. */
  next(fits?: (message: MqttMessage) => boolean): Promise<MqttMessage>
  stop(): Promise<void>
}

let clients = 0

/** Connects, subscribes and collects. */
export async function testClient(
  broker: { port: number; username?: string; password?: string },
  options: { filters?: readonly string[]; protocol?: '5' | '3.1.1'; onMessage?(message: MqttMessage): void } = {},
): Promise<TestClient> {
  const got: MqttMessage[] = []
  const link = openLink(
    {
      address: { host: '127.0.0.1', ...broker },
      protocol: options.protocol ?? '5',
      clientId: `test-${process.pid}-${++clients}`,
      sessionS: 0,
      keepaliveS: 60,
      mostInHand: 1_000,
      maxPacketBytes: 2_000_000,
      logger: pino({ level: 'silent' }),
      name: 'test',
      async onMessage(message) {
        got.push(message)
        options.onMessage?.(message)
      },
      async onConnected(connection) {
        if (options.filters !== undefined) await connection.subscribe(options.filters)
      },
    },
    Date.now,
  )
  await link.ready(30_000).catch(async (error) => {
    await link.stop({ withinMs: 0 })
    throw error
  })
  return {
    link,
    got,
    json: () => got.map(({ payload }) => JSON.parse(payload.toString())),
    publish: link.publish,
    async next(fits = () => true) {
      const end = performance.now() + 30_000
      for (;;) {
        const found = got.find(fits)
        if (found !== undefined) return found
        if (performance.now() > end) throw new Error('no such message came within 10 s')
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    stop: () => link.stop({ withinMs: 0 }),
  }
}
