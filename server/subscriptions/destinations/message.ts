import { memberTexts, objectText } from '#events/index.ts'
import { messageOf } from '#gateway/index.ts'
import type { Json, LogEvent } from '#platform/event.ts'
import { CLOUDEVENTS_TYPE, type Written, wireOf } from '../wire.ts'
import type { BrokerMessage } from './kind.ts'
import type { Destination } from './kinds.ts'

/** Name of the member and property of MQTT that cuts loops. */
const HOPS = 'hops'
const ATTRIBUTE = 'ce-'

/**
 * The text of an event as it goes to a destination. MQTT 3.1.1 has nothing beside the body: there it says itself how far it
 * is from its beginning, so that rules and subscriptions that set each other off come to rest.
 */
export const textFor = (destination: Pick<Destination, 'kind'> | null, text: string, hops: number): string =>
  destination?.kind === 'mqtt' ? objectText(memberTexts(text).set(HOPS, String(hops))) : text

/**
 * What goes to a broker for the text of an event, in the words of HTTP: one whose data are bytes, or are none, goes in the
 * structured mode.
 */
export function brokerWire(
  written: Written,
  text: string,
): { headers: Readonly<Record<string, string>>; body: string } {
  const { headers, body } = wireOf(written, text)
  if (typeof body === 'string' && headers['content-type'] !== undefined) return { headers, body }
  return { headers: { 'content-type': CLOUDEVENTS_TYPE }, body: text }
}

/** What a broker is told of an event besides its text. */
const headOf = (event: LogEvent): BrokerMessage => ({ ...messageOf(event), hops: event.hops + 1 })

/**
 * An event as a message of a broker: as CloudEvents in the structured or binary mode of its binding, or as it came, the flat
 * form in the binary mode.
 * @param event null of what tells of none in the log; the text says all then
 */
export function brokerMessage(event: LogEvent | null, written: Written, text: string): BrokerMessage {
  const { headers, body } = brokerWire(written, text)
  const { 'content-type': contentType = CLOUDEVENTS_TYPE, ...given } = headers
  const { attributes: own, ...told } = event === null ? headIn(text) : headOf(event)
  const isAsItCame = contentType === told.contentType && Object.keys(given).length === 0
  return { ...told, contentType, body, attributes: isAsItCame ? own : attributesOf(given) }
}

/** Of a CloudEvent that is in no log. */
function headIn(text: string): BrokerMessage {
  const { id, type, subject, time } = JSON.parse(text) as { [name: string]: Json }
  return {
    key: String(type),
    subject: String(subject),
    id: String(id),
    source: null,
    type: String(type),
    at: Date.parse(String(time)),
    contentType: CLOUDEVENTS_TYPE,
    attributes: null,
    cause: null,
    body: text,
    hops: 1,
  }
}

/** Brokers have names without a prefix, or with one of their own, and take any text. */
function attributesOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> | null {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.slice(ATTRIBUTE.length),
    decodeURIComponent(value),
  ])
  return entries.length === 0 ? null : Object.fromEntries(entries)
}
