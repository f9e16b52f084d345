import type { Service } from '#platform/service.ts'
import { createGateway } from './gateway.ts'
import { settings } from './settings.ts'

export { topicFault } from '#platform/brokers/mqtt/index.ts'
export { type CheckReport, checkTopic } from './check.ts'
export { linkBase } from './connect.ts'
export { mqttOf, publishOverMqtt } from './face.ts'
export { settings as mqttSettings } from './settings.ts'

/** Events, requests and commands over an MQTT broker. */
export const mqtt: Service = {
  name: 'mqtt',
  settings,
  migrations: new URL('./migrations/', import.meta.url),
  open: createGateway,
}
