import { compileCel } from '#flows/cel.ts'
import { listOf, memberPath, membersOf, numberIn, ownIn, textIn } from '#flows/portable/drawing.ts'
import { ofContact } from '#flows/portable/novu-texts.ts'
import { isMissing, isThere } from '#flows/portable/there.ts'
import { IS_NUMBER } from '#flows/portable/typebot-values.ts'

/*
 * On what a step of Novu is done: rules of JSON Logic (`skip`, which in spite of its name says when it is done), and the
 * `filters` of older templates.
 */

type Members = { [name: string]: unknown }

/** Deeper rules are not read. */
const MOST_DEEP = 20

/** What a step asks, as it was written; null: nothing. */
export function conditionsOf(step: Members, controls: Members): Members | null {
  if (Object.keys(membersOf(controls.skip)).length > 0) return { skip: controls.skip }
  return listOf(step.filters).length > 0 ? { filters: step.filters } : null
}

/** Conditions as an expression. @returns null where something is asked that nothing here knows */
export function whenOf({ skip, filters }: Members): string | null {
  const when = skip === undefined ? anyOf(listOf(filters).map(groupOf)) : ruleOf(skip, 0)
  return when !== null && compileCel(when, 'condition').cel !== undefined ? when : null
}

const joined = (parts: readonly (string | null)[], sign: string): string | null =>
  parts.length === 0 || parts.includes(null) ? null : parts.map((part) => `(${part})`).join(` ${sign} `)
const anyOf = (parts: readonly (string | null)[]): string | null =>
  parts.length === 1 ? (parts[0] ?? null) : joined(parts, '||')
const allOf = (parts: readonly (string | null)[]): string | null =>
  parts.length === 1 ? (parts[0] ?? null) : joined(parts, '&&')
const not = (when: string | null): string | null => (when === null ? null : `!(${when})`)

/** A name of Novu's as a path of ours: of the payload or of the subscriber. */
function pathOf(name: string): string | null {
  const [root, first, ...rest] = name.split('.')
  if (first === undefined || [first, ...rest].includes('')) return null
  if (root === 'payload') return memberPath('event.data', [first, ...rest])
  return root === 'subscriber' ? memberPath(ofContact(first), rest) : null
}

type Compare = (path: string, value: unknown) => string | null

/** Holds only where the field is there. */
const there = (path: string, rest: string): string => `${isThere(path)} && ${path} != null && ${rest}`

/** Both products compare `true` with "true" and 5 with "5", so texts are compared here. */
const equals: Compare = (path, value) => {
  if (value === null) return `${isMissing(path)} || ${path} == null`
  return typeof value === 'object' || value === undefined
    ? null
    : there(path, `string(${path}) == ${JSON.stringify(String(value))}`)
}
const order =
  (sign: string): Compare =>
  (path, value) => {
    const number = typeof value === 'object' ? null : numberIn(value)
    return number === null
      ? null
      : there(path, `[string(${path})].exists(n, ${IS_NUMBER} && double(n) ${sign} double("${number}"))`)
  }
const asks =
  (method: string): Compare =>
  (path, value) =>
    typeof value === 'string' ? there(path, `string(${path}).${method}(${JSON.stringify(value)})`) : null
const among: Compare = (path, value) =>
  Array.isArray(value) && value.every((one) => typeof one !== 'object')
    ? there(path, `string(${path}) in ${JSON.stringify(value.map(String))}`)
    : null
const notSo =
  (compare: Compare): Compare =>
  (path, value) =>
    not(compare(path, value))

/** Of JSON Logic, with those that Novu adds to it. */
const OPERATORS: { readonly [sign: string]: Compare } = {
  '==': equals,
  '=': equals,
  '===': equals,
  '!=': notSo(equals),
  '!==': notSo(equals),
  '>': order('>'),
  '>=': order('>='),
  '<': order('<'),
  '<=': order('<='),
  in: among,
  notIn: notSo(among),
  startsWith: asks('startsWith'),
  beginsWith: asks('startsWith'),
  endsWith: asks('endsWith'),
}
/** The same the other way round: what is written first is the value. */
const TURNED: { readonly [sign: string]: string } = { '>': '<', '>=': '<=', '<': '>', '<=': '>=' }

/** The path of `{"var": …}`; null: it is none, or of something that nothing here knows. */
function variableIn(value: unknown): string | null {
  const { var: named } = membersOf(value)
  return pathOf(textIn(Array.isArray(named) ? named[0] : named))
}

function ruleOf(rule: unknown, depth: number): string | null {
  const [only, ...others] = Object.entries(membersOf(rule))
  if (only === undefined || others.length > 0 || depth > MOST_DEEP) return null
  const [sign, given] = only
  const parts: unknown[] = Array.isArray(given) ? given : [given]
  if (sign === 'and') return allOf(parts.map((part) => ruleOf(part, depth + 1)))
  if (sign === 'or') return anyOf(parts.map((part) => ruleOf(part, depth + 1)))
  if (sign === '!') return parts.length === 1 ? not(ruleOf(parts[0], depth + 1)) : null
  const [left, right, end] = parts
  if (parts.length === 3)
    return allOf([ruleOf({ [sign]: [left, right] }, depth + 1), ruleOf({ [sign]: [right, end] }, depth + 1)])
  const [path, turned] = [variableIn(left), variableIn(right)]
  if (parts.length !== 2) return null
  if (path !== null) return ownIn(OPERATORS, sign)?.(path, right) ?? null
  const same = /^[!=]=*$/.test(sign) ? sign : ownIn(TURNED, sign)
  return turned === null || same === undefined ? null : (ownIn(OPERATORS, same)?.(turned, left) ?? null)
}

/** Of the older filters. */
const FILTERS: { readonly [operator: string]: Compare } = {
  EQUAL: equals,
  NOT_EQUAL: notSo(equals),
  LARGER: order('>'),
  LARGER_EQUAL: order('>='),
  SMALLER: order('<'),
  SMALLER_EQUAL: order('<='),
  LIKE: asks('contains'),
  NOT_LIKE: notSo(asks('contains')),
  IS_DEFINED: (path) => isThere(path),
}

function groupOf({ children, value, isNegated }: Members): string | null {
  if (isNegated === true) return null
  const parts = listOf(children).map(({ on, field, operator, value }) => {
    const path = pathOf(`${textIn(on)}.${textIn(field)}`)
    return path === null ? null : (ownIn(FILTERS, textIn(operator))?.(path, value) ?? null)
  })
  return textIn(value) === 'OR' ? anyOf(parts) : allOf(parts)
}
