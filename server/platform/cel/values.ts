import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator'
import { isoOf } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import { UNSAFE_NAMES } from '#platform/unsafe-names.ts'

/** What a run keeps of one value, in characters of JSON: a parked run stays small. */
export const VALUE_LIMIT = 8_192
const MAX_DEPTH = 16
type Made = { value: Json; fault?: undefined } | { value?: undefined; fault: string }

class Unfit extends Error {}

/**
 * What an expression gave, as JSON that the database takes: whole numbers as numbers while they are exact, times
 * and durations in ISO 8601, texts well-formed.
 */
export function jsonOf(value: unknown): Made {
  try {
    const left = { characters: VALUE_LIMIT }
    return { value: convert(value, 0, left) }
  } catch (error) {
    if (error instanceof Unfit) return { fault: error.message }
    throw error
  }
}

function convert(value: unknown, depth: number, left: { characters: number }): Json {
  switch (typeof value) {
    case 'boolean':
      take(left, 5)
      return value
    case 'string':
      take(left, value.length + 2)
      return storable(value)
    case 'number':
      if (!Number.isFinite(value)) throw new Unfit(`gives ${value}, which is no number that can be kept`)
      take(left, String(value).length + 1)
      return Object.is(value, -0) ? 0 : value
    case 'bigint': {
      const made = whole(value)
      take(left, String(made).length + 1)
      return made
    }
    case 'object':
      if (value !== null) return fromObject(value, depth, left)
      take(left, 5)
      return null
    default:
      throw new Unfit('gives something that cannot be kept')
  }
}

function fromObject(value: object, depth: number, left: { characters: number }): Json {
  if (depth >= MAX_DEPTH) throw new Unfit(`gives a value nested more than ${MAX_DEPTH} deep`)
  take(left, 2)
  if (Array.isArray(value)) return value.map((item) => convert(item, depth + 1, left))
  if (value instanceof Date) return timeOf(value)
  if (value instanceof Duration) return isoOf(value.valueOf())
  if (value instanceof UnsignedInt) return whole(value.value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new Unfit('gives something that cannot be kept')
  const made: { [name: string]: Json } = {}
  for (const [name, item] of Object.entries(value)) {
    if (UNSAFE_NAMES.has(name)) throw new Unfit(`gives a member ${name}, which is not allowed`)
    take(left, name.length + 4)
    made[storable(name)] = convert(item, depth + 1, left)
  }
  return made
}

function take(left: { characters: number }, characters: number): void {
  left.characters -= characters
  if (left.characters < 0) throw new Unfit(`gives a value of more than ${VALUE_LIMIT} characters`)
}

/** Sums of times and durations may lie beyond what a time can be, and have no text then. */
function timeOf(value: Date): string {
  if (Number.isNaN(value.getTime())) throw new Unfit('gives a time beyond all times')
  return value.toISOString()
}

function whole(value: bigint): number {
  const made = Number(value)
  if (!Number.isSafeInteger(made)) throw new Unfit(`gives ${value}, a whole number beyond 2^53`)
  return made
}

function storable(text: string): string {
  if (text.includes('\u0000')) throw new Unfit('gives a text with a NUL character, which cannot be kept')
  return text.isWellFormed() ? text : text.toWellFormed()
}
