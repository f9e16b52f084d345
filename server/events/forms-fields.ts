import type { Chain } from '#platform/chain.ts'
import type { Json } from '#platform/event.ts'
import type { Fault } from '#platform/problem.ts'

/** What a door knows of an event besides its body. */
export type IntakeContext = {
  /** From the credential alone. */
  tenant: string
  /** Domain milliseconds. */
  now: number
  /** The door: `rest`, `amqp`, … */
  origin: string
  /** Trace of the request that brought it. */
  traceparent: string | null
  /** What of ours led to it, where the door can tell. */
  chain?: Chain
  /** The namespace of ids of the flat and enterprise forms. */
  defaultSource: string
}

export type Members = { readonly [name: string]: Json | undefined }

/** A JSON object, not an array and not null. */
export const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where fields are read from, and where every fault is kept, so that a caller learns all of them at once. */
export type FieldSource = { members: Members; path: string; faults: Fault[] }

export function addFault(from: FieldSource, name: string, message: string): void {
  from.faults.push({ path: `${from.path}/${name}`, message })
}

/** A value, or undefined and a fault when it is missing. */
export function requiredField(from: FieldSource, name: string): Json | undefined {
  const value = from.members[name]
  if (value !== undefined && value !== null) return value
  addFault(from, name, 'is required')
  return undefined
}

/** A required text that passes `check`; '' and a fault otherwise. */
function checkedText(from: FieldSource, name: string, check: (value: unknown) => string | null): string {
  const value = requiredField(from, name)
  if (value === undefined) return ''
  const fault = check(value)
  if (fault === null) return String(value)
  addFault(from, name, fault)
  return ''
}

/** An id of 1 to 255 characters; '' and a fault otherwise. */
export const idField = (from: FieldSource, name: string): string => checkedText(from, name, idFault)

/** An id that may be absent or null. */
export const optionalIdField = (from: FieldSource, name: string): string | null =>
  from.members[name] === undefined || from.members[name] === null ? null : idField(from, name)

/** A routing key or a part of it; '' and a fault otherwise. */
export const typeField = (from: FieldSource, name: string): string => checkedText(from, name, typeFault)

const MAX_ID_CHARACTERS = 255
/** AMQP's limit of a routing key. */
export const MAX_TYPE_BYTES = 255

/** Why a value is no id: ids are strings of 1 to 255 characters without control characters. */
export function idFault(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string'
  if (value === '') return 'must not be empty'
  if (
    value.length > MAX_ID_CHARACTERS &&
    (value.length > 2 * MAX_ID_CHARACTERS || [...value].length > MAX_ID_CHARACTERS)
  ) {
    return `must have at most ${MAX_ID_CHARACTERS} characters`
  }
  return characterFault(value)
}

/**
 * A value that stands for an id, as an expression gives it: a number is its digits, unless some of them are lost already;
 * then two of them would be one.
 */
export function idOfValue(value: unknown): { id: string; fault?: undefined } | { fault: string } {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return {
      fault: 'is a number of so many digits that the last ones are lost: its sender would have to write it as text',
    }
  const id = typeof value === 'number' ? String(value) : value
  const fault = idFault(id)
  return fault === null ? { id: id as string } : { fault }
}

/** The value as an id, or null when it cannot be one. */
export const idOrNull = (value: unknown): string | null =>
  typeof value === 'string' && idFault(value) === null ? value : null

/** Why a value is no event type: `*` and `#` belong to patterns, and a routing key has at most 255 bytes. */
export function typeFault(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string'
  if (value === '') return 'must not be empty'
  if (value.length > MAX_TYPE_BYTES || Buffer.byteLength(value) > MAX_TYPE_BYTES) {
    return `must have at most ${MAX_TYPE_BYTES} bytes`
  }
  if (/[*#]/.test(value)) return 'must not hold * or #'
  return characterFault(value)
}

const PRINTABLE = /^[\x20-\x7e]*$/
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u

/** CloudEvents' String (and ours): no control characters, no noncharacters, no lone surrogates. */
export function characterFault(text: string): string | null {
  if (PRINTABLE.test(text) || !FORBIDDEN.test(text)) return null
  return 'must not hold control characters, noncharacters or lone surrogates'
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|([+-])(\d\d):(\d\d))$/
const EARLIEST_MS = -62_135_596_800_000 // 0001-01-01, the first day that timestamptz and ISO 8601 write alike
const LATEST_MS = 253_402_300_799_999 // 9999-12-31

/** Milliseconds of an RFC 3339 time of the years 1 to 9999, null when the text is none (30 February, 24:00, …). */
export function rfc3339Ms(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 64) return null
  const text = value.toUpperCase()
  const parts = RFC3339.exec(text)
  if (parts === null) return null
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null
  if (hour > 23 || minute > 59 || second > 60 || Number(parts[10] ?? 0) > 23 || Number(parts[11] ?? 0) > 59) return null
  // A leap second counts as the first moment of the next minute, and stands at the end of a UTC day only.
  const leap = second === 60
  const ms = Date.parse(leap ? text.replace(/:60(\.\d+)?/, ':59') : text) + (leap ? 1000 : 0)
  if (leap && ms % 86_400_000 !== 0) return null
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : null
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const YEAR_2000_MS = 946_684_800_000
const DAY_MS = 86_400_000

/** Said of the time of an event in every form. */
export const TIME_BOUNDS = 'from the year 2000 to a day from now'

/**
 * Why nothing can have happened at this time: it is a mistake in units, or of a clock.
 * @param at domain milliseconds, as is `now`
 */
export const timeFault = (at: number, now: number): string | null =>
  at < YEAR_2000_MS || at > now + DAY_MS ? 'must lie between the year 2000 and one day from now' : null

export const NO_TIME = 'must be an RFC 3339 time, for example 2026-04-04T17:10:00Z'

/** Why a value is no time, written as RFC 3339 has it, at which an event can have happened. */
export function rfc3339Fault(value: unknown, now: number): string | null {
  const at = rfc3339Ms(value)
  return at === null ? NO_TIME : timeFault(at, now)
}
