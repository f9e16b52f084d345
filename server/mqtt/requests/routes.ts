import { Type } from '@sinclair/typebox'
import { MqttAway, topicFault } from '#platform/brokers/mqtt/index.ts'
import { parseDuration } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, Problem } from '#platform/problem.ts'
import { assertOurs, type MqttTenant } from '../tenant.ts'
import type { Requests } from './requests.ts'

const MOST_TIMEOUT_MS = 60_000
const DEFAULT_TIMEOUT = 'PT5S'

/** The broker is away: as a door says it. */
const away = (error: MqttAway): Problem =>
  new Problem(503, 'mqtt/away', `The MQTT broker is away: ${error.message}.`, { retryAfterS: 5, cause: error })

export function requestRoutes(requests: Requests, mqtt: MqttTenant): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/mqtt/requests',
      permission: 'mqtt:write',
      tag: 'MQTT',
      summary: 'Ask over MQTT and wait for the answer',
      description:
        'Published with response topic and correlation data (MQTT 5) and with `{correlation_id, reply_to, data}` as payload. `…/request` may also be answered on `…/response`. 504 when no answer came in time; one that comes later is dropped.',
      body: Type.Object({
        topic: Type.String({ minLength: 1, maxLength: 1_024 }),
        data: Type.Optional(Type.Unknown()),
        timeout: Type.Optional(
          Type.String({ maxLength: 30, default: DEFAULT_TIMEOUT, description: 'ISO 8601 duration, at most PT60S' }),
        ),
      }),
      answer: Type.Object({
        correlationId: Type.String(),
        ok: Type.Boolean(),
        data: Type.Unknown(),
        dataBase64: Type.Union([Type.String(), Type.Null()], {
          description: 'The bytes of an answer that is neither JSON nor text in UTF-8; then `data` is null',
        }),
        error: Type.Unknown(),
        tookMs: Type.Number(),
      }),
      refuses: [409, 422, 504],
      async handle({ identity, body, chain }) {
        assertOurs(mqtt, identity.tenant)
        const fault = topicFault(body.topic)
        if (fault !== null) throw invalid({ path: '/topic', message: fault })
        const span = parseDuration(body.timeout ?? DEFAULT_TIMEOUT)
        if (span === null || span.months > 0 || span.ms < 1 || span.ms > MOST_TIMEOUT_MS) {
          throw invalid({ path: '/timeout', message: 'must be an ISO 8601 duration of at most PT60S' })
        }
        try {
          return await requests.ask(body.topic, (body.data ?? null) as Json, span.ms, chain.hops)
        } catch (error) {
          if (error instanceof MqttAway) throw away(error)
          throw error
        }
      },
    }),
  ]
}
