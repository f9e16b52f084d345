import { kcatRead, kcatSend, type MockCluster } from '../../server/platform/brokers/kafka/testing.ts'
import type { BusSide } from './bus-world.ts'

const TOPIC = 'pet.events'

/** Settings of a program that meets this side. */
export const kafkaSettings = (cluster: MockCluster): Record<string, string> => ({
  CAUCE_BUS: 'kafka',
  KAFKA_BROKERS: cluster.brokers.join(),
})

/** Everybody else at a cluster is kcat. @param behind what the program itself says to be behind */
export const kafkaSide = (cluster: MockCluster, behind: () => Promise<number>): BusSide => ({
  origin: 'kafka',
  async send(messages) {
    await kcatSend(
      cluster,
      TOPIC,
      messages.map(({ subject, body }) => ({ key: subject, value: body })),
    )
    return messages.map(() => true)
  },
  async heard() {
    const records = await kcatRead(cluster, TOPIC)
    return records.map(({ headers, payload }) => {
      const { event_id } = JSON.parse(payload ?? '{}') as { event_id?: string }
      return headers?.message_id ?? String(event_id)
    })
  },
  waiting: behind,
  async close() {},
})
