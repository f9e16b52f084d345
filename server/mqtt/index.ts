import { hash } from 'node:crypto'
import { type MqttLink, openLink } from '#platform/brokers/mqtt/index.ts'
import type { Consumer, Service } from '#platform/service.ts'
import { linkBase, noMessages } from './connect.ts'
import { createDoor } from './inbound/door.ts'
import { eventTaker } from './inbound/events.ts'
import type { Taker } from './inbound/taker.ts'
import { createIncoming, type Incoming } from './incoming.ts'
import { mqttMetrics } from './metrics.ts'
import { publishingConsumer } from './outbound/publish-events.ts'
import { settings } from './settings.ts'

/** A hint to the other nodes: sessions were given back, or rules changed. */
const TOPIC = 'mqtt'

/** Events in and out over an MQTT broker. */
export const mqtt: Service = {
  name: 'mqtt',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    const values = runtime.settings.of(settings)
    const metrics = mqttMetrics(runtime.metrics)
    const on = values.MQTT_HOST !== undefined
    let out: MqttLink | null = null
    let incoming: Incoming | null = null
    const tenant = values.MQTT_TENANT
    const takers: Taker[] = [eventTaker(runtime, tenant, values.MQTT_EVENT_TOPICS)]
    const door = createDoor(runtime, { tenant, takers, metrics })
    const consumers: Consumer[] =
      !on || values.MQTT_PUBLISH.length === 0
        ? []
        : [
            publishingConsumer({
              link: () => out,
              tenant,
              patterns: values.MQTT_PUBLISH,
              prefix: values.MQTT_EVENT_PREFIX,
              metrics,
            }),
          ]
    return {
      consumers,
      async start() {
        if (!on) return
        const base = linkBase(values, runtime.logger)
        // Two installations at one broker must not take each other's sessions.
        const installation = hash('sha256', await runtime.secret('mqtt'), 'hex').slice(0, 8)
        const clientId = `${values.MQTT_CLIENT_ID}-${installation}`
        out = openLink(
          {
            ...base,
            name: 'out',
            clientId: `${clientId}-${runtime.node}`,
            sessionS: 0,
            mostInHand: 200,
            onMessage: noMessages,
            onTrouble: () => metrics.connectionErrors.inc(),
          },
          runtime.clock.wall,
        )
        incoming = createIncoming(runtime, {
          base,
          clientId,
          sessions: values.MQTT_SESSIONS,
          sessionS: values.MQTT_SESSION_HOURS * 3_600,
          door,
          metrics,
          beat: async () => {},
          released: () => runtime.signals.send(TOPIC),
        })
        runtime.signals.on(TOPIC, () => incoming?.look())
        await incoming.start()
      },
      async stop() {
        await incoming?.stop()
        await out?.stop()
      },
    }
  },
}
