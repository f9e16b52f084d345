import {
  type KcatListener,
  kcatListen,
  kcatSend,
  type MockCluster,
} from '../../server/platform/brokers/kafka/testing.ts'
import type { BusSide } from './bus-world.ts'

const TOPIC = 'pet.events'

/** Settings of a program that meets this side. */
export const kafkaSettings = (cluster: MockCluster): Record<string, string> => ({
  CAUCE_BUS: 'kafka',
  KAFKA_BROKERS: cluster.brokers.join(),
})

/** Everybody else at a cluster is kcat. @param behind what the program itself says to be behind */
export function kafkaSide(cluster: MockCluster, behind: () => Promise<number>): BusSide {
  const ids: string[] = []
  let listener: KcatListener | undefined
  /** Not before the first record: until then there may be no topic. */
  const listens = () => (listener ??= kcatListen(cluster, TOPIC))
  return {
    origin: 'kafka',
    async send(messages) {
      await kcatSend(
        cluster,
        TOPIC,
        messages.map(({ subject, body }) => ({ key: subject, value: body })),
      )
      listens()
      return messages.map(() => true)
    },
    async heard() {
      for (const { headers, payload } of listens().heard().slice(ids.length)) {
        const { event_id } = JSON.parse(payload ?? '{}') as { event_id?: string }
        ids.push(headers?.message_id ?? String(event_id))
      }
      return ids
    },
    waiting: behind,
    close: async () => listener?.close(),
  }
}
