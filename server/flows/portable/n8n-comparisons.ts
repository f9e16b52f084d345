import { ownIn, textIn } from '#flows/portable/drawing.ts'
import { isField, isMissing, isThere, valueOr } from '#flows/portable/there.ts'

/*
 * Comparisons of n8n with what they mean there of a field that is missing or null: a text is then empty, a list has
 * nothing in it, null is 0 as a number, and a missing number is neither more nor less than any. A branch does not hold
 * where a field is missing, so that only what holds without it asks for it.
 */

/** Both sides as CEL. `type`: of n8n. `old`: of version 1, which takes a missing number for 0. */
export type Sides = { left: string; right: string; type: string; old: boolean }
type Make = (sides: Sides) => string

/** Holds where the field is missing too. */
const orMissing = (field: string, rest: string): string => (isField(field) ? `${isMissing(field)} || ${rest}` : rest)
const orNothing = (field: string, rest: string): string =>
  isField(field) ? orMissing(field, `${field} == null || ${rest}`) : rest
/** Holds only where it is not null. */
const andNotNull = (field: string, rest: string): string => (isField(field) ? `${field} != null && ${rest}` : rest)

/** Asks a text for another. What is empty may be in nothing as well, so a field on both sides is read as a text. */
const asked = (left: string, method: string, right: string): string =>
  isField(right)
    ? `${isField(left) ? text(left) : `(${left})`}.${method}(${text(right)})`
    : andNotNull(left, `${isField(left) ? left : `(${left})`}.${method}(${right})`)
const askedNot = (left: string, method: string, right: string): string =>
  isField(right)
    ? `!${asked(left, method, right)}`
    : orNothing(left, `!${isField(left) ? left : `(${left})`}.${method}(${right})`)

const isText = ({ type }: Sides): boolean => type !== 'number' && type !== 'boolean' && type !== 'dateTime'
const isMany = ({ type }: Sides): boolean => type === 'array' || type === 'object'
const text = (cel: string): string => valueOr(cel, '""')

const equals: Make = (sides) => {
  const { left, right, old } = sides
  if (!isText(sides)) return `${left} == ${right}`
  if (right === '""' && !old) return isEmpty(sides)
  return isField(right) ? `${text(left)} == ${text(right)}` : `${left} == ${right}`
}
const notEquals: Make = (sides) => {
  const { left, right, type, old } = sides
  if (type === 'dateTime') return andNotNull(left, `${left} != ${right}`)
  if (isText(sides) && right === '""' && !old) return andNotNull(left, `${left} != ""`)
  return isField(right) ? `${text(left)} != ${text(right)}` : orMissing(left, `${left} != ${right}`)
}

const isEmpty: Make = (sides) =>
  isMany(sides) ? orNothing(sides.left, `size(${sides.left}) == 0`) : orNothing(sides.left, `${sides.left} == ""`)
const isNotEmpty: Make = (sides) =>
  isMany(sides) ? andNotNull(sides.left, `size(${sides.left}) > 0`) : andNotNull(sides.left, `${sides.left} != ""`)

const order =
  (sign: string, holds: (difference: number) => boolean): Make =>
  ({ left, right, old }) => {
    const number = Number(right)
    if (right === '' || Number.isNaN(number)) {
      const read = (cel: string) => (old ? valueOr(cel, '0') : isField(cel) ? `(${cel} == null ? 0 : ${cel})` : cel)
      return `${read(left)} ${sign} ${read(right)}`
    }
    const rest = `${left} ${sign} ${right}`
    if (!isField(left)) return rest
    if (!holds(-number)) return andNotNull(left, rest)
    return old ? orNothing(left, rest) : `${isThere(left)} && (${left} == null || ${rest})`
  }
const more = order('>', (difference) => difference > 0)
const least = order('>=', (difference) => difference >= 0)
const less = order('<', (difference) => difference < 0)
const most = order('<=', (difference) => difference <= 0)

const contains: Make = (sides) => {
  const { left, right } = sides
  return isMany(sides) ? andNotNull(left, `${right} in ${left}`) : asked(left, 'contains', right)
}
const containsNot: Make = (sides) => {
  const { left, right } = sides
  return isMany(sides) ? orNothing(left, `!(${right} in ${left})`) : askedNot(left, 'contains', right)
}
const has =
  (method: string): Make =>
  ({ left, right }) =>
    asked(left, method, right)
const hasNot =
  (method: string): Make =>
  ({ left, right }) =>
    askedNot(left, method, right)
const length =
  (sign: string): Make =>
  ({ left, right }) =>
    `${valueOr(left, '0', `size(${left})`)} ${sign} ${right}`

/** By their names of both versions, in small letters. */
const COMPARISONS: { readonly [operation: string]: Make } = {
  equals,
  equal: equals,
  notequals: notEquals,
  notequal: notEquals,
  gt: more,
  larger: more,
  gte: least,
  largerequal: least,
  lt: less,
  smaller: less,
  lte: most,
  smallerequal: most,
  contains,
  notcontains: containsNot,
  startswith: has('startsWith'),
  notstartswith: hasNot('startsWith'),
  endswith: has('endsWith'),
  notendswith: hasNot('endsWith'),
  true: ({ left }) => `${left} == true`,
  false: ({ left }) => orNothing(left, `${left} == false`),
  empty: isEmpty,
  isempty: isEmpty,
  notempty: isNotEmpty,
  isnotempty: isNotEmpty,
  exists: ({ left }) => (isField(left) ? `${isThere(left)} && ${left} != null` : `${left} != null`),
  notexists: ({ left }) => orMissing(left, `${left} == null`),
  lengthequals: length('=='),
  lengthnotequals: length('!='),
  lengthgt: length('>'),
  lengthgte: length('>='),
  lengthlt: length('<'),
  lengthlte: length('<='),
}
/** Whether what is compared is how long a list is, and not the list. */
export const comparesLength = (operation: unknown): boolean => /^length/i.test(textIn(operation))

/** One comparison; null where there is none like it here. */
export function comparison(operation: unknown, sides: Sides): string | null {
  const name = textIn(operation).toLowerCase()
  if (comparesLength(name) && !isMany(sides)) return null
  return ownIn(COMPARISONS, name)?.(sides) ?? null
}
