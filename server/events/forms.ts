import { readCloudEvent } from '#events/cloudevents.ts'
import { headerAttributes, readBinaryEvent } from '#events/cloudevents-binary.ts'
import { readEnterprise } from '#events/enterprise.ts'
import { readFlat } from '#events/flat.ts'
import { type IntakeContext, isObject } from '#events/forms-fields.ts'
import { elementTexts } from '#events/json-slices.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { checkCharset, MAX_FAULTS, parseJson } from '#platform/json-text.ts'
import { type Fault, invalid, Problem } from '#platform/problem.ts'

export type IntakeInput = {
  contentType: string | undefined
  /** Names in lower case, as Node gives them. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
  body: string | Buffer
}

/**
 * The events of one request: one, or as many as a CloudEvents batch holds (none of an empty batch). A batch with one
 * bad member is refused whole.
 * @throws Problem 400 with a fault for every bad field, 413 over 1 MiB, 415 for a format or an encoding that nobody here reads
 */
export function readEvents(input: IntakeInput, ctx: IntakeContext): EventDraft[] {
  const mediaType = input.contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  // The batch prefix first: it shares that of the structured mode.
  if (mediaType.startsWith('application/cloudevents-batch')) {
    if (mediaType !== 'application/cloudevents-batch+json') throw unknownFormat(mediaType)
    checkCharset(input.contentType)
    return readBatch(input.body, ctx)
  }
  if (mediaType.startsWith('application/cloudevents')) {
    if (mediaType !== 'application/cloudevents+json') throw unknownFormat(mediaType)
    checkCharset(input.contentType)
    return [readJsonEvent(input.body, ctx, readCloudEvent)]
  }
  if (hasEventHeaders(input.headers)) {
    const attributes = headerAttributes(input.headers)
    return [readBinaryEvent(attributes, input.contentType, input.body, ctx, headerOf)]
  }
  if (mediaType !== '' && mediaType !== 'application/json' && !mediaType.endsWith('+json'))
    throw unknownFormat(mediaType)
  checkCharset(input.contentType)
  return [readJsonEvent(input.body, ctx, readPlain)]
}

const headerOf = (name: string): string => (name === 'datacontenttype' ? 'content-type' : `ce-${name}`)

/** Any of the required attributes makes a request a CloudEvent in the binary mode, and the faults name the others. */
const hasEventHeaders = (headers: IntakeInput['headers']) =>
  headers['ce-specversion'] !== undefined ||
  headers['ce-id'] !== undefined ||
  headers['ce-type'] !== undefined ||
  headers['ce-source'] !== undefined

type Reader = (
  members: { [key: string]: Json },
  raw: string,
  ctx: IntakeContext,
  faults: Fault[],
  path?: string,
) => EventDraft | null

function readJsonEvent(body: string | Buffer, ctx: IntakeContext, read: Reader): EventDraft {
  const { text, value } = parseJson(body)
  if (!isObject(value)) {
    const hint = Array.isArray(value) ? '; a batch is sent as application/cloudevents-batch+json' : ''
    throw invalid({ path: '', message: `must be a JSON object${hint}` })
  }
  const faults: Fault[] = []
  const draft = read(value, text, ctx, faults)
  if (draft === null) throw invalid(...faults.slice(0, MAX_FAULTS))
  return draft
}

/** Plain JSON says by its fields which form it means; what is nearly one form gets the faults of that form. */
const readPlain: Reader = (members, raw, ctx, faults) => {
  const flat = countOf(members, ['event_id', 'subtype', 'encounter_id', 'datetime'])
  const enterprise = countOf(members, ['eventId', 'eventType', 'occurredAt', 'payload', 'schemaVersion'])
  if (enterprise > flat) return readEnterprise(members, raw, ctx, faults)
  if (flat === 0 && Object.hasOwn(members, 'specversion')) return readCloudEvent(members, raw, ctx, faults)
  return readFlat(members, raw, ctx, faults)
}

const countOf = (members: object, names: readonly string[]) =>
  names.reduce((count, name) => count + (Object.hasOwn(members, name) ? 1 : 0), 0)

function readBatch(body: string | Buffer, ctx: IntakeContext): EventDraft[] {
  const { text, value } = parseJson(body)
  if (!Array.isArray(value)) throw invalid({ path: '', message: 'must be a JSON array of events' })
  const texts = elementTexts(text)
  const faults: Fault[] = []
  const drafts: EventDraft[] = []
  for (const [index, member] of value.entries()) {
    if (!isObject(member)) faults.push({ path: `/${index}`, message: 'must be a JSON object' })
    else {
      const draft = readCloudEvent(member, texts[index] ?? '', ctx, faults, `/${index}`)
      if (draft !== null) drafts.push(draft)
    }
  }
  if (faults.length > 0) throw invalid(...faults.slice(0, MAX_FAULTS))
  return drafts
}

const unknownFormat = (mediaType: string) =>
  new Problem(
    415,
    'unsupported-format',
    `There is no reader for ${JSON.stringify(mediaType)}: send application/json, application/cloudevents+json, application/cloudevents-batch+json or ce- headers.`,
  )
