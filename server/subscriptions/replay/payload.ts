import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { attemptTrace, carriedBy } from '#deliveries/index.ts'
import { cloudEventUnder, eventsAt } from '#events/index.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { notFound } from '#platform/problem.ts'
import type { Db } from '#platform/work.ts'
import type { Enclosed } from '../channels/webhook.ts'
import { brokerWire, textFor } from '../destinations/message.ts'
import { bodiesOf, traceIn } from '../plan.ts'
import { type Subscription, targetOf } from '../subscription.ts'
import { WRITTEN, type Written, wireOf, writtenFor } from '../wire.ts'

export const payload = Type.Object({
  deliveryId: Type.String({ description: 'The `webhook-id` of the request' }),
  eventId: orNull(Type.String()),
  contentType: orNull(Type.String()),
  attributes: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: 'The `ce-` headers of the binary mode' }),
  ),
  body: Type.String({ description: 'In base64 if `encoding` says so' }),
  encoding: Type.Optional(Type.Literal('base64')),
  bytes: Type.Integer({ description: 'Of the body' }),
  sha256: Type.String({ description: 'Of the body, in hexadecimal digits' }),
})

/**
 * What a delivery's last attempt sent, or its first one will. The body is the event's text in the log, or made of it
 * anew, in the form that the attempt log names: an event and an attempt always give the same bytes.
 * @param subscription says how it is written, for what was not attempted yet
 * @throws Problem 404 when there is no such delivery, or its event is no longer kept
 */
export async function payloadOf(
  db: Db,
  tenant: string,
  { id, format, destination }: Pick<Subscription, 'id' | 'format' | 'destination'>,
  deliveryId: string,
) {
  const wire = destination === null ? wireOf : brokerWire
  const carried = await carriedBy(db, tenant, deliveryId)
  if (carried === undefined || carried.target !== targetOf(id)) throw notFound('delivery', deliveryId)
  if (carried.eventPosition === null) {
    const { body, contentType } = carried.content as Enclosed
    return shown(deliveryId, null, wire(contentType, body))
  }
  const [event] = await eventsAt(db, [carried.eventPosition])
  if (event === undefined || event.tenant !== tenant) throw notFound('event of the delivery', deliveryId)
  const written = sentAs(carried.request) ?? writtenFor(event, format)
  const sent = written === writtenFor(event, 'as-received') ? 'as-received' : 'cloudevents'
  const made = textFor(destination, bodiesOf(event)(sent), event.hops + 1)
  const named = traceIn(event, sent)
  const trace = attemptTrace({ id: deliveryId, traceparent: carried.traceparent }, carried.number ?? 1)
  const text = named === null ? made : cloudEventUnder(made, named, trace)
  return shown(deliveryId, event.id, wire(written, text))
}

const sentAs = (request: string | null): Written | undefined =>
  WRITTEN.find((written) => request?.endsWith(`(${written})`) === true)

function shown(deliveryId: string, eventId: string | null, { headers, body }: ReturnType<typeof wireOf>) {
  const { 'content-type': contentType = null, ...attributes } = headers
  return {
    deliveryId,
    eventId,
    contentType,
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...bodyShown(body),
    bytes: Buffer.byteLength(body),
    sha256: hash('sha256', body),
  }
}

function bodyShown(body: string | Buffer): { body: string; encoding?: 'base64' } {
  if (typeof body === 'string') return { body }
  return isUtf8(body) ? { body: body.toString() } : { body: body.toString('base64'), encoding: 'base64' }
}
