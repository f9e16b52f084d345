import {
  addFault,
  characterFault,
  type FieldSource,
  type IntakeContext,
  idField,
  idOrNull,
  isObject,
  optionalIdField,
  requiredField,
  rfc3339Fault,
  rfc3339Ms,
  typeField,
} from '#events/forms-fields.ts'
import { memberTexts, objectText } from '#events/json-slices.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import type { Fault } from '#platform/problem.ts'

/**
 * The enterprise form: `eventId, eventType, occurredAt, payload, schemaVersion` are needed. `tenantId` is kept as
 * data and never selects a tenant. Adds to `faults` and gives null when a field is bad.
 */
export function readEnterprise(
  members: { [key: string]: Json },
  raw: string,
  ctx: IntakeContext,
  faults: Fault[],
  path = '',
): EventDraft | null {
  const before = faults.length
  const fields: FieldSource = { members, path, faults }
  const id = idField(fields, 'eventId')
  const type = typeField(fields, 'eventType')
  const occurredAt = readTime(fields, ctx.now)
  const payload = requiredField(fields, 'payload')
  if (payload !== undefined && !isObject(payload)) addFault(fields, 'payload', 'must be an object')
  const schemaVersion = readSchemaVersion(fields)
  optionalIdField(fields, 'tenantId')
  optionalIdField(fields, 'actorUserId')
  if (faults.length > before || !isObject(payload)) return null
  const encounterId = idOrNull(payload.encounterId)
  return {
    tenant: ctx.tenant,
    id,
    source: ctx.defaultSource,
    type,
    subject: encounterId ?? id,
    form: 'enterprise',
    raw,
    data: payload,
    occurredAt,
    encounterId,
    traceparent: ctx.traceparent,
    cause: ctx.chain?.cause ?? null,
    hops: ctx.chain?.hops ?? 0,
    origin: ctx.origin,
    schemaVersion,
  }
}

function readTime(fields: FieldSource, now: number): number {
  const value = requiredField(fields, 'occurredAt')
  if (value === undefined) return 0
  const fault = rfc3339Fault(value, now)
  if (fault !== null) addFault(fields, 'occurredAt', fault)
  return rfc3339Ms(value) ?? 0
}

/** "1.0" and 1 are both in use. */
function readSchemaVersion(fields: FieldSource): string {
  const value = requiredField(fields, 'schemaVersion')
  if (value === undefined) return ''
  if (typeof value === 'number' && value >= 0) return String(value)
  if (typeof value === 'string' && value !== '' && value.length <= 255 && characterFault(value) === null) return value
  addFault(fields, 'schemaVersion', 'must be a version: a text of 1 to 255 characters or a number')
  return ''
}

const CAMEL: ReadonlyMap<string, string> = new Map([
  ['type', 'type'],
  ['subtype', 'subtype'],
  ['encounter_id', 'encounterId'],
  ['queue_id', 'queueId'],
  ['patient_id', 'patientId'],
  ['brand_id', 'brandId'],
])
const SNAKE = new Map([...CAMEL].map(([snake, camel]) => [camel, snake]))

/**
 * Any event as the enterprise form's JSON text. A flat event becomes a payload in camel case with its further fields
 * under `extra`, so that {@link flatText} gives back what came in; values are copied as text, number by number.
 */
export function enterpriseText(event: EventDraft): string {
  if (event.form === 'enterprise') return event.raw
  const members = memberTexts(event.raw)
  const text = (name: string) => members.get(name)
  const payload = event.form === 'flat' ? payloadOfFlat(members) : (text('data') ?? text('data_base64') ?? 'null')
  return objectText([
    ['eventId', JSON.stringify(event.id)],
    ['eventType', JSON.stringify(event.type)],
    ['occurredAt', JSON.stringify(new Date(event.occurredAt).toISOString())],
    ['tenantId', JSON.stringify(event.tenant)],
    ['actorUserId', (event.form === 'cloudevents' ? text('actorid') : undefined) ?? 'null'],
    ['payload', payload.startsWith('{') ? payload : objectText([['value', payload]])],
    ['schemaVersion', (event.form === 'cloudevents' ? text('schemaversion') : undefined) ?? '"1.0"'],
  ])
}

function payloadOfFlat(members: ReadonlyMap<string, string>): string {
  const payload: [string, string][] = []
  const extra: [string, string][] = []
  for (const [name, value] of members) {
    const camel = CAMEL.get(name)
    if (camel !== undefined) payload.push([camel, value])
    else if (name !== 'event_id' && name !== 'datetime') extra.push([name, value])
  }
  if (extra.length > 0) payload.push(['extra', objectText(extra)])
  return objectText(payload)
}

/** The flat form's JSON text of a flat event, or of an enterprise event made from one; null for any other. */
export function flatText(event: EventDraft): string | null {
  if (event.form === 'flat') return event.raw
  if (event.form !== 'enterprise' || !isObject(event.data)) return null
  const { type, subtype, encounterId, extra } = event.data
  if (`${type}.${subtype}` !== event.type || typeof encounterId !== 'string') return null
  if (extra !== undefined && !isObject(extra)) return null
  const flat = new Map([['event_id', JSON.stringify(event.id)]])
  const members: [string, string][] = []
  for (const [name, value] of memberTexts(memberTexts(event.raw).get('payload') ?? '{}')) {
    const snake = SNAKE.get(name)
    if (snake !== undefined) members.push([snake, value])
    else if (name === 'extra') members.push(...memberTexts(value))
    else return null
  }
  for (const [name, value] of members) {
    if (flat.has(name)) return null
    flat.set(name, value)
  }
  return flat.has('datetime') ? null : objectText(flat.set('datetime', String(event.occurredAt)))
}
