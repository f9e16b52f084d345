import { type Static, Type } from '@sinclair/typebox'
import { mqttOf, publishOverMqtt, topicFault } from '#mqtt/index.ts'
import { Problem } from '#platform/problem.ts'
import { traceHeaders } from '#platform/trace-context.ts'
import { CLOUDEVENTS_TYPE } from '../wire.ts'
import { addressPart, type DestinationKind, missingBroker } from './kind.ts'

const TIMEOUT_MS = 9_000
/** As the binding has it (section 3.2). */
const STRUCTURED = 'application/cloudevents+json; charset=utf-8'

const schema = Type.Object(
  {
    kind: Type.Literal('mqtt'),
    topic: Type.String({ minLength: 1, maxLength: 1_024, description: 'Without + and #' }),
    retain: Type.Optional(Type.Boolean({ description: 'The broker keeps the last event for who subscribes later' })),
  },
  { description: 'A topic of the MQTT broker that the program is set up with' },
)
export type MqttDestination = Static<typeof schema>

/** QoS 1. MQTT 5 has the attributes of a plain event as user properties, which are CloudEvents in the binary mode. */
export const mqtt: DestinationKind<MqttDestination> = {
  kind: 'mqtt',
  schema,
  faults({ topic }) {
    const fault = topic.startsWith('$') ? 'must not begin with $' : topicFault(topic)
    return fault === null ? [] : [{ path: '/topic', message: fault }]
  },
  address: ({ topic }) => `mqtt:${addressPart(topic)}`,
  missing(runtime, tenant) {
    const { on, tenant: owner } = mqttOf(runtime)
    return missingBroker(on ? owner : null, tenant, { called: 'an MQTT broker', setting: 'MQTT_HOST' })
  },
  async send(runtime, { topic, retain }, message, _signal, trace) {
    const { attributes, body, hops } = message
    const contentType = message.contentType === CLOUDEVENTS_TYPE ? STRUCTURED : message.contentType
    const userProperties = { ...attributes, ...traceHeaders(trace), hops: String(hops) }
    try {
      await publishOverMqtt(runtime, { topic, payload: body, retain, contentType, userProperties }, TIMEOUT_MS)
      return { verdict: 'delivered' }
    } catch (error) {
      // An access list can be mended: what is refused is tried again, as a webhook is that was answered 403.
      if (error instanceof Problem) return { verdict: 'retry', error: error.message }
      throw error
    }
  },
}
