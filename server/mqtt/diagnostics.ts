import { Type } from '@sinclair/typebox'
import type { MqttLink } from '#platform/brokers/mqtt/index.ts'
import { type Route, route } from '#platform/http/route.ts'
import { isoOrNull } from '#platform/iso.ts'
import type { Incoming } from './incoming.ts'
import type { MqttTenant } from './tenant.ts'

/** The parts of a running connection, null while MQTT is off. */
export type Parts = () => {
  out: MqttLink
  incoming: Incoming
  lastConfirmedAt: number | null
  requestsWaiting: number
  rules: number
} | null

const shown = (link: MqttLink) => {
  const { since, ...state } = link.state()
  return { clientId: link.clientId, ...state, since: isoOrNull(since) }
}

/** How the broker does, for `/ready`: one that is away does not keep events from being taken in elsewhere. */
export function stateOfBroker(parts: Parts): string | { degraded: string } {
  const running = parts()
  if (running === null) return 'not set up'
  const { host, port } = running.out.address
  const { state, protocol, lastError } = running.out.state()
  return state === 'connected'
    ? `MQTT ${protocol} at ${host}:${port}`
    : { degraded: `${host}:${port}: ${lastError ?? state}` }
}

/** What an operator sees of the connection, and the one thing that can be done about it. */
export function diagnosticRoutes(mqtt: MqttTenant, parts: Parts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/backoffice/mqtt',
      permission: 'backoffice:read',
      tag: 'Backoffice',
      summary: 'The connection to the MQTT broker: its links, sessions and subscriptions on this node',
      answer: Type.Object({ state: Type.String() }, { additionalProperties: true }),
      async handle({ identity }) {
        const running = identity.tenant === mqtt.tenant ? parts() : null
        if (running === null) return { state: 'off' }
        const { out, incoming, lastConfirmedAt, requestsWaiting, rules } = running
        return {
          state: out.state().state,
          broker: `${out.address.host}:${out.address.port}`,
          out: shown(out),
          lastConfirmedAt: isoOrNull(lastConfirmedAt),
          requestsWaiting,
          rules,
          sessions: incoming.sessions().map(({ slot, link, subscriptions, stalled }) => ({
            slot,
            ...shown(link),
            shared: subscriptions.shared(),
            filters: subscriptions.filters(),
            refused: subscriptions.refused(),
            /** Messages wait, since they cannot be stored now. */
            stalled,
          })),
        }
      },
    }),
    route({
      method: 'POST',
      path: '/backoffice/mqtt/reconnect',
      permission: 'backoffice:write',
      tag: 'Backoffice',
      summary: 'Try to connect to the MQTT broker now, also after it turned us away',
      status: 204,
      async handle({ identity }) {
        const running = identity.tenant === mqtt.tenant ? parts() : null
        running?.out.retryNow()
        for (const { link } of running?.incoming.sessions() ?? []) link.retryNow()
      },
    }),
  ]
}
