import { isUtf8 } from 'node:buffer'
import { isJsonType, readCloudEvent } from '#events/cloudevents.ts'
import type { IntakeContext } from '#events/forms-fields.ts'
import { objectText } from '#events/json-slices.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { bodyText, checkCharset, checkSize, parseJson, textFault } from '#platform/json-text.ts'
import { type Fault, invalid, says } from '#platform/problem.ts'

/**
 * A CloudEvent whose attributes travel beside its body: HTTP's `ce-` headers (decoded), AMQP's application properties,
 * MQTT's user properties, Kafka's headers. Its `raw` is the structured form, with a JSON body inside it verbatim.
 * @param attributes names without the binding's prefix; not `datacontenttype`
 * @param label how the faults call an attribute (`ce-id`)
 * @throws Problem 400 naming every bad attribute; 413, 415
 */
export function readBinaryEvent(
  attributes: ReadonlyMap<string, string | number | boolean>,
  contentType: string | undefined,
  body: string | Buffer,
  ctx: IntakeContext,
  label: (name: string) => string = (name) => name,
): EventDraft {
  const faults: Fault[] = []
  const members: { [key: string]: Json } = {}
  const texts: [string, string][] = []
  for (const [name, value] of attributes) {
    if (name === 'data' || name === 'datacontenttype' || name === 'data_base64') {
      faults.push({ path: label(name), message: 'must not be sent beside the body' })
      continue
    }
    // No assignment: a name like __proto__ must stay a name.
    Object.defineProperty(members, name, { value, enumerable: true })
    texts.push([name, JSON.stringify(value)])
  }
  if (contentType !== undefined && contentType !== '') {
    members.datacontenttype = contentType
    texts.push(['datacontenttype', JSON.stringify(contentType)])
  }
  const data = readBody(contentType, body)
  if (data !== null) {
    members[data.name] = data.value
    texts.push([data.name, data.text])
  }
  const found: Fault[] = []
  const draft = readCloudEvent(members, '', ctx, found)
  faults.push(...found.map((fault) => ({ path: label(fault.path.slice(1)), message: fault.message })))
  if (draft === null || faults.length > 0) throw invalid(...faults)
  return { ...draft, raw: objectText(texts) }
}

type Data = { name: 'data' | 'data_base64'; value: Json; text: string }

/** A JSON type gives the value, another text type the text; bytes of any other or of no type are not guessed at. */
function readBody(contentType: string | undefined, body: string | Buffer): Data | null {
  if (body.length === 0) return null
  if (contentType !== undefined && isJsonType(contentType)) {
    checkCharset(contentType)
    const { text, value } = parseJson(body)
    return { name: 'data', value, text }
  }
  if (contentType !== undefined && isTextType(contentType) && (typeof body === 'string' || isUtf8(body))) {
    const value = bodyText(body)
    const fault = textFault(value)
    if (fault !== null) throw invalid({ path: '', ...says(fault.en, fault.es) })
    return { name: 'data', value, text: JSON.stringify(value) }
  }
  checkSize(body)
  const value = (typeof body === 'string' ? Buffer.from(body) : body).toString('base64')
  return { name: 'data_base64', value, text: JSON.stringify(value) }
}

const isTextType = (mediaType: string) =>
  /^(?:text\/|application\/xml\b|[^/;\s]+\/[^;\s]+\+xml\b)/i.test(mediaType) &&
  /^[^;]*(?:;(?!\s*charset=)[^;]*)*(?:;\s*charset="?(?:utf-8|us-ascii)"?\s*(?:;.*)?)?$/i.test(mediaType)

/** The `ce-` headers of an HTTP request, decoded (CloudEvents HTTP binding 3.1.3.2). */
export function headerAttributes(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Map<string, string> {
  const attributes = new Map<string, string>()
  const faults: Fault[] = []
  for (const [header, given] of Object.entries(headers)) {
    if (given === undefined || !header.toLowerCase().startsWith('ce-')) continue
    const value = decodeHeader(typeof given === 'string' ? given : given.join(', '))
    if (value === null) faults.push({ path: header, message: 'must be percent-encoded UTF-8 in printable ASCII' })
    else attributes.set(header.slice(3).toLowerCase(), value)
  }
  if (faults.length > 0) throw invalid(...faults)
  return attributes
}

function decodeHeader(value: string): string | null {
  const quoted = value.length > 1 && value.startsWith('"') && value.endsWith('"')
  const text = quoted ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
  if (!/^[\x20-\x7e]*$/.test(text)) return null
  if (!text.includes('%')) return text
  try {
    // Refuses overlong sequences, surrogates and a lone per cent sign.
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
