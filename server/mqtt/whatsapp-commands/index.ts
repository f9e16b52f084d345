import { probeTarget, registerChannel } from '#deliveries/index.ts'
import type { Route } from '#platform/http/route.ts'
import type { Runtime } from '#platform/service.ts'
import type { Taker } from '../inbound/taker.ts'
import type { MqttMetrics } from '../metrics.ts'
import type { Publish } from '../outbound/publish.ts'
import { settings } from '../settings.ts'
import type { MqttTenant } from '../tenant.ts'
import { commandChannel, targetOf } from './channel.ts'
import { isLine, LINES } from './command.ts'
import { createReceiver } from './receive.ts'
import { commandRoutes } from './routes.ts'
import { createTransport } from './transport.ts'

/** The command transport: sending, over MQTT or by HTTP, and receiving, both ways. */
export function openCommands(
  runtime: Runtime,
  options: { mqtt: MqttTenant; publish: Publish; metrics: MqttMetrics },
): { routes: Route[]; taker: Taker } {
  const { mqtt, publish, metrics } = options
  const values = runtime.settings.of(settings)
  const { tenant } = mqtt
  const { MQTT_TOPIC_WHATSAPP_SEND: topic, CAUCE_PHONE_COUNTRY: country } = values
  const transport = createTransport(runtime, tenant, values.USE_MQTT_WHATSAPP, () => {
    for (const line of LINES) probeTarget(runtime, { tenant, target: targetOf(line) })
  })
  const receiver = createReceiver(runtime, {
    tenant,
    lines: values.CAUCE_WHATSAPP_RECEIVE.filter(isLine),
    topic,
    country,
  })
  registerChannel(
    runtime,
    commandChannel(runtime, {
      transport,
      publish,
      topic,
      urls: { clientes: values.WA_CLIENTES_BASE_URL, proveedores: values.WA_PROVEEDORES_BASE_URL },
      token: values.WA_COMMAND_TOKEN,
      sent: (line, way, result) => metrics.commands.inc({ line, way, result }),
    }),
  )
  return {
    routes: commandRoutes(runtime, { mqtt, receiver, country }),
    taker: receiver.taker,
  }
}
