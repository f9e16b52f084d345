import { isJsonType } from '#events/cloudevents.ts'
import { memberTexts } from '#events/json-slices.ts'
import { strangeCharset } from '#platform/json-text.ts'

export type BinaryEvent = {
  /** The attributes as `ce-` headers, and `content-type` where there is one. */
  headers: Readonly<Record<string, string>>
  /** The data alone; empty where there is none. */
  body: string | Buffer
}

/** Servers take 8 KiB and more of headers, and refuse a request with longer ones whole. */
const MAX_HEADER_BYTES = 6_144
/** AMQP has 255 bytes for the name of a header, the prefix among them. */
const MAX_NAME = 200

/**
 * A CloudEvent in the binary mode of HTTP: attributes in headers, data as the body, JSON of it as it came.
 * @param event in the JSON format, as it was taken in or made here
 * @returns null for one that cannot travel so: its attributes are too long for headers, its media type is none that a
 *   header can hold, names a charset that its text would not be in, or would make the receiver take the data for a
 *   structured event
 */
export function toBinary(event: string): BinaryEvent | null {
  const headers: Record<string, string> = {}
  let bytes = 0
  const members = memberTexts(event)
  for (const [name, text] of members) {
    if (text === 'null' || name === 'data' || name === 'data_base64' || name === 'datacontenttype') continue
    if (name.length > MAX_NAME) return null
    const value = encoded(String(JSON.parse(text)))
    bytes += name.length + value.length
    headers[`ce-${name}`] = value
  }
  const { contentType, body } = dataOf(members)
  // Text goes out in UTF-8; in the JSON format its charset says nothing.
  if (typeof body === 'string' && body !== '' && strangeCharset(contentType ?? '') !== null) return null
  if (bytes > MAX_HEADER_BYTES || (contentType !== null && !isPlainType(contentType))) return null
  return { headers: contentType === null ? headers : { 'content-type': contentType, ...headers }, body }
}

function dataOf(members: ReadonlyMap<string, string>): { contentType: string | null; body: string | Buffer } {
  const textOf = (name: string): string | null => {
    const text = members.get(name)
    return text === undefined ? null : JSON.parse(text)
  }
  const contentType = textOf('datacontenttype')
  const base64 = textOf('data_base64')
  if (base64 !== null) return { contentType, body: Buffer.from(base64, 'base64') }
  const data = members.get('data')
  if (data === undefined) return { contentType, body: '' }
  // Without a type it is JSON, which the JSON format need not say and a body must.
  if (contentType === null || isJsonType(contentType))
    return { contentType: contentType ?? 'application/json', body: data }
  return { contentType, body: textOf('data') ?? '' }
}

const isPlainType = (mediaType: string) =>
  /^[\x20-\x7e]{1,255}$/.test(mediaType) && !/^\s*application\/cloudevents/i.test(mediaType)

/** HTTP binding 3.1.3.2: space, `"`, `%` and all beyond printable ASCII, as UTF-8. */
const encoded = (value: string): string => value.replace(/[^\x21-\x7e]|["%]/gu, encodeURIComponent)
