import type { Logger } from 'pino'
import type { gatewaySettings } from '#gateway/settings.ts'
import { certificates } from '#gateway/tls.ts'
import type { KafkaOptions } from '#platform/brokers/kafka/index.ts'
import type { ValuesOf } from '#platform/settings.ts'

/**
 * What the settings make of Kafka: one topic that events are sent to, those that are read, and the group.
 * @throws Error naming a setting that is missing, or a file that cannot be read
 */
export function kafkaOptions(
  values: ValuesOf<typeof gatewaySettings>,
  own: { node: string; logger: Logger; wall(): number },
): KafkaOptions {
  const topic = values.KAFKA_TOPIC
  return {
    address: {
      brokers: values.KAFKA_BROKERS,
      tls: values.KAFKA_TLS ? certificates('KAFKA', values) : null,
      sasl: saslOf(values),
    },
    // Names of clients are part of metrics and quotas of the cluster: nothing that its tools stumble over.
    clientId: `cauce-${own.node.replace(/[^\w.-]/g, '-')}`,
    topic,
    readTopics: values.KAFKA_READ_TOPICS ?? [topic],
    groupId: values.KAFKA_GROUP,
    most: values.KAFKA_PREFETCH,
    logger: own.logger,
    wall: own.wall,
  }
}

function saslOf(values: ValuesOf<typeof gatewaySettings>): KafkaOptions['address']['sasl'] {
  const { KAFKA_SASL: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = values
  if (mechanism === 'none') return null
  if (username === undefined) throw new Error(`KAFKA_USERNAME is missing, which KAFKA_SASL=${mechanism} needs`)
  if (password === undefined) throw new Error(`KAFKA_PASSWORD is missing, which KAFKA_SASL=${mechanism} needs`)
  return { mechanism, username, password }
}
