import { CelFault, celLanguage, type Expression, evaluate, type RootType, shownCel } from '#platform/cel/language.ts'
import { isTime } from '#platform/cel/times.ts'
import type { Json } from '#platform/event.ts'

export { absentIn, CelFault, type CelUse, EXPRESSION_LIMIT, resultOf } from '#platform/cel/language.ts'

/** The names that conditions and texts may use, and nothing else. */
export const ROOTS = ['event', 'last', 'contact', 'encounter', 'queue', 'vars', 'now'] as const
export type Root = (typeof ROOTS)[number]

/** What one evaluation sees. Values are JSON, so there is nothing behind them but their own members. */
export type Scope = {
  event: Json
  last: Json
  contact: Json
  encounter: Json
  queue: Json
  vars: { readonly [name: string]: Json }
  now: Date
}

/** An expression over these names. Only `compileCel` makes it. */
export type Cel = Expression<Scope>

const types = Object.fromEntries(
  ROOTS.map((root) => [root, root === 'now' ? 'google.protobuf.Timestamp' : 'dyn'] satisfies [Root, RootType]),
)

/** Parses and checks an expression and puts its bounds in place; the same source gives the same object. */
export const compileCel = celLanguage<Scope>(types)

/** True when the expression reads a person, queue or conversation that is not known. */
const readsUnknown = (cel: Cel, scope: Scope): boolean =>
  (scope.queue === null && cel.roots.has('queue')) ||
  (scope.contact === null && cel.roots.has('contact')) ||
  (scope.encounter === null && cel.roots.has('encounter'))

/**
 * Whether a condition holds. One that cannot be answered because queue, contact or encounter is unknown does not.
 * @throws CelFault for any other error
 */
export function holds(cel: Cel, scope: Scope): boolean {
  let result: unknown
  try {
    result = evaluate(cel, scope)
  } catch (error) {
    if (readsUnknown(cel, scope) && cel.budget.fault() === null) return false
    throw error
  }
  if (typeof result === 'boolean') return result
  if (result === null && readsUnknown(cel, scope)) return false
  throw new CelFault(`gave ${result === null ? 'null' : typeof result}, not true or false, in ${shownCel(cel)}`)
}

/** A moment in epoch milliseconds: a CEL timestamp or an ISO 8601 text with its offset. @throws CelFault */
export function momentOf(cel: Cel, scope: Scope): number {
  const result = evaluate(cel, scope)
  const at =
    result instanceof Date
      ? result.getTime()
      : typeof result === 'string' && isTime(result)
        ? Date.parse(result)
        : Number.NaN
  if (Number.isNaN(at)) throw new CelFault(`gave no time in ${shownCel(cel)}`)
  return at
}

/** A text that identifies, or null when there is none. An error gives null as well: what has no key has no key. */
export function keyOf(cel: Cel, scope: Scope): string | null {
  let result: unknown
  try {
    result = evaluate(cel, scope)
  } catch {
    return null
  }
  const key = typeof result === 'bigint' || typeof result === 'number' ? String(result) : result
  return typeof key === 'string' && key !== '' && key.length <= 255 && !key.includes('\u0000')
    ? key.toWellFormed()
    : null
}
