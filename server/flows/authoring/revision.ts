import { type TInteger, Type } from '@sinclair/typebox'
import { namesTag } from '#platform/http/entity-tag.ts'

/** The entity tag of a draft. */
export const tagOf = (revision: number) => `"${revision}"`

/** Of the draft that a request is based on; the same as `If-Match`, for clients that cannot send headers. */
export const revision: TInteger = Type.Integer({
  minimum: 0,
  description: 'Of the draft that this is based on; the same as If-Match',
})

/** Whether a request is based on another draft than the stored one. Who says nothing takes whatever is there. */
export const isStale = (wanted: { tag: string | undefined; revision: number | undefined }, stored: number): boolean =>
  (wanted.revision !== undefined && wanted.revision !== stored) ||
  (wanted.tag !== undefined && !namesTag(wanted.tag, tagOf(stored)))

/** The revision that a request says it is based on, if it can be told. */
export function baseOf({ tag, revision: told }: { tag: string | undefined; revision: number | undefined }) {
  return told ?? Number(/^(?:W\/)?"(\d{1,9})"$/.exec(tag ?? '')?.[1] ?? Number.NaN)
}
