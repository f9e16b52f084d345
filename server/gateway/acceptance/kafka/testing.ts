import { compilePattern } from '#events/index.ts'
import { until } from '#events/testing.ts'
import { type BusUnderTest, flatBody } from '#gateway/acceptance/testing.ts'
import { brokerState } from '#gateway/index.ts'
import { kcatRead, kcatSend, mockCluster, testTopic, withoutKcat } from '#platform/brokers/kafka/testing.ts'
import { testServer } from '../../../testing.ts'

const READY_MS = 30_000

/** A cluster that librdkafka plays, proxies before it that can be cut, and kcat as everybody else. */
export const kafka: BusUnderTest = {
  name: 'kafka',
  missing: async () => withoutKcat(),
  async open() {
    const cluster = await mockCluster(2)
    const topic = testTopic()
    const told = new Set<string>()
    let asked: Parameters<typeof testServer>[0] | undefined
    return {
      env: {
        CAUCE_BUS: 'kafka',
        KAFKA_BROKERS: cluster.brokers.join(),
        KAFKA_TOPIC: topic,
        KAFKA_GROUP: `${topic}-group`,
      },
      async ready(program) {
        asked = program
        await until(
          () => brokerState(program.runtime),
          ({ ok }) => ok,
          READY_MS,
        )
      },
      async send(_programs, events) {
        for (const { id } of events) told.add(id)
        const records = events.map((event) => ({ key: event.subject, value: event.body ?? flatBody(event) }))
        await kcatSend(cluster, topic, records)
      },
      async received() {
        const records = await kcatRead(cluster, topic)
        return records
          .map(({ headers, key }) => ({ id: headers?.message_id ?? '', subject: String(key) }))
          .filter(({ id }) => id !== '' && !told.has(id))
      },
      cut: async () => cluster.cut(),
      restore: async () => cluster.restore(),
      // Kafka knows no patterns: a topic is read as a whole.
      matching: async (pattern, keys) => new Set(keys.filter(compilePattern(pattern))),
      async waiting() {
        const lag = await until(
          async () => {
            const server = await testServer(asked as NonNullable<typeof asked>)
            const answer = await server.inject({
              url: '/backoffice/brokers',
              headers: { authorization: 'Bearer default' },
            })
            const { queues } = answer.json() as { queues: { messages: number | null }[] }
            return queues.reduce((sum, { messages }) => sum + (messages ?? Number.NaN), 0)
          },
          (messages) => messages === 0,
        )
        return lag
      },
      close: () => cluster.close(),
    }
  },
}
