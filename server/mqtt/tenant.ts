import { Problem } from '#platform/problem.ts'

/** Whose the connection to the broker is, and whether there is one. */
export type MqttTenant = { tenant: string; on: boolean }

/**
 * The broker is one tenant's: another one must neither write to its topics nor hear them.
 * @throws Problem 409
 */
export function assertTenant(mqtt: MqttTenant, tenant: string): void {
  if (tenant !== mqtt.tenant) {
    throw new Problem(409, 'mqtt/other-tenant', 'This tenant has no connection to an MQTT broker.')
  }
}

/** @throws Problem 409, also when no broker is set up */
export function assertOurs(mqtt: MqttTenant, tenant: string): void {
  assertTenant(mqtt, tenant)
  if (!mqtt.on) throw new Problem(409, 'mqtt/off', 'No MQTT broker is set up (MQTT_HOST).')
}
