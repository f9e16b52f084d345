import { hash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { attemptTrace, carriedBy } from '#deliveries/index.ts'
import { cloudEventUnder, eventsAt } from '#events/index.ts'
import { notFound } from '#platform/problem.ts'
import type { Db } from '#platform/work.ts'
import type { Enclosed } from '../channels/webhook.ts'
import { bodiesOf, traceIn } from '../plan.ts'
import { CLOUDEVENTS_TYPE, type ContentType, contentTypeOf, type Format, JSON_TYPE, targetOf } from '../subscription.ts'

export const payload = Type.Object({
  deliveryId: Type.String({ description: 'The `webhook-id` of the request' }),
  eventId: Type.Union([Type.String(), Type.Null()]),
  contentType: Type.String(),
  body: Type.String(),
  bytes: Type.Integer({ description: 'Of the body in UTF-8' }),
  sha256: Type.String({ description: 'Of the body in UTF-8, in hexadecimal digits' }),
})

/**
 * What a delivery's last attempt sent, or its first one will. The body is the event's text in the log, or made of it
 * anew, in the form that the attempt log names: an event and an attempt always give the same bytes.
 * @param format the subscription's, for what was not attempted yet
 * @throws Problem 404 when there is no such delivery, or its event is no longer kept
 */
export async function payloadOf(db: Db, tenant: string, subscription: string, deliveryId: string, format: Format) {
  const carried = await carriedBy(db, tenant, deliveryId)
  if (carried === undefined || carried.target !== targetOf(subscription)) throw notFound('delivery', deliveryId)
  if (carried.eventPosition === null) {
    const { body, contentType } = carried.content as Enclosed
    return shown(deliveryId, null, contentType, body)
  }
  const [event] = await eventsAt(db, [carried.eventPosition])
  if (event === undefined || event.tenant !== tenant) throw notFound('event of the delivery', deliveryId)
  const contentType = sentAs(carried.request) ?? contentTypeOf(event, format)
  const sent = contentType === contentTypeOf(event, 'as-received') ? 'as-received' : 'cloudevents'
  const made = bodiesOf(event)(sent)
  const named = traceIn(event, sent)
  const trace = attemptTrace({ id: deliveryId, traceparent: carried.traceparent }, carried.number ?? 1)
  return shown(deliveryId, event.id, contentType, named === null ? made : cloudEventUnder(made, named, trace))
}

const sentAs = (request: string | null): ContentType | undefined =>
  [JSON_TYPE, CLOUDEVENTS_TYPE].find((type): type is ContentType => request?.endsWith(`(${type})`) === true)

const shown = (deliveryId: string, eventId: string | null, contentType: string, body: string) => ({
  deliveryId,
  eventId,
  contentType,
  body,
  bytes: Buffer.byteLength(body),
  sha256: hash('sha256', body),
})
