import { isObject } from '../../../ui/json-text.ts'
import type { Data, Json } from '../graph.ts'

/** An event of a case, taken apart for a form. */
export type EventParts = {
  /** How it is written: as conversations are told, in the envelope of an enterprise, or with what matters alone. */
  readonly form: 'flat' | 'enterprise' | 'short'
  readonly type: string
  readonly data: Data
  /** ISO 8601; null: it says none. */
  readonly time: string | null
  /** All else that stands in it. */
  readonly others: Data
}

const FLAT = ['subtype', 'event_id', 'encounter_id', 'datetime']
const ENTERPRISE = ['eventType', 'eventId', 'occurredAt', 'payload', 'schemaVersion']
const has = (event: Data, names: readonly string[]) => names.some((name) => event[name] !== undefined)

/** Takes an event apart; null where it is written in a way that no form shows. */
export function partsOf(event: Data): EventParts | null {
  if (has(event, FLAT)) {
    const { type, subtype, datetime, event_id, ...data } = event
    const time = datetime === undefined ? null : timeOf(datetime)
    if (typeof type !== 'string' || typeof subtype !== 'string' || time === undefined) return null
    const others: Data = event_id === undefined ? {} : { event_id }
    return { form: 'flat', type: `${type}.${subtype}`, data, time, others }
  }
  if (has(event, ENTERPRISE)) {
    const { eventType, occurredAt, payload = {}, ...others } = event
    return partsIn('enterprise', eventType, occurredAt, payload, others)
  }
  const { type, time, data = {}, ...others } = event
  return partsIn('short', type, time, data, others)
}

function partsIn(
  form: EventParts['form'],
  type: Json | undefined,
  time: Json | undefined,
  data: Json,
  others: Data,
): EventParts | null {
  if (typeof type !== 'string' || !isObject(data) || (time !== undefined && typeof time !== 'string')) return null
  return { form, type, data: data as Data, time: time ?? null, others }
}

/** Undefined: no time that a form shows. */
function timeOf(datetime: Json): string | undefined {
  const at = typeof datetime === 'number' ? new Date(datetime) : null
  return at === null || Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** Puts an event together again. */
export function eventOf({ form, type, data, time, others }: EventParts): Data {
  const plain = Object.keys(data).length === 0
  if (form === 'enterprise') {
    return {
      eventType: type,
      ...others,
      ...(time === null ? {} : { occurredAt: time }),
      ...(plain ? {} : { payload: data }),
    }
  }
  if (form === 'short') return { type, ...others, ...(time === null ? {} : { time }), ...(plain ? {} : { data }) }
  const dot = type.lastIndexOf('.')
  return {
    ...{ type: type.slice(0, dot), subtype: type.slice(dot + 1), ...others, ...data },
    ...(time === null ? {} : { datetime: Date.parse(time) }),
  }
}

/** Members of an example that say which event or message it was, and when: an invented one has none of them. */
const OF_THE_EXAMPLE = new Set(['event_id', 'datetime', 'message_id', 'round', 'silent_since', 'until'])
const isId = (name: string) => /(?:Id|_id)$/.test(name)

/**
 * An event of a type as the catalogue shows it, to start from. What `about` knows by the same name is about the same: the
 * conversation, the person, the appointment.
 * @param example of the catalogue; undefined where it has none
 */
export function eventLike(type: string, example: unknown, about: Data = {}): EventParts {
  const flat = type.startsWith('encounter.')
  const shown = isObject(example) ? (example as Data) : {}
  const told = Object.entries(shown).filter(
    ([name, value]) => value !== null && !(flat && (OF_THE_EXAMPLE.has(name) || name === 'type' || name === 'subtype')),
  )
  const data = Object.fromEntries(
    told.map(([name, value]) => [name, isId(name) && about[name] !== undefined ? about[name] : value] as const),
  )
  const known: Data = flat ? { encounter_id: about.encounter_id ?? 'e1', patient_id: about.patient_id ?? 'ana' } : {}
  return { form: flat ? 'flat' : 'short', type, data: { ...known, ...data }, time: null, others: {} }
}
