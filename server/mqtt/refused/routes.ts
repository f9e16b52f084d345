import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import type { MqttMessage } from '#platform/brokers/mqtt/index.ts'
import { uuidParams } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Door } from '../inbound/door.ts'
import { findRefused, listRefused, type Refused, removeRefused } from './store.ts'

const CURSOR = Type.Object({ at: Type.String(), id: Type.String({ format: 'uuid' }) })
const REFUSED = Type.Object(
  {
    id: Type.String(),
    at: Type.String(),
    topic: Type.String(),
    reason: Type.String(),
    payload: Type.String({ description: 'Text; bytes that are none are shown as U+FFFD' }),
    properties: Type.Unknown(),
    cut: Type.Boolean({ description: 'The payload was longer; what is kept cannot be tried again' }),
  },
  { title: 'RefusedMqttMessage' },
)

const shown = ({ at, payload, ...rest }: Refused) => ({
  ...rest,
  at: at.toISOString(),
  payload: payload.toString('utf8'),
})

/** Messages that could not be taken: to look at, to try again once the cause is mended, to let go. */
export function refusedRoutes(runtime: Runtime, door: Door): Route[] {
  const { database, clock } = runtime
  return [
    route({
      method: 'GET',
      path: '/api/v1/mqtt/refused',
      permission: 'mqtt:read',
      tag: 'MQTT',
      summary: 'Messages that could not be taken, the newest first',
      query: Type.Object(pageFields),
      answer: pageSchema(REFUSED),
      async handle({ identity: { tenant }, query: { cursor, limit = 50 } }) {
        const after = readCursor(cursor, CURSOR)
        const found = await database.asTenant(tenant, (tx) => listRefused(tx, tenant, after, limit))
        const page = pageFrom(found, ({ at, id }) => ({ at: at.toISOString(), id }))
        return { ...page, items: page.items.map(shown) }
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/mqtt/refused/:id/retry',
      permission: 'mqtt:write',
      tag: 'MQTT',
      summary: 'Take a message in again',
      description: 'It goes from the list when it was taken; 400 with the reason when it is refused again.',
      params: uuidParams,
      status: 204,
      refuses: [409],
      async handle(call) {
        const { tenant } = call.identity
        const { id } = call.params
        const refused = await database.asTenant(tenant, (tx) => findRefused(tx, tenant, id))
        if (refused === undefined) throw notFound('message', id)
        if (refused.cut)
          throw conflict(
            'The message was longer than what is kept of it.',
            'El mensaje era más largo que lo que se guarda de él.',
          )
        await door.again(messageOf(refused), id)
        await database.asTenant(tenant, async (tx) => {
          await removeRefused(tx, tenant, id)
          audit(tx, call, { at: clock.wall(), action: 'mqtt-message.retried', target: `mqtt-message:${id}` })
        })
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/mqtt/refused/:id',
      permission: 'mqtt:write',
      tag: 'MQTT',
      summary: 'Let a message go',
      params: uuidParams,
      status: 204,
      async handle(call) {
        const { tenant } = call.identity
        const { id } = call.params
        await database.asTenant(tenant, async (tx) => {
          if (!(await removeRefused(tx, tenant, id))) throw notFound('message', id)
          audit(tx, call, { at: clock.wall(), action: 'mqtt-message.discarded', target: `mqtt-message:${id}` })
        })
      },
    }),
  ]
}

const messageOf = ({ topic, payload, properties }: Refused): MqttMessage => ({
  topic,
  payload,
  qos: 1,
  retained: false,
  redelivered: true,
  packetId: 0,
  contentType: properties.contentType,
  responseTopic: properties.responseTopic,
  userProperties: new Map(Object.entries(properties.userProperties)),
})
