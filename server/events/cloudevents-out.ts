import { isObject } from '#events/forms-fields.ts'
import { memberTexts } from '#events/json-slices.ts'
import type { EventDraft, EventForm, Json } from '#platform/event.ts'
import { exactJson } from '#platform/exact-json.ts'
import { type Trace, traceHeaders } from '#platform/trace-context.ts'

/** What flows and conditions see of an event. */
export type CloudEventView = { id: string; source: string; type: string; subject: string; time: string; data: Json }

/** The CloudEvents view of an event of any form; `data` is the flat object, the enterprise payload or the data. */
export const cloudEventView = (event: Omit<EventDraft, 'raw'>): CloudEventView => ({
  id: event.id,
  source: event.source,
  type: event.type,
  subject: event.subject,
  time: new Date(event.occurredAt).toISOString(),
  data: event.data,
})

/**
 * The event's `data` out of its stored text: the flat object, the enterprise payload or the CloudEvents data (base64
 * text where the data is binary, null where there is none). Numbers that would be rounded are texts in it.
 */
export function dataOf(form: EventForm, raw: string, parse: (text: string) => Json = exactJson): Json {
  const value = parse(raw)
  if (form === 'flat' || !isObject(value)) return value
  return (form === 'enterprise' ? value.payload : (value.data ?? value.data_base64)) ?? null
}

/** What an event says of itself beside its data, under the names of the enterprise form. */
export type EventAttributes = {
  tenantId: string | null
  actorUserId: string | null
  schemaVersion: string | null
  extensions: { readonly [name: string]: Json }
}

const ENTERPRISE_MEMBERS: ReadonlySet<string> = new Set(['eventId', 'eventType', 'occurredAt', 'payload'])
const CLOUD_EVENT_MEMBERS: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'data',
  'data_base64',
])
const NO_ATTRIBUTES: EventAttributes = { tenantId: null, actorUserId: null, schemaVersion: null, extensions: {} }

/** The attributes out of an event's stored text. The flat form has none: all it says is its data. */
export function attributesOf(form: EventForm, raw: string | null): EventAttributes {
  if (form === 'flat' || raw === null) return NO_ATTRIBUTES
  const value: Json = JSON.parse(raw)
  if (!isObject(value)) return NO_ATTRIBUTES
  if (form === 'enterprise') {
    const { tenantId, actorUserId, schemaVersion, ...rest } = value
    return told(tenantId, actorUserId, schemaVersion, without(rest, ENTERPRISE_MEMBERS))
  }
  const { tenantid, actorid, schemaversion, ...rest } = value
  return told(tenantid, actorid, schemaversion, without(rest, CLOUD_EVENT_MEMBERS))
}

const told = (
  tenantId: Json | undefined,
  actorUserId: Json | undefined,
  schemaVersion: Json | undefined,
  extensions: EventAttributes['extensions'],
): EventAttributes => ({
  tenantId: textOf(tenantId),
  actorUserId: textOf(actorUserId),
  schemaVersion: textOf(schemaVersion),
  extensions,
})

/** Attributes are texts; the enterprise form's version may be a number. */
const textOf = (value: Json | undefined): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value)

const without = (members: EventAttributes['extensions'], names: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !names.has(name)))

/**
 * The event as CloudEvents 1.0 in the JSON format. What came as a CloudEvent goes out unchanged; the data of the other
 * forms is copied as text, so numbers and key order stay.
 */
export function toCloudEvent(event: EventDraft): string {
  if (event.form === 'cloudevents') return event.raw
  let text =
    `{"specversion":"1.0","id":${JSON.stringify(event.id)},"source":${JSON.stringify(event.source)}` +
    `,"type":${JSON.stringify(event.type)},"subject":${JSON.stringify(event.subject)}` +
    `,"time":"${new Date(event.occurredAt).toISOString()}","partitionkey":${JSON.stringify(event.subject)}`
  if (event.traceparent !== null) text += traceMembers(event.traceparent)
  if (event.form === 'flat') return `${text},"datacontenttype":"application/json","data":${event.raw}}`
  const members = memberTexts(event.raw)
  text += extension(members, 'actorUserId', 'actorid') + extension(members, 'schemaVersion', 'schemaversion')
  return `${text},"datacontenttype":"application/json","data":${members.get('payload') ?? 'null'}}`
}

/** `traceparent` and, if there is one, `tracestate`, as they stand in the events that `toCloudEvent` makes. */
function traceMembers(trace: Trace): string {
  const { traceparent, tracestate } = traceHeaders(trace)
  const state = tracestate === undefined ? '' : `,"tracestate":${JSON.stringify(tracestate)}`
  return `,"traceparent":"${traceparent}"${state}`
}

/**
 * An event that `toCloudEvent` made under one trace, under another: on a single hop the event and the headers that it goes
 * out with name the same span.
 */
export const cloudEventUnder = (event: string, made: Trace, trace: Trace): string =>
  // The first place is the attribute: within the texts before it quotes are escaped.
  event.replace(traceMembers(made), () => traceMembers(trace))

/** CloudEvents attributes are texts; the enterprise form's version may be a number. */
function extension(members: ReadonlyMap<string, string>, name: string, attribute: string): string {
  const value = members.get(name)
  if (value === undefined || value === 'null') return ''
  return `,"${attribute}":${value.startsWith('"') ? value : JSON.stringify(value)}`
}
