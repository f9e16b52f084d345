import { compilePattern } from '#events/index.ts'
import { kafkaOptions } from '#gateway/kafka.ts'
import { nodeName, rabbitmqOptions } from '#gateway/rabbitmq.ts'
import { gatewaySettings } from '#gateway/settings.ts'
import type { Bus } from '#platform/brokers/bus.ts'
import { ATTRIBUTE_PREFIX as KAFKA_PREFIX } from '#platform/brokers/kafka/record.ts'
import { ATTRIBUTE_PREFIX as RABBITMQ_PREFIX } from '#platform/brokers/rabbitmq/message.ts'
import type { EventDraft } from '#platform/event.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Runtime } from '#platform/service.ts'
import type { Settings } from '#platform/settings.ts'

/** A bus as the settings make it; not open yet. */
export type MadeBus = {
  bus: Bus
  /** By which name this node is addressed there. */
  node: string
  /** Where an event is published besides the place for events: to all nodes, and whoever else listens. */
  also(event: EventDraft): string | undefined
}

type Driver = {
  /** How events that came by it are marked; the relay does not send those back. */
  origin: string
  /** Before the names of CloudEvents attributes, as senders write them. */
  attributePrefix: string
  /** The setting whose presence alone chooses it. */
  hint: string
  /** Loads its client, which nobody else waits for: that of Kafka is a tenth of what a start costs. */
  make(runtime: Runtime): Promise<MadeBus>
}

/** What can be set as CAUCE_BUS beside `postgres`. */
const DRIVERS = {
  rabbitmq: {
    origin: 'amqp',
    attributePrefix: RABBITMQ_PREFIX,
    hint: 'RABBITMQ_HOST',
    async make(runtime) {
      const { rabbitmqBus } = await import('#platform/brokers/rabbitmq/index.ts')
      const values = runtime.settings.of(gatewaySettings)
      const { node, logger, clock } = runtime
      const fanout = values.RABBITMQ_NOTIFICATION_EXCHANGE ?? undefined
      const patterns = values.RABBITMQ_NOTIFICATIONS.map(compilePattern)
      return {
        bus: rabbitmqBus(rabbitmqOptions(values, { node, logger, wall: clock.wall })),
        node: nodeName(values, node),
        also: ({ type }) => (patterns.some((matches) => matches(type)) ? fanout : undefined),
      }
    },
  },
  kafka: {
    origin: 'kafka',
    attributePrefix: KAFKA_PREFIX,
    hint: 'KAFKA_BROKERS',
    async make({ settings, node, logger, clock }) {
      const { kafkaBus } = await import('#platform/brokers/kafka/index.ts')
      return {
        bus: kafkaBus(kafkaOptions(settings.of(gatewaySettings), { node, logger, wall: clock.wall })),
        node,
        // There is no broadcast: whoever wants to hear of something reads the topic.
        also: () => undefined,
      }
    },
  },
} as const satisfies Record<string, Driver>

export type BusName = keyof typeof DRIVERS

export const BUS_NAMES = Object.keys(DRIVERS) as readonly BusName[]

/** What tells the messages of a bus from those of another. */
export type Marks = Pick<Driver, 'origin' | 'attributePrefix'>

/** @param bus of a message that was kept: it may have come by one that there is no more */
export const marksOf = (bus: string): Marks =>
  Object.hasOwn(DRIVERS, bus) ? DRIVERS[bus as BusName] : { origin: bus, attributePrefix: '' }

/** The bus that the settings choose, or null for none: what is said wins over what a broker's address hints at. */
export function chosenBus(settings: Settings): BusName | null {
  if (settings.given('CAUCE_BUS')) {
    const { CAUCE_BUS } = settings.of(platformSettings)
    return CAUCE_BUS === 'postgres' ? null : CAUCE_BUS
  }
  return BUS_NAMES.find((name) => settings.given(DRIVERS[name].hint)) ?? null
}

export const makeBus = (name: BusName, runtime: Runtime): Promise<MadeBus> => DRIVERS[name].make(runtime)
