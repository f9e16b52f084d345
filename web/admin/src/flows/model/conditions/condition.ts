/** What a field is compared with. */
export type Value =
  | { kind: 'text'; text: string }
  | { kind: 'number'; number: number }
  | { kind: 'yes'; yes: boolean }
  | { kind: 'list'; items: readonly string[] }
  /** Hours, minutes or seconds, as CEL writes them: `24h`. */
  | { kind: 'span'; count: number; unit: SpanUnit }

export type SpanUnit = 'h' | 'm' | 's'

/** What a comparison needs beside the field. */
export type Needs = 'value' | 'number' | 'text' | 'list' | 'span' | 'nothing'

/** How a field is judged, in the order in which people are asked. */
export const OPERATORS = {
  is: 'value',
  isNot: 'value',
  holds: 'nothing',
  holdsNot: 'nothing',
  more: 'number',
  least: 'number',
  less: 'number',
  most: 'number',
  contains: 'text',
  containsNot: 'text',
  starts: 'text',
  ends: 'text',
  oneOf: 'list',
  noneOf: 'list',
  includes: 'text',
  lacks: 'text',
  there: 'nothing',
  notThere: 'nothing',
  known: 'nothing',
  unknown: 'nothing',
  inMore: 'span',
  inLess: 'span',
  agoMore: 'span',
  agoLess: 'span',
} as const satisfies { readonly [operator: string]: Needs }
export type Operator = keyof typeof OPERATORS

/** `field` is empty until somebody chooses one. */
export type Rule = { readonly field: string; readonly operator: Operator; readonly value?: Value }
/** All of its parts hold, or any of them does. */
export type Group = { readonly join: 'all' | 'any'; readonly parts: readonly Part[] }
export type Part = Rule | Group

export const isGroup = (part: Part): part is Group => 'join' in part

/** A rule as it is added, before a field is chosen. */
export const EMPTY_RULE: Rule = { field: '', operator: 'is', value: { kind: 'text', text: '' } }

export const NOTHING_ASKED: Group = { join: 'all', parts: [] }

/** Names that conditions see. */
export const ROOTS = ['event', 'last', 'contact', 'encounter', 'queue', 'vars', 'now'] as const

/** A path that the builder can write: names between dots, beginning with one that conditions see. */
export const isPath = (path: string): boolean => {
  const [root = '', ...names] = path.split('.')
  return (ROOTS as readonly string[]).includes(root) && names.every((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
}
