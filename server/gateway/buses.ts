import { nodeName, rabbitmqOptions } from '#gateway/rabbitmq.ts'
import { gatewaySettings } from '#gateway/settings.ts'
import type { Bus } from '#platform/brokers/bus.ts'
import { rabbitmqBus } from '#platform/brokers/rabbitmq/index.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Runtime } from '#platform/service.ts'
import type { Settings } from '#platform/settings.ts'

/** What can be set as CAUCE_BUS, with how its driver is made and how events that came by it are marked. */
const DRIVERS = {
  rabbitmq: {
    origin: 'amqp',
    open: (runtime: Runtime): Bus =>
      rabbitmqBus(
        rabbitmqOptions(runtime.settings.of(gatewaySettings), {
          node: runtime.node,
          logger: runtime.logger,
          wall: runtime.clock.wall,
        }),
      ),
  },
} as const

export type BusName = keyof typeof DRIVERS

export const BUS_NAMES = Object.keys(DRIVERS) as readonly BusName[]

/** How events that came by a bus are marked. */
export const originOf = (bus: string): string => (bus in DRIVERS ? DRIVERS[bus as BusName].origin : bus)

/** The bus that the settings choose, or null for none: what is said wins over what a broker's address hints at. */
export function chosenBus(settings: Settings): BusName | null {
  const said = settings.given('CAUCE_BUS')
  const { CAUCE_BUS } = settings.of(platformSettings)
  if (said) return CAUCE_BUS === 'postgres' ? null : CAUCE_BUS
  return settings.given('RABBITMQ_HOST') ? 'rabbitmq' : null
}

export const openBus = (name: BusName, runtime: Runtime): Bus => DRIVERS[name].open(runtime)

/** By which name this node is addressed on the bus. */
export const nodeOnBus = (runtime: Runtime): string => nodeName(runtime.settings.of(gatewaySettings), runtime.node)
