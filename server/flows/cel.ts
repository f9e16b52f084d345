import { Environment } from '@marcbachmann/cel-js'
import { type Budget, meter } from '#flows/cel-cost.ts'
import { readNames } from '#flows/cel-names.ts'
import { jsonOf } from '#flows/values.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

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

/** A CEL expression that was parsed, checked and bounded. Only `compileCel` makes it. */
export type Cel = {
  readonly source: string
  readonly roots: ReadonlySet<string>
  /** First two segments of everything it reads: `vars.count`, `event.data`. */
  readonly paths: readonly string[]
  readonly evaluate: (scope: Scope) => unknown
  readonly budget: Budget
}

/** An expression has no value: a key is absent, types do not fit, a limit was passed. The same scope gives the same. */
export class CelFault extends Error {
  override readonly name = 'CelFault'
}

/** What the answer must be; `dyn` (known only when it runs) is taken for all. */
export type CelUse = 'condition' | 'value' | 'time' | 'key'

export const EXPRESSION_LIMIT = 2_000
const LIMITS = { maxAstNodes: 300, maxDepth: 24, maxListElements: 200, maxMapEntries: 100, maxCallArguments: 8 }
const CACHED = 2_000

const USES: Readonly<Record<CelUse, { types: ReadonlySet<string>; says: Sentence }>> = {
  condition: { types: new Set(['bool']), says: { en: 'true or false', es: 'verdadero o falso' } },
  time: { types: new Set(['google.protobuf.Timestamp', 'string']), says: { en: 'a time', es: 'una hora' } },
  key: {
    types: new Set(['string', 'int', 'uint', 'double', 'null']),
    says: { en: 'a text or a number', es: 'un texto o un número' },
  },
  value: { types: new Set(), says: { en: 'a value', es: 'un valor' } },
}

/** Numbers of JSON are doubles in CEL; authors write `vars.count + 1`, so mixed arithmetic is allowed. */
function environment(): Environment {
  const made = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: false,
    limits: LIMITS,
  })
  for (const root of ROOTS) made.registerVariable(root, root === 'now' ? 'google.protobuf.Timestamp' : 'dyn')
  const mixed: readonly [string, (a: number, b: number) => number][] = [
    ['+', (a, b) => a + b],
    ['-', (a, b) => a - b],
    ['*', (a, b) => a * b],
    ['/', (a, b) => a / b],
    ['%', (a, b) => a % b],
  ]
  for (const [op, apply] of mixed) {
    made.registerOperator(`double ${op} int`, (a: number, b: bigint) => apply(a, Number(b)))
    made.registerOperator(`int ${op} double: double`, (a: bigint, b: number) => apply(Number(a), b))
  }
  made.registerOperator('double % double', (a: number, b: number) => a % b)
  return made
}

const env = environment()
const compiled = new Map<string, { cel: Cel; type: string }>()

/**
 * Parses and checks an expression and puts its bounds in place. An expression is compiled once: the same source
 * gives the same object.
 */
export function compileCel(
  source: string,
  use: CelUse,
): { cel: Cel; faults?: undefined } | { cel?: undefined; faults: readonly Sentence[] } {
  const known = compiled.get(source) ?? compileNew(source)
  if ('faults' in known) return known
  const { types, says } = USES[use]
  if (types.size > 0 && !types.has(known.type) && known.type !== 'dyn') {
    return {
      faults: [
        {
          en: `must give ${says.en}, and gives ${known.type}`,
          es: `debe dar ${says.es}, y da ${known.type}`,
        },
      ],
    }
  }
  return { cel: known.cel }
}

function compileNew(source: string): { cel: Cel; type: string } | { faults: readonly Sentence[] } {
  if (source.trim() === '') return { faults: [EMPTY] }
  if (source.length > EXPRESSION_LIMIT) return { faults: [TOO_LONG] }
  try {
    const parsed = env.parse(source)
    const names = readNames(parsed.ast, ROOTS)
    if (names.faults !== undefined) return names
    const checked = parsed.check()
    if (!checked.valid) return { faults: [notUnderstood(checked.error)] }
    const budget = meter(parsed.ast)
    const made = {
      cel: { source, roots: names.roots, paths: names.paths, evaluate: parsed as (scope: Scope) => unknown, budget },
      type: checked.type ?? 'dyn',
    }
    if (compiled.size >= CACHED) compiled.delete(compiled.keys().next().value as string)
    compiled.set(source, made)
    return made
  } catch (error) {
    return { faults: [notUnderstood(error)] }
  }
}

const EMPTY = { en: 'must not be empty', es: 'no puede estar vacío' }
const TOO_LONG = {
  en: `is longer than ${EXPRESSION_LIMIT} characters`,
  es: `tiene más de ${EXPRESSION_LIMIT} caracteres`,
}

function notUnderstood(error: unknown): Sentence {
  const summary = summaryOf(error)
  return { en: `is not understood: ${summary}`, es: `no se entiende: ${summary}` }
}

/** The library's sentence without its drawing of the source. */
function summaryOf(error: unknown): string {
  const summary = (error as { summary?: unknown } | null)?.summary
  const text = typeof summary === 'string' ? summary : error instanceof Error ? error.message : String(error)
  return (text.split('\n', 1)[0] ?? '').slice(0, 300)
}

function run(cel: Cel, scope: Scope): unknown {
  let result: unknown
  try {
    cel.budget.start()
    result = cel.evaluate(scope)
  } catch (error) {
    throw new CelFault(`${summaryOf(error)} in ${shown(cel)}`, { cause: error })
  }
  // `||` and `exists` swallow errors of their parts, also this one.
  const spent = cel.budget.fault()
  if (spent !== null) throw new CelFault(`${spent} in ${shown(cel)}`)
  return result
}

const shown = (cel: Cel) => (cel.source.length <= 120 ? cel.source : `${cel.source.slice(0, 117)}…`)

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
    result = run(cel, scope)
  } catch (error) {
    if (readsUnknown(cel, scope) && cel.budget.fault() === null) return false
    throw error
  }
  if (typeof result === 'boolean') return result
  if (result === null && readsUnknown(cel, scope)) return false
  throw new CelFault(`gave ${result === null ? 'null' : typeof result}, not true or false, in ${shown(cel)}`)
}

/** The value of an expression as JSON. @throws CelFault, also for what JSON cannot hold (an int over 2^53) */
export function resultOf(cel: Cel, scope: Scope): Json {
  const result = run(cel, scope)
  const made = jsonOf(result)
  if (made.fault !== undefined) throw new CelFault(`${made.fault} in ${shown(cel)}`)
  return made.value
}

/** A moment in epoch milliseconds: a CEL timestamp or an ISO 8601 text with its offset. @throws CelFault */
export function momentOf(cel: Cel, scope: Scope): number {
  const result = run(cel, scope)
  const at =
    result instanceof Date
      ? result.getTime()
      : typeof result === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(result)
        ? Date.parse(result)
        : Number.NaN
  if (Number.isNaN(at)) throw new CelFault(`gave no time in ${shown(cel)}`)
  return at
}

/** A text that identifies, or null when there is none. An error gives null as well: what has no key has no key. */
export function keyOf(cel: Cel, scope: Scope): string | null {
  let result: unknown
  try {
    result = run(cel, scope)
  } catch {
    return null
  }
  const key = typeof result === 'bigint' || typeof result === 'number' ? String(result) : result
  return typeof key === 'string' && key !== '' && key.length <= 255 && !key.includes('\u0000')
    ? key.toWellFormed()
    : null
}
