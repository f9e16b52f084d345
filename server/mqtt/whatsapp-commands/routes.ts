import { Type } from '@sinclair/typebox'
import { deliveryWithAttempts, deliveryWithHistory, enqueueDeliveries } from '#deliveries/index.ts'
import type { Json } from '#platform/event.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { assertTenant, type MqttTenant } from '../tenant.ts'
import { commandDelivery, deliveryIdOf } from './channel.ts'
import { isLine, LINES, pathOfLine } from './command.ts'
import { readNumber } from './number.ts'
import type { Receiver } from './receive.ts'

const LINE = Type.Union(LINES.map((line) => Type.Literal(line)))
const ID = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^\\u0000-\\u001f\\u007f\\p{Cs}]+$',
  description: 'Text without control characters',
})
/** A delivery holds less than 256 kB. */
const DATA_BYTES = 65_536

export function commandRoutes(
  runtime: Runtime,
  options: { mqtt: MqttTenant; receiver: Receiver; country: string | undefined },
): Route[] {
  const { database } = runtime
  const { mqtt, receiver } = options

  const own: Route[] = [
    route({
      method: 'POST',
      path: '/api/v1/whatsapp/commands',
      permission: 'notifications:write',
      tag: 'WhatsApp commands',
      summary: 'Have a service of ours write to somebody on WhatsApp',
      description:
        'Goes over MQTT or by HTTP, as the switch says, with attempts, and to the other way when one fails. The message id is the same on every way and attempt: the receiver takes it once.',
      body: Type.Object({
        line: LINE,
        to: Type.String({ minLength: 1, maxLength: 64, description: 'Phone number with its country code' }),
        message: Type.String({ minLength: 1, maxLength: 65_536 }),
        messageId: Type.Optional(ID),
        data: Type.Optional(
          Type.Record(Type.String(), Type.Unknown(), { description: 'Further members of the command' }),
        ),
      }),
      answer: Type.Object({ messageId: Type.String(), deliveryId: Type.String(), status: Type.Literal('queued') }),
      status: 202,
      idempotent: true,
      async handle({ identity: { tenant }, body, newId, traceparent, chain }) {
        assertTenant(mqtt, tenant)
        if (readNumber(body.to, options.country) === null) {
          throw invalid({ path: '/to', message: 'must be a phone number with its country code' })
        }
        const { line, to, message, messageId = newId() } = body
        const data = body.data as { [name: string]: Json } | undefined
        if (data !== undefined && Buffer.byteLength(JSON.stringify(data)) > DATA_BYTES) {
          throw invalid({ path: '/data', message: `must have at most ${DATA_BYTES} bytes` })
        }
        const delivery = commandDelivery({ tenant, line, messageId, to, message, data, traceparent, chain })
        await database.asTenant(tenant, async (tx) => enqueueDeliveries(tx, [delivery], runtime))
        return { messageId, deliveryId: delivery.id, status: 'queued' }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/whatsapp/commands/:line/:messageId',
      permission: 'notifications:read',
      tag: 'WhatsApp commands',
      summary: 'What became of a command: its delivery with all attempts, and which way each took',
      params: Type.Object({ line: Type.String({ maxLength: 32 }), messageId: ID }),
      answer: Type.Object({ messageId: Type.String(), line: LINE, ...deliveryWithAttempts.properties }),
      async handle({ identity: { tenant }, params: { line, messageId } }) {
        const found = isLine(line)
          ? await database.asTenant(tenant, (tx) =>
              deliveryWithHistory(tx, tenant, deliveryIdOf(tenant, line, messageId)),
            )
          : undefined
        if (found === undefined) throw notFound('command', messageId)
        return { messageId, line, ...found }
      },
    }),
  ]
  return [...own, ...LINES.map((line) => receiveRoute(line))]

  function receiveRoute(line: (typeof LINES)[number]): Route {
    return route({
      method: 'POST',
      path: pathOfLine(line),
      permission: 'notifications:write',
      trusted: true,
      intake: true,
      tag: 'WhatsApp commands',
      summary: `Take a command of the line ${line}, as its service does`,
      description:
        '`{to|phone, message|text, message_id?, …}`. Becomes the event `whatsapp.send_requested`, once for each message id, also when it came over MQTT.',
      body: Type.Object({}, { additionalProperties: true }),
      answer: Type.Object({
        status: Type.Union([Type.Literal('accepted'), Type.Literal('duplicate'), Type.Literal('checked')]),
        message_id: Type.String(),
      }),
      status: 202,
      refuses: [409],
      async handle({ identity, body, traceparent, chain, newId }) {
        assertTenant(mqtt, identity.tenant)
        if (!receiver.lines.includes(line)) {
          throw conflict(
            `Commands of the line ${line} are not taken here (CAUCE_WHATSAPP_RECEIVE).`,
            `Aquí no se toman órdenes de la línea ${line} (CAUCE_WHATSAPP_RECEIVE).`,
          )
        }
        const { messageId, result } = await receiver.take(line, body as Json, { traceparent, chain }, newId)
        const status = { taken: 'accepted', duplicate: 'duplicate', dropped: 'checked' }[result]
        return { status, message_id: messageId }
      },
    })
  }
}
