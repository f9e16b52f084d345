import { networkInterfaces } from 'node:os'
import { assertPublicUrl, enqueueDeliveries, outgoingHttp, registerChannel } from '#deliveries/index.ts'
import { declareFlag, type Flag } from '#flags/index.ts'
import type { LogEvent } from '#platform/event.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import { type Fault, says } from '#platform/problem.ts'
import type { Consumer, Runtime, Service } from '#platform/service.ts'
import { type AddressOf, askedOnce, deliveryOf, peerChannel } from './channel.ts'
import { isOwnAddress } from './own-address.ts'
import { settings } from './settings.ts'

/** Encounter events born here, also posted to another installation. */
export const forwarding: Service = {
  name: 'forwarding',
  settings,
  migrations: null,
  open(runtime) {
    const flags = declareFlags(runtime)
    const addressOf = (tenant: string) => {
      if (!flags.enabled.of(tenant)) return null
      const url = flags.url.of(tenant)
      // Only a default can be this program itself: nobody can set that.
      return flags.isOwn(url) ? null : url
    }
    registerChannel(runtime, peerChannel(runtime, addressOf))
    return { consumers: [consumer(runtime, addressOf)] }
  },
}

function declareFlags(runtime: Runtime) {
  const own = runtime.settings.of(settings)
  const { PORT, HOST } = runtime.settings.of(platformSettings)
  const { allow } = outgoingHttp(runtime)
  const isOwn = (url: string) => {
    const local = Object.values(networkInterfaces()).flatMap((found) => found?.map(({ address }) => address) ?? [])
    return isOwnAddress(url, { publicUrl: runtime.publicUrl(), port: PORT, addresses: new Set([HOST, ...local]) })
  }
  const urlFaults = (url: string): Fault[] =>
    isOwn(url)
      ? [
          {
            path: '/value',
            ...says(
              'pet_flows_events_url is this program itself: name another one',
              'es este mismo programa: di otra dirección',
            ),
          },
        ]
      : assertPublicUrl(url, allow, '/value')
  const enabled: Flag<boolean> = declareFlag<boolean>(runtime, {
    name: 'rabbitmq_events_enabled',
    default: own.rabbitmq_events_enabled,
    scope: 'tenant',
    live: true,
    effect: {
      es: 'Los eventos de conversaciones nacidos aquí se reenvían también a otra instalación. El registro de eventos no cambia.',
      en: 'Events of conversations born here are also forwarded to another installation. The log of events stays as it is.',
    },
    check: (on, { tenant }): Fault[] => (on ? urlFaults(url.of(tenant)) : []),
  })
  const url: Flag<string> = declareFlag<string>(runtime, {
    name: 'pet_flows_events_url',
    default: own.pet_flows_events_url,
    scope: 'tenant',
    live: true,
    effect: {
      es: 'Dirección de la instalación a la que se reenvían los eventos de conversaciones, mientras eso está encendido. La propia se rechaza.',
      en: 'Address of the installation that events of conversations are forwarded to, while that is on. Our own one is refused.',
    },
    // The default may come back while nothing is posted to it.
    check: (value, { tenant, reset }): Fault[] => (reset && !enabled.of(tenant) ? [] : urlFaults(value)),
  })
  return { enabled, url, isOwn }
}

function consumer(runtime: Runtime, addressOf: AddressOf): Consumer {
  return {
    name: 'forwarding',
    required: false,
    from: 'now',
    async handle(events) {
      const addresses = askedOnce(addressOf)
      const drafts = events.filter(bornHere).flatMap((event) => {
        const url = addresses(event.tenant)
        return url === null ? [] : [deliveryOf(event, url)]
      })
      return drafts.length === 0 ? null : (tx) => enqueueDeliveries(tx, drafts, runtime)
    },
  }
}

const bornHere = ({ origin, form, type }: LogEvent) =>
  origin === 'internal' && form === 'flat' && type.startsWith('encounter.')
