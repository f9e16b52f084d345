import { flag, integer, oneOf, type Setting, secretText, text } from '#platform/settings.ts'

/** What Kafka lets a topic be called; a group or a node may have the same. */
const NAME = /^[\w.-]{1,249}$/
const NAME_FAULT = 'must be 1 to 249 letters, digits, ., - and _'

const named = (value: string): string => {
  if (!NAME.test(value) || value === '.' || value === '..') throw new Error(NAME_FAULT)
  return value
}

const name = (describe: string, fallback: string): Setting<string> => ({ describe, default: fallback, parse: named })

const topics: Setting<readonly string[] | undefined> = {
  describe:
    'Topics from which events of others are taken, separated by commas. `none`: from none. Unset: that of KAFKA_TOPIC.',
  default: undefined,
  parse: (value) => {
    if (value === 'none') return []
    const found = new Set(value.split(',').map((item) => named(item.trim())))
    return [...found]
  },
}

const brokers: Setting<readonly string[]> = {
  describe: 'Kafka: brokers to begin with as `host:port`, separated by commas; the others are learnt from them.',
  default: ['localhost:9092'],
  parse: (value) =>
    value.split(',').map((item) => {
      const found = /^(?:\[[\da-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(item.trim())
      const port = Number(found?.[1] ?? 9092)
      if (found === null || port < 1 || port > 65_535) throw new Error('must be host:port, separated by commas')
      return item.trim()
    }),
}

export const kafkaSettings = {
  KAFKA_BROKERS: brokers,
  KAFKA_TOPIC: name('Topic that events are sent to.', 'pet.events'),
  KAFKA_READ_TOPICS: topics,
  KAFKA_GROUP: name(
    'Consumer group in which the nodes divide the partitions. A new one begins with all that the topics still have.',
    'pet-flows-events',
  ),
  KAFKA_PREFETCH: integer('Records in hand beyond which a node asks for no more; of large ones fewer.', 2_000, {
    min: 1,
    max: 100_000,
  }),
  KAFKA_SASL: oneOf('How we say who we are. `none`: not at all. With PLAIN better by TLS.', 'none', [
    'none',
    'PLAIN',
    'SCRAM-SHA-256',
    'SCRAM-SHA-512',
  ]),
  KAFKA_USERNAME: text('User at Kafka, for KAFKA_SASL.', undefined),
  KAFKA_PASSWORD: secretText('Password at Kafka, for KAFKA_SASL.'),
  KAFKA_TLS: flag('Connect by TLS. The certificate is always verified.', false),
  KAFKA_CA_FILE: text(
    'File with the certificates (PEM) by which the brokers are verified, when no public one does.',
    undefined,
  ),
  KAFKA_CERT_FILE: text('File with our own certificate (PEM), for brokers that ask for one.', undefined),
  KAFKA_KEY_FILE: text('File with the key (PEM) of that certificate.', undefined),
} as const
