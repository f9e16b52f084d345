import type { DeliveryDraft, Prepared } from '#deliveries/index.ts'
import { type EventHead, toCloudEvent } from '#events/index.ts'
import { chainMember } from '#platform/chain.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Trace } from '#platform/trace-context.ts'
import type { Endpoint } from './endpoint.ts'
import { deliveryIdOf, targetOf } from './subscription.ts'
import { type Format, type Written, writtenFor } from './wire.ts'

/** A webhook made ready: signed at each attempt, since the signature covers the attempt's time. */
export type PreparedWebhook = Prepared & {
  endpoint: Endpoint
  /**
   * The event as it came, or as a CloudEvent; `written` says what is made of it when it goes out. Null: it is too large to
   * be held until then, and read when it does.
   */
  body: string | null
  written: Written
  /** The trace that the body names, where it is a CloudEvent made here: each attempt puts its own in its place. */
  bodyTrace: Trace | null
  /** How far it is from its beginning, as `tracestate` tells it. */
  chain: string
  /** Set where the event goes to a broker: what that is told besides is made of it when it goes out. */
  event: LogEvent | null
}

export const CHANNEL = 'webhook'

/** The bodies of one event, each written once whatever the number of receivers. */
export function bodiesOf(event: LogEvent): (format: Format) => string {
  let cloudEvent: string | undefined
  return (format) => {
    if (format === 'as-received') return event.raw
    cloudEvent ??= toCloudEvent(event)
    return cloudEvent
  }
}

/** @param hops events and calls of ours that led to it; what tells of no event in the log begins a chain */
export const preparedOf = (
  endpoint: Endpoint,
  body: string | null,
  written: Written,
  {
    bodyTrace = null,
    hops = 1,
    event = null,
  }: { bodyTrace?: Trace | null; hops?: number; event?: LogEvent | null } = {},
): PreparedWebhook => ({
  summary: endpoint.summaries[written],
  schedule: endpoint.schedule,
  endpoint,
  body,
  written,
  bodyTrace,
  chain: chainMember({ hops, cause: null }),
  event,
})

/** @param text the event for the endpoint's form */
export function prepareWebhook(endpoint: Endpoint, event: LogEvent, text: string): PreparedWebhook {
  const { destination, format } = endpoint
  const written = writtenFor(event, format)
  return preparedOf(endpoint, text, written, {
    bodyTrace: traceIn(event, format),
    hops: event.hops + 1,
    event: destination === null ? null : event,
  })
}

/** A node has thousands of deliveries in hand, and a receiver that is slow fills its share: of larger events none is held. */
export const MOST_HELD = 32_768

/** As `prepareWebhook`, of an event that is too large to be held. */
export const prepareLarge = (endpoint: Endpoint, event: EventHead): PreparedWebhook =>
  preparedOf(endpoint, null, writtenFor(event, endpoint.format), { hops: event.hops + 1 })

/** The trace that a CloudEvent made here names; null where the body is none, or came as one: that keeps its own. */
export const traceIn = ({ form, origin, traceparent }: LogEvent, format: Format): Trace | null =>
  (form === 'cloudevents' ? origin === 'internal' : format !== 'as-received') ? traceparent : null

/** One delivery for each endpoint that an event matches. */
export function deliveriesOf(event: LogEvent, endpoints: readonly Endpoint[]): DeliveryDraft[] {
  const body = bodiesOf(event)
  return endpoints.map((endpoint) => ({
    tenant: event.tenant,
    id: deliveryIdOf(event, endpoint.id),
    channel: CHANNEL,
    target: targetOf(endpoint.id),
    eventPosition: event.position,
    eventId: event.id,
    traceparent: event.traceparent,
    cause: event.id,
    prepared:
      event.raw.length > MOST_HELD
        ? prepareLarge(endpoint, event)
        : prepareWebhook(endpoint, event, body(endpoint.format)),
  }))
}
