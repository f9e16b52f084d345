import { until } from '#events/testing.ts'
import { type BusUnderTest, flatBody, SUBTYPE, TYPE } from '#gateway/acceptance/testing.ts'
import { RABBITMQ_PORT, stranger } from '#gateway/testing.ts'
import { tcpProxy, withoutBroker } from '#platform/brokers/testing.ts'
import { brokerState } from '../../index.ts'

/** A real RabbitMQ, and a proxy before it that can be cut. */
export const rabbitmq: BusUnderTest = {
  name: 'rabbitmq',
  missing: () => withoutBroker('RabbitMQ', RABBITMQ_PORT),
  async open() {
    const other = await stranger()
    const proxy = await tcpProxy(RABBITMQ_PORT)
    const told = new Set<string>()
    return {
      env: { ...other.env, RABBITMQ_PORT: String(proxy.port) },
      ready: async ({ runtime }) =>
        void (await until(
          () => brokerState(runtime),
          ({ ok }) => ok,
          15_000,
        )),
      async send(_programs, events) {
        for (const { id } of events) told.add(id)
        await other.publish(
          events.map((event) => ({
            key: `${TYPE}.${SUBTYPE}`,
            body: event.body ?? flatBody(event),
            options: { messageId: event.id, contentType: 'application/json' },
          })),
        )
      },
      received: async () =>
        other.seen
          .filter(({ id }) => !told.has(id))
          .map(({ id, properties }) => ({ id, subject: String(properties.headers?.cloudEvents_subject) })),
      cut: async () => proxy.cut(),
      restore: async () => proxy.restore(),
      async matching(pattern, keys) {
        const channel = await other.connection.createChannel()
        const { queue } = await channel.assertQueue('', { exclusive: true })
        await channel.bindQueue(queue, other.names.exchange, pattern)
        for (const key of keys) other.channel.publish(other.names.exchange, key, Buffer.from(key))
        await other.channel.waitForConfirms()
        const found = new Set<string>()
        for (let message = await channel.get(queue, { noAck: true }); message; ) {
          found.add(message.fields.routingKey)
          message = await channel.get(queue, { noAck: true })
        }
        await channel.close()
        return found
      },
      async waiting() {
        const { messageCount } = await other.channel.checkQueue(other.names.queue)
        return messageCount
      },
      async close() {
        await proxy.close()
        await other.close()
      },
    }
  },
}
