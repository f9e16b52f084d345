import { DEFAULT_SOURCE } from '#events/index.ts'
import type { Outgoing } from '#platform/brokers/bus.ts'
import type { EventDraft } from '#platform/event.ts'
import { traceHeaders } from '#platform/trace-context.ts'

/**
 * An event as a message. The body is the text in the form in which it came. The flat form carries CloudEvents
 * attributes beside it (the binary mode, of which it is the data); the enterprise form is an envelope of its own.
 */
export function messageOf(event: EventDraft): Outgoing {
  return {
    key: event.type,
    subject: event.subject,
    id: event.id,
    source: event.source,
    type: event.type,
    at: event.occurredAt,
    contentType: event.form === 'cloudevents' ? 'application/cloudevents+json' : 'application/json',
    attributes: event.form === 'flat' ? attributesOf(event) : null,
    cause: event.cause,
    body: event.raw,
  }
}

function attributesOf(event: EventDraft): Record<string, string> {
  const attributes = {
    specversion: '1.0',
    id: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: new Date(event.occurredAt).toISOString(),
  }
  return event.traceparent === null ? attributes : { ...attributes, ...traceHeaders(event.traceparent) }
}

/** Whether the attributes say that the body is one of our two plain forms: only these are of this source. */
export const isPlain = (attributes: ReadonlyMap<string, unknown>): boolean =>
  attributes.get('source') === DEFAULT_SOURCE
