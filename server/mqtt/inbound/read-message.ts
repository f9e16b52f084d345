import { DEFAULT_SOURCE, type IntakeContext, isObject, readBinaryEvent, readEvents } from '#events/index.ts'
import type { MqttMessage } from '#platform/brokers/mqtt/index.ts'
import type { EventDraft } from '#platform/event.ts'
import { parseTraceparent } from '#platform/trace-context.ts'

/** Name under which a message tells how many of ours led to it: a user property, a CloudEvents attribute, a member. */
export const HOPS = 'hops'
/** A message that so many of ours led to is dropped: rules and flows that set each other off come to rest. */
export const MOST_HOPS = 16

/** What a message says of its way, by whichever means its version of MQTT has. */
export function hopsOf(message: Pick<MqttMessage, 'userProperties'>, members: unknown): number {
  const given = message.userProperties.get(HOPS) ?? (isObject(members) ? members[HOPS] : undefined)
  const hops = Number(given ?? 0)
  return Number.isInteger(hops) && hops > 0 ? Math.min(hops, 1_000) : 0
}

/** The trace that a message belongs to, where it says so (MQTT 5). */
export function traceOf({ userProperties }: Pick<MqttMessage, 'userProperties'>): string | null {
  const given = userProperties.get('traceparent')
  return parseTraceparent(given) === null ? null : (given ?? null)
}

/**
 * The events of a message: CloudEvents in the binary mode (MQTT 5: user properties) or structured, and plain JSON in any
 * of the forms that the doors take. Without a content type, as over 3.1.1, JSON is implied.
 * @throws Problem 4xx naming what is at fault
 */
export function readMessage(message: MqttMessage, at: { tenant: string; now: number }): EventDraft[] {
  const traceparent = traceOf(message)
  const ctx: IntakeContext = { ...at, origin: 'mqtt', traceparent, defaultSource: DEFAULT_SOURCE }
  const { userProperties, payload, contentType } = message
  // The content type goes first: in the structured mode attributes may be copied beside it.
  if (!isStructured(contentType) && isBinary(userProperties)) {
    // The binding has no prefix: what can be no attribute's name is somebody else's, such as X-System.
    const attributes = new Map([...userProperties].filter(([name]) => /^[a-z0-9]+$/.test(name)))
    // The specification's own example repeats it there.
    const type = contentType ?? attributes.get('datacontenttype')
    attributes.delete('datacontenttype')
    return [counted(readBinaryEvent(attributes, type, payload, ctx), message, {})]
  }
  return readEvents({ contentType, headers: {}, body: payload }, ctx).map((draft) =>
    // Parsed again for the one member only where it may be.
    counted(draft, message, draft.raw.includes(`"${HOPS}"`) ? JSON.parse(draft.raw) : {}),
  )
}

const isStructured = (contentType: string | undefined) =>
  contentType !== undefined && /^\s*application\/cloudevents/i.test(contentType)

/**
 * Without a prefix an `id` or a `type` beside plain JSON says little: it takes the one attribute that nobody else has, or
 * all of the others; the faults then name that one.
 */
const isBinary = (properties: ReadonlyMap<string, string>) =>
  properties.has('specversion') || ['id', 'source', 'type'].every((name) => properties.has(name))

const counted = (draft: EventDraft, message: MqttMessage, members: unknown): EventDraft => ({
  ...draft,
  hops: hopsOf(message, members),
})
