import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Found } from '#platform/bounded-page.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { invalid } from '#platform/problem.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** The two query fields of every list; spread them into the route's own query schema. */
export const pageFields = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, description: 'How many items at most' }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2_000, description: '`nextCursor` of the page before; opaque' }),
  ),
}

/** Schema of a page of `item`, for a route's `answer`. */
export const pageSchema = <S extends TSchema>(item: S) =>
  Type.Object({ items: Type.Array(item), nextCursor: orNull(Type.String()) })

export type Page<Item> = { items: Item[]; nextCursor: string | null }

/**
 * A page of what `readPage` found.
 * @param cursorOf the position of the last item shown, as the sort key of the list
 */
export function pageFrom<Item>({ rows, more }: Found<Item>, cursorOf: (last: Item) => unknown): Page<Item> {
  const last = rows.at(-1)
  return { items: rows, nextCursor: more && last !== undefined ? writeCursor(cursorOf(last)) : null }
}

/**
 * A page from rows read with `limit + 1`: the extra row only says that there is more. For items that are always small;
 * others are read with `readPage`.
 * @param cursorOf the position of the last item shown, as the sort key of the list
 */
export const pageOf = <Item>(rows: readonly Item[], limit: number, cursorOf: (last: Item) => unknown): Page<Item> =>
  pageFrom({ rows: rows.slice(0, limit), more: rows.length > limit }, cursorOf)

export const writeCursor = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url')

/** A cursor that is a position, a version or the like. */
export const numberCursor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/**
 * Reads a cursor back into the position it was written from; undefined when there is none.
 * @throws Problem 400 when it is not one that `schema` accepts
 */
export function readCursor<S extends TSchema>(cursor: string | undefined, schema: S): Static<S> | undefined {
  if (cursor === undefined) return undefined
  let position: unknown
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    position = undefined
  }
  if (position === undefined || !Value.Check(schema, position)) {
    throw invalid({ path: '/cursor', message: 'is not a cursor of this list' })
  }
  return position
}
