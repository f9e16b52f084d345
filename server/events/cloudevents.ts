import {
  addFault,
  characterFault,
  type FieldSource,
  type IntakeContext,
  idFault,
  idOrNull,
  isObject,
  requiredField,
  rfc3339Fault,
  rfc3339Ms,
  typeFault,
} from '#events/forms-fields.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { pointerPart } from '#platform/json-members.ts'
import type { Fault } from '#platform/problem.ts'
import { incomingTrace } from '#platform/trace-context.ts'

/**
 * One CloudEvents 1.0 event in the JSON format. Adds to `faults` and gives null when it breaks a rule: attribute names
 * (`[a-z0-9]+`), types, 32-bit integers, forbidden characters, `data` beside `data_base64`.
 * @param raw the JSON text of `members` as it came
 * @param path JSON Pointer of the event within the body, for the faults
 */
export function readCloudEvent(
  members: { [key: string]: Json },
  raw: string,
  ctx: IntakeContext,
  faults: Fault[],
  path = '',
): EventDraft | null {
  const before = faults.length
  const from: FieldSource = { members, path, faults }
  checkData(from)
  for (const name of Object.keys(members)) {
    if (name !== 'data' && name !== 'data_base64') checkAttribute(from, name, ctx.now)
  }
  for (const name of REQUIRED) {
    // A null counts as absent; anything else wrong with it has been said.
    if (members[name] === undefined || members[name] === null) requiredField(from, name)
  }
  if (faults.length > before) return null
  return draftOf(members, raw, ctx)
}

const REQUIRED = ['specversion', 'id', 'source', 'type'] as const
/** The log has an index over subjects, and an index entry has to fit a third of a page. */
export const MAX_SUBJECT_BYTES = 1024
export const MAX_SOURCE_BYTES = 2048

/** Why a value cannot be the attribute; attributes not listed may be any text, boolean or 32-bit integer. */
const ATTRIBUTE_FAULTS: { readonly [name: string]: (value: Json, now: number) => string | null } = {
  specversion: (value) => (value === '1.0' ? null : 'must be "1.0"'),
  id: idFault,
  source: (value) => textFault(value, MAX_SOURCE_BYTES) ?? (isUriReference(value) ? null : 'must be a URI reference'),
  type: typeFault,
  subject: (value) => textFault(value, MAX_SUBJECT_BYTES),
  partitionkey: (value) => textFault(value, MAX_SUBJECT_BYTES),
  datacontenttype: (value) => textFault(value, 255) ?? (MEDIA_TYPE.test(String(value)) ? null : 'must be a media type'),
  dataschema: (value) =>
    textFault(value, MAX_SOURCE_BYTES) ?? (ABSOLUTE_URI.test(String(value)) ? null : 'must be an absolute URI'),
  time: rfc3339Fault,
}

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(;|$)/
const ABSOLUTE_URI = /^[A-Za-z][A-Za-z0-9+.-]*:[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/
// RFC 3986: these characters and no others; a per cent sign begins an escape.
const URI_REFERENCE = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/
const isUriReference = (value: Json) => URI_REFERENCE.test(String(value))

function textFault(value: Json, maxBytes: number): string | null {
  if (typeof value !== 'string') return 'must be a string'
  if (value === '') return 'must not be empty'
  if (value.length > maxBytes || Buffer.byteLength(value) > maxBytes) return `must have at most ${maxBytes} bytes`
  return characterFault(value)
}

function checkAttribute(from: FieldSource, name: string, now: number): void {
  if (!/^[a-z0-9]+$/.test(name)) {
    addFault(from, pointerPart(name), 'is no attribute name: lower-case letters and digits only')
    return
  }
  const value = from.members[name]
  if (value === null || value === undefined) return
  const fault = Object.hasOwn(ATTRIBUTE_FAULTS, name) ? ATTRIBUTE_FAULTS[name]?.(value, now) : extensionFault(value)
  if (fault !== null && fault !== undefined) addFault(from, name, fault)
}

function extensionFault(value: Json): string | null {
  if (typeof value === 'string') return characterFault(value)
  if (typeof value === 'boolean') return null
  if (typeof value !== 'number') return 'must be a string, a boolean or an integer'
  return (value | 0) === value ? null : 'must be a 32-bit integer'
}

function checkData(from: FieldSource): void {
  const { data, data_base64: base64, datacontenttype: type } = from.members
  if (base64 !== undefined && base64 !== null) {
    if (data !== undefined) addFault(from, 'data_base64', 'must not stand beside data')
    if (typeof base64 !== 'string' || !isBase64(base64)) addFault(from, 'data_base64', 'must be base64 (RFC 4648)')
  } else if (data !== undefined && typeof data !== 'string' && typeof type === 'string' && !isJsonType(type)) {
    addFault(from, 'data', 'must be a string, since datacontenttype names no JSON')
  }
}

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

/** `<any>/json` and `<any>/<any>+json`, whatever the case and the parameters. */
export const isJsonType = (mediaType: string): boolean => /^[^/;\s]+\/(?:[^;\s]+\+)?json\s*(?:;|$)/i.test(mediaType)

function draftOf(members: { [key: string]: Json }, raw: string, ctx: IntakeContext): EventDraft {
  const text = (name: string) => {
    const value = members[name]
    return typeof value === 'string' ? value : null
  }
  const id = text('id') ?? ''
  const type = text('type') ?? ''
  const about = text('subject') ?? text('partitionkey')
  const data = members.data ?? members.data_base64 ?? null
  const encounter = isObject(data) ? (idOrNull(data.encounter_id) ?? idOrNull(data.encounterId)) : null
  return {
    tenant: ctx.tenant,
    id,
    source: text('source') ?? '',
    type,
    subject: about ?? id,
    form: 'cloudevents',
    raw,
    data,
    occurredAt: rfc3339Ms(members.time) ?? ctx.now,
    encounterId: encounter ?? (type.startsWith('encounter.') ? idOrNull(about) : null),
    // The event's own trace is that of its beginning; the request's is that of its last hop.
    traceparent: incomingTrace(text('traceparent'), text('tracestate')) ?? ctx.traceparent,
    cause: idOrNull(text('causationid')) ?? ctx.chain?.cause ?? null,
    hops: ctx.chain?.hops ?? 0,
    origin: ctx.origin,
    schemaVersion: versionOf(members.schemaversion) ?? text('dataschema'),
  }
}

const versionOf = (value: Json | undefined) =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null
