import type { Options } from 'amqplib'
import type { Incoming, Outgoing } from '#platform/brokers/bus.ts'
import { hashId } from '#platform/ids.ts'

/** A short string of AMQP holds so many bytes. */
const SHORT_BYTES = 255
/** CloudEvents over AMQP 0.9.1 by analogy with the binding for 1.0; either separator may come, this one goes out. */
const PREFIX = /^cloudEvents[_:]/
export const ATTRIBUTE_PREFIX = 'cloudEvents_'
/** Headers that begin so do not count where a headers exchange matches all of them. */
export const MARK = 'x-cauce'

/**
 * The id under which a message goes: that of the event, or a hash of it when it is longer than AMQP lets it be.
 * The whole id is in the body or the headers.
 */
export const messageIdOf = (id: string): string =>
  id.length <= SHORT_BYTES / 4 || Buffer.byteLength(id) <= SHORT_BYTES ? id : hashId('message', id)

/** The properties of a message of ours: kept on disk, and told of when nobody's binding matches it. */
export function propertiesOf(message: Outgoing): Options.Publish {
  const { attributes, cause, mark } = message
  const headers: Record<string, string> = mark === undefined ? {} : { [MARK]: mark }
  for (const name in attributes) headers[ATTRIBUTE_PREFIX + name] = attributes[name] as string
  return {
    persistent: true,
    mandatory: true,
    messageId: messageIdOf(message.id),
    type: message.type,
    timestamp: Math.floor(message.at / 1000),
    contentType: message.contentType,
    appId: 'cauce',
    correlationId: cause === null ? undefined : messageIdOf(cause),
    headers,
  }
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const NONE: Incoming['attributes'] = new Map()

/** CloudEvents attributes among the headers, without the prefix. */
export function attributesOf(headers: Readonly<Record<string, unknown>> | undefined): Incoming['attributes'] {
  let found: Map<string, string | number | boolean> | undefined
  for (const name in headers) {
    if (!PREFIX.test(name)) continue
    const value = attributeValue(headers[name])
    if (value === undefined) continue
    found ??= new Map()
    found.set(name.slice(ATTRIBUTE_PREFIX.length), value)
  }
  return found ?? NONE
}

/** Native types and the canonical text are equally right; what is neither is left to the reader to refuse. */
function attributeValue(value: unknown): string | number | boolean | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return String(value)
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (isTimestamp(value)) return new Date(value.value * 1000).toISOString()
  return JSON.stringify(value)
}

/** How amqplib gives AMQP's timestamps: seconds. */
const isTimestamp = (value: unknown): value is { value: number } =>
  typeof value === 'object' &&
  value !== null &&
  (value as { '!'?: unknown })['!'] === 'timestamp' &&
  Math.abs(Number((value as { value?: unknown }).value)) < 8_640_000_000_000
