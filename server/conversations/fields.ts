import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { Json } from '#platform/event.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { invalid, says } from '#platform/problem.ts'
import { isStorableJson } from '#platform/storable.ts'

/** What the database keeps as text: no NUL, no half of a surrogate pair. */
const PLAIN = '^[^\\u0000\\p{Cs}]*$'
/** Ids also appear in paths and logs: no control characters. */
const VISIBLE = '^[^\\u0000-\\u001f\\u007f\\p{Cs}]+$'

export const id = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: VISIBLE,
  description: 'Without control characters',
})
export const idParams = Type.Object({ id })
export const textOf = (maxLength: number, minLength = 1) =>
  Type.String({ minLength, maxLength, pattern: PLAIN, description: 'Without NUL and halves of surrogate pairs' })
/** A character that shows: neither blank nor one of those that only steer how others are shown. */
const SEEN = '[^\\s\\p{Cc}\\p{Cf}\\p{Z}]'
/** A text that somebody is to read. */
export const visibleText = (maxLength: number) =>
  Type.String({
    minLength: 1,
    maxLength,
    pattern: `^(?=[\\s\\S]*${SEEN})[^\\u0000\\p{Cs}]*$`,
    description: 'At least one character that shows; without NUL and halves of surrogate pairs',
  })
const seen = new RegExp(SEEN, 'u')
export const isVisible = (text: string): boolean => seen.test(text)
export const optional = <S extends TSchema>(schema: S) => Type.Optional(orNull(schema))
export const locale = Type.String({
  pattern: '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$',
  maxLength: 35,
  description: 'A language or locale: `es`, `es-CL`',
})
/** Said as it is by the platform: what looks like a variable would be read by a person. */
export const plainText = Type.String({
  minLength: 1,
  maxLength: 4_000,
  pattern: '^(?!.*\\{[{%])',
  description: 'Plain text, without variables',
})
export const moment = Type.String({ format: 'date-time' })

/** A JSON object of the caller's own making. */
export const freeObject = Type.Record(Type.String({ minLength: 1, maxLength: 100 }), Type.Unknown(), {
  maxProperties: 200,
})

/** Every message and every run of a flow reads the person whom it is about, hundreds of them at once. */
const MOST_BYTES = 65_536

/** @throws Problem 400 for what is too large, and what `jsonb` refuses: NUL and lone surrogates in any text or name */
export function keepable(value: Static<typeof freeObject>, path: string): { readonly [name: string]: Json } {
  const text = JSON.stringify(value)
  if (!isStorableJson(text))
    throw invalid({
      path,
      ...says('holds a NUL character or half of a surrogate pair', 'tiene un carácter que no se puede guardar'),
    })
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw invalid({
      path,
      ...says(`must have at most ${MOST_BYTES} bytes`, `debe tener como máximo ${MOST_BYTES} bytes`),
    })
  return value as { [name: string]: Json }
}

/** The cursor of a list in the order of ids. Cursors are not read with Unicode patterns, hence one of its own. */
export const idCursor = Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })
