import type { OutgoingMessage } from '#platform/brokers/mqtt/index.ts'
import type { Runtime } from '#platform/service.ts'
import type { Publish } from './outbound/publish.ts'
import type { MqttTenant } from './tenant.ts'

const opened = new WeakMap<Runtime, { mqtt: MqttTenant; publish: Publish }>()

/** Called once, when the gateway of a program is put together. */
export const openFace = (runtime: Runtime, mqtt: MqttTenant, publish: Publish): void =>
  void opened.set(runtime, { mqtt, publish })

/** Whose the connection to the broker is, and whether there is one. */
export const mqttOf = (runtime: Runtime): MqttTenant => opened.get(runtime)?.mqtt ?? { tenant: '', on: false }

/**
 * Publishes an event at QoS 1 and resolves when the broker has confirmed it.
 * @throws Problem 422 for what the broker refuses for good; Error while it is away
 */
export async function publishOverMqtt(runtime: Runtime, message: OutgoingMessage, timeoutMs: number): Promise<void> {
  const face = opened.get(runtime)
  if (face === undefined) throw new Error('no MQTT broker is set up')
  await face.publish('event', message, timeoutMs)
}
