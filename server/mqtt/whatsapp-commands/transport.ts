import { FLAGS_CHANGED } from '#flags/index.ts'
import type { Runtime } from '#platform/service.ts'
import { declareSwitch } from '#switches/index.ts'

export type Way = 'http' | 'mqtt'

/** Which way commands take: a switch that people turn while the program runs, on all nodes. */
export type Transport = {
  /** The way of this moment; from memory. */
  active(): Way
  /** The way that is tried too, without effect. */
  shadow(): Way | null
  /** What became of a command on a way, kept while there is a shadow. */
  record(way: Way, outcome: { key: string; outcome: string; tookMs: number }): void
}

const NAME = 'USE_MQTT_WHATSAPP'

/**
 * @param fallback the setting of the same name
 * @param onSwitch called on each node when the way is another one now
 */
export function createTransport(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'changes'>,
  tenant: string,
  fallback: boolean,
  onSwitch: () => void,
): Transport {
  const sending = declareSwitch(runtime, {
    flag: {
      name: NAME,
      default: fallback,
      scope: 'tenant',
      live: true,
      effect: {
        es: 'Las órdenes de WhatsApp van por MQTT y, si falla o no escucha nadie, por HTTP. Apagado, van siempre por HTTP.',
        en: 'WhatsApp commands go over MQTT and, when that fails or nobody listens, by HTTP. Off, they always go by HTTP.',
      },
    },
    what: { es: 'Órdenes de WhatsApp', en: 'WhatsApp commands' },
    ways: ['http', 'mqtt'],
  })
  const active = () => sending.active(tenant) as Way
  let known: Way = fallback ? 'mqtt' : 'http'
  runtime.changes.on(FLAGS_CHANGED, () => {
    const now = active()
    if (now !== known) onSwitch()
    known = now
  })
  return {
    active,
    shadow: () => sending.shadow(tenant) as Way | null,
    record: (way, outcome) => sending.record(tenant, way, outcome),
  }
}
