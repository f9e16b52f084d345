import {
  addFault,
  type FieldSource,
  type IntakeContext,
  idField,
  MAX_TYPE_BYTES,
  optionalIdField,
  requiredField,
  timeFault,
  typeField,
} from '#events/forms-fields.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import type { Fault } from '#platform/problem.ts'

/** The namespace of ids of the flat and enterprise forms over all doors, and of the events born here. */
export const DEFAULT_SOURCE = 'cauce:events'

/**
 * The flat form: eight fields in snake case, more are kept. Adds to `faults` and gives null when a field is bad.
 * @param raw the JSON text of `members` as it came
 */
export function readFlat(
  members: { [key: string]: Json },
  raw: string,
  ctx: IntakeContext,
  faults: Fault[],
  path = '',
): EventDraft | null {
  const before = faults.length
  const fields: FieldSource = { members, path, faults }
  const id = idField(fields, 'event_id')
  const type = typeField(fields, 'type')
  const subtype = typeField(fields, 'subtype')
  const encounterId = idField(fields, 'encounter_id')
  optionalIdField(fields, 'queue_id')
  optionalIdField(fields, 'patient_id')
  optionalIdField(fields, 'brand_id')
  const occurredAt = readDatetime(fields, ctx.now)
  const routingKey = `${type}.${subtype}`
  if (type !== '' && subtype !== '' && Buffer.byteLength(routingKey) > MAX_TYPE_BYTES) {
    addFault(fields, 'subtype', `must leave "type.subtype" within ${MAX_TYPE_BYTES} bytes`)
  }
  if (faults.length > before) return null
  return {
    tenant: ctx.tenant,
    id,
    source: ctx.defaultSource,
    type: routingKey,
    subject: encounterId,
    form: 'flat',
    raw,
    data: members,
    occurredAt,
    encounterId,
    traceparent: ctx.traceparent,
    cause: ctx.chain?.cause ?? null,
    hops: ctx.chain?.hops ?? 0,
    origin: ctx.origin,
  }
}

function readDatetime(fields: FieldSource, now: number): number {
  const value = requiredField(fields, 'datetime')
  if (value === undefined) return 0
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    addFault(fields, 'datetime', 'must be a whole number of milliseconds since 1970')
    return 0
  }
  const fault = timeFault(value, now)
  if (fault !== null) addFault(fields, 'datetime', fault)
  return value
}

export type Birth = {
  tenant: string
  id: string
  /** First part of the routing key (`encounter` unless said otherwise). */
  type?: string
  subtype: string
  encounterId: string
  queueId: string | null
  patientId: string | null
  brandId: string | null
  /** Domain milliseconds. */
  at: number
  /** Fields beside the eight; one of the eight here is overruled. */
  extra?: { readonly [name: string]: Json }
  cause: string | null
  hops: number
  traceparent: string | null
}

/** An event born here, in the flat form, with origin `internal`. */
export function bornEvent(birth: Birth): EventDraft {
  const type = birth.type ?? 'encounter'
  const own = {
    event_id: birth.id,
    type,
    subtype: birth.subtype,
    encounter_id: birth.encounterId,
    queue_id: birth.queueId,
    patient_id: birth.patientId,
    brand_id: birth.brandId,
    datetime: birth.at,
  }
  // Whoever reads it finds the eight first, as every flat event has them.
  const data = { ...own, ...birth.extra, ...own }
  return {
    tenant: birth.tenant,
    id: birth.id,
    source: DEFAULT_SOURCE,
    type: `${type}.${birth.subtype}`,
    subject: birth.encounterId,
    form: 'flat',
    raw: JSON.stringify(data),
    data,
    occurredAt: birth.at,
    encounterId: birth.encounterId,
    traceparent: birth.traceparent,
    cause: birth.cause,
    hops: birth.hops,
    origin: 'internal',
  }
}
