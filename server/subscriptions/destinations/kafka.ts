import { type Static, Type } from '@sinclair/typebox'
import { attemptOnBus, missingBus } from './bus.ts'
import type { DestinationKind } from './kind.ts'

const BUS = { bus: 'kafka', called: 'Kafka', setting: 'KAFKA_BROKERS, or CAUCE_BUS=kafka' }

const schema = Type.Object(
  {
    kind: Type.Literal('kafka'),
    topic: Type.String({
      pattern: '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}$',
      description: 'Letters, digits, ., _ and -, at most 249, and not . or .. alone',
    }),
  },
  {
    description:
      'A topic of the Kafka that the program is set up with; the key of a record is the subject of its event',
  },
)
export type KafkaDestination = Static<typeof schema>

/** Confirmed by all replicas that are in step. */
export const kafka: DestinationKind<KafkaDestination> = {
  kind: 'kafka',
  schema,
  faults: () => [],
  address: ({ topic }) => `kafka:${topic}`,
  missing: (runtime, tenant) => missingBus(runtime, tenant, BUS),
  send: (runtime, { topic }, message, signal) => attemptOnBus(runtime, { ...message, to: topic }, signal),
}
