import type { EventDraft, LogEvent } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'

/** How the body of a webhook is written: as the event came in, or as CloudEvents whatever it came as. */
export type Format = 'as-received' | 'cloudevents'

export type Status = 'ACTIVE' | 'DISABLED'

export type Subscription = {
  id: string
  routingKeyPattern: string
  webhookUrl: string
  format: Format
  status: Status
  /** Why it is disabled. */
  statusReason: string | null
  /** Domain milliseconds. */
  createdAt: number
}

export type SubscriptionView = {
  id: string
  routingKeyPattern: string
  webhookUrl: string
  createdAt: string
  status: Status
  format?: Format
  statusReason?: string
}

/** As the API shows it: the five fields of the source document, others only where they say something. */
export function viewOf(subscription: Subscription): SubscriptionView {
  const { id, routingKeyPattern, webhookUrl, createdAt, status, format, statusReason } = subscription
  return {
    id,
    routingKeyPattern,
    webhookUrl,
    createdAt: new Date(createdAt).toISOString(),
    status,
    ...(format === 'as-received' ? {} : { format }),
    ...(statusReason === null ? {} : { statusReason }),
  }
}

const TARGET = 'subscription:'

/** The delivery target of a subscription: its slots and its breaker. */
export const targetOf = (id: string): string => TARGET + id

/** The subscription of a delivery target. */
export const subscriptionOf = (target: string): string => target.slice(TARGET.length)

/** The id of a delivery, which is the receiver's `webhook-id`: one for an event and a subscription, however often tried. */
export const deliveryIdOf = (event: Pick<EventDraft, 'tenant' | 'source' | 'id'>, subscription: string): string =>
  hashId('webhook', event.tenant, event.source, event.id, subscription)

export const GONE = 'the receiver answered 410 Gone'
export const BY_OWNER = 'disabled by its owner'

const OPERATOR_SOURCE = 'cauce'

/** A CloudEvent of our own about a subscription. */
function operatorEvent(
  type: string,
  about: { tenant: string; id: string; eventId: string; at: number; data: { [name: string]: string } },
): EventDraft {
  const { tenant, id, eventId, at, data } = about
  const raw = JSON.stringify({
    specversion: '1.0',
    id: eventId,
    source: OPERATOR_SOURCE,
    type,
    subject: id,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data,
  })
  return {
    tenant,
    id: eventId,
    source: OPERATOR_SOURCE,
    type,
    subject: id,
    form: 'cloudevents',
    raw,
    data,
    occurredAt: at,
    encounterId: null,
    traceparent: null,
    cause: null,
    hops: 0,
    origin: 'internal',
  }
}

export type Disabling = { tenant: string; id: string; webhookUrl: string; reason: string; disabledAt: number }

/**
 * Tells operators and flows that a subscription was disabled; the same occasion always gives the same id.
 * @param now domain milliseconds
 */
export const disabledEvent = ({ tenant, id, webhookUrl, reason, disabledAt }: Disabling, now: number): EventDraft =>
  operatorEvent('subscription.disabled', {
    tenant,
    id,
    eventId: hashId('subscription.disabled', tenant, id, String(disabledAt)),
    at: now,
    data: { subscriptionId: id, webhookUrl, reason },
  })

/** The event that a test sends to one subscription; it is not in the log. */
export const testEvent = (tenant: string, id: string, eventId: string, now: number): EventDraft =>
  operatorEvent('subscription.test', {
    tenant,
    id,
    eventId,
    at: now,
    data: { subscriptionId: id, message: 'This is a test of your webhook.' },
  })

/** Media type of the body that `bodyOf` gives. */
export const contentTypeOf = (event: Pick<LogEvent, 'form'>, format: Format): string =>
  format === 'cloudevents' || event.form === 'cloudevents' ? 'application/cloudevents+json' : 'application/json'
