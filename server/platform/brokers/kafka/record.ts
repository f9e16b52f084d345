import type { Incoming, Outgoing } from '#platform/brokers/bus.ts'

/** A record on its way out. */
export type KafkaRecord = {
  topic: string
  /** Records of one key go to one partition, where they stay in order; null: wherever. */
  key: string | null
  value: string | Buffer
  headers: Readonly<Record<string, string>>
  /** Epoch milliseconds. */
  at: number
}

/** CloudEvents binding for Kafka 1.0.2, section 3.2: attributes are headers with this prefix, as UTF-8. */
export const ATTRIBUTE_PREFIX = 'ce_'
/** Our own, for who knows no CloudEvents: the same on every attempt. */
const ID = 'message_id'
const MARK = 'x-cauce'

/** A message as a record: the key is its subject, the attributes beside the body are CloudEvents headers. */
export function recordOf(message: Outgoing, topic: string): KafkaRecord {
  const { attributes, cause, mark } = message
  const headers: Record<string, string> = { 'content-type': message.contentType, [ID]: message.id, type: message.type }
  if (cause !== null) headers.correlation_id = cause
  if (mark !== undefined) headers[MARK] = mark
  for (const name in attributes) headers[ATTRIBUTE_PREFIX + name] = attributes[name] as string
  return { topic: message.to ?? topic, key: message.subject, value: message.body, headers, at: message.at }
}

type RawHeaders = readonly (readonly [Buffer | null, Buffer | null])[]

/** What the headers of a record say of its body. */
export function readHeaders(raw: RawHeaders): Pick<
  Incoming,
  'id' | 'contentType' | 'contentEncoding' | 'attributes' | 'traceparent' | 'tracestate' | 'mark'
> & {
  headers: Record<string, string>
} {
  const headers: Record<string, string> = {}
  let attributes: Map<string, string> | undefined
  for (const [name, value] of raw) {
    if (name === null || value === null) continue
    const key = name.toString('utf8')
    const text = value.toString('utf8')
    headers[key] = text
    if (!key.startsWith(ATTRIBUTE_PREFIX)) continue
    attributes ??= new Map()
    attributes.set(key.slice(ATTRIBUTE_PREFIX.length), text)
  }
  const of = (name: string) => headers[name] || undefined
  return {
    id: of(ID),
    contentType: of('content-type'),
    contentEncoding: of('content-encoding'),
    attributes: attributes ?? NONE,
    traceparent: of('traceparent'),
    tracestate: of('tracestate'),
    mark: of(MARK),
    headers,
  }
}

const NONE: Incoming['attributes'] = new Map()
