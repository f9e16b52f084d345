import { Environment } from '@marcbachmann/cel-js'
import { constantFaults } from '#platform/cel/constants.ts'
import { type Budget, meter } from '#platform/cel/cost.ts'
import { mistakeIn, summaryOf } from '#platform/cel/mistakes.ts'
import { readNames } from '#platform/cel/names.ts'
import { jsonOf } from '#platform/cel/values.ts'
import { spend } from '#platform/effort.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'
import { storable } from '#platform/storable.ts'

/** A CEL expression that was parsed, checked and bounded. Only a language's `compile` makes it. */
export type Expression<Scope> = {
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
export type CelUse = 'condition' | 'value' | 'time' | 'key' | 'text' | 'list'

/**
 * `doubts`: why it cannot be answered as it stands, in whole or in part. Nobody may write it so; what was written before that
 * was seen can be asked all the same, and throws where it comes to that.
 */
export type Compiled<Scope> =
  | { cel: Expression<Scope>; doubts: readonly Sentence[]; faults?: undefined }
  | { cel?: undefined; doubts?: undefined; faults: readonly Sentence[] }

/** What a name holds: anything that JSON has, a text, or a time. */
export type RootType = 'dyn' | 'string' | 'google.protobuf.Timestamp'

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
  text: { types: new Set(['string']), says: { en: 'a text', es: 'un texto' } },
  list: { types: new Set(['list']), says: { en: 'a list', es: 'una lista' } },
  value: { types: new Set(), says: { en: 'a value', es: 'un valor' } },
}

const NUMBER = { en: 'a number', es: 'un número' }
/** What people call the types of CEL. */
const KINDS: { readonly [type: string]: Sentence } = {
  bool: { en: 'true or false', es: 'verdadero o falso' },
  string: { en: 'a text', es: 'un texto' },
  int: NUMBER,
  uint: NUMBER,
  double: NUMBER,
  list: { en: 'a list', es: 'una lista' },
  map: { en: 'an object', es: 'un objeto' },
  null: { en: 'nothing', es: 'nada' },
  'google.protobuf.Timestamp': { en: 'a time', es: 'una hora' },
  'google.protobuf.Duration': { en: 'a duration', es: 'una duración' },
}

/** Numbers of JSON are doubles in CEL; authors write `vars.count + 1`, so mixed arithmetic is allowed. */
function environment(roots: Readonly<Record<string, RootType>>): Environment {
  const made = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: false,
    limits: LIMITS,
  })
  for (const [root, type] of Object.entries(roots)) made.registerVariable(root, type)
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

/**
 * The expressions over some names and no others.
 * @returns parses and checks an expression and puts its bounds in place. An expression is compiled once: the same source
 *   gives the same object
 */
export function celLanguage<Scope>(
  roots: Readonly<Record<string, RootType>>,
): (source: string, use: CelUse) => Compiled<Scope> {
  const env = environment(roots)
  const names = Object.keys(roots)
  type Made = { cel: Expression<Scope>; type: string; doubts: readonly Sentence[] }
  const compiled = new Map<string, Made>()

  function compileNew(source: string): Made | { faults: readonly Sentence[] } {
    if (source.trim() === '') return { faults: [EMPTY] }
    if (source.length > EXPRESSION_LIMIT) return { faults: [TOO_LONG] }
    try {
      const parsed = env.parse(source)
      const read = readNames(parsed.ast, names)
      if (read.faults !== undefined) return read
      const checked = parsed.check()
      if (!checked.valid) return { faults: [mistakeIn(checked.error, source)] }
      const doubts = constantFaults(parsed.ast)
      const budget = meter(parsed.ast)
      const evaluate = parsed as (scope: Scope) => unknown
      const made = {
        cel: { source, roots: read.roots, paths: read.paths, evaluate, budget },
        type: checked.type ?? 'dyn',
        doubts,
      }
      if (compiled.size >= CACHED) compiled.delete(compiled.keys().next().value as string)
      compiled.set(source, made)
      return made
    } catch (error) {
      return { faults: [mistakeIn(error, source)] }
    }
  }

  return (source, use) => {
    const known = compiled.get(source) ?? compileNew(source)
    if ('faults' in known) return known
    const { cel, type, doubts } = known
    const { types, says } = USES[use]
    const family = type.replace(/<.*$/, '')
    if (types.size === 0 || types.has(family) || family === 'dyn') return { cel, doubts }
    const kind = KINDS[family] ?? { en: type, es: type }
    const gives = { en: `must give ${says.en}, and gives ${kind.en}`, es: `debe dar ${says.es}, y da ${kind.es}` }
    return { cel, doubts: [...doubts, gives] }
  }
}

const EMPTY = { en: 'must not be empty', es: 'no puede estar vacío' }
const TOO_LONG = {
  en: `is longer than ${EXPRESSION_LIMIT} characters`,
  es: `tiene más de ${EXPRESSION_LIMIT} caracteres`,
}

/** What an expression gives, as the library has it. @throws CelFault */
export function evaluate<Scope>(cel: Expression<Scope>, scope: Scope): unknown {
  let result: unknown
  try {
    cel.budget.start()
    result = cel.evaluate(scope)
  } catch (error) {
    throw new CelFault(`${summaryOf(error)} in ${shownCel(cel)}`, { cause: error })
  }
  // `||` and `exists` swallow errors of their parts, also this one.
  const spent = cel.budget.fault()
  spend(cel.budget.effort())
  if (spent !== null) throw new CelFault(`${spent} in ${shownCel(cel)}`)
  return result
}

/** The fault of an expression that asked for a member or item which is not there: its name, else null. */
export function absentIn(fault: CelFault): string | null {
  const { code, summary } = (fault.cause ?? {}) as { code?: string; summary?: string }
  return code === 'no_such_key' || code === 'index_out_of_bounds' ? (summary ?? '').replace('No such key: ', '') : null
}

/** An expression in a sentence about it. */
export const shownCel = ({ source }: { source: string }): string =>
  source.length <= 120 ? source : `${storable(source, 117)}…`

/** The value of an expression as JSON. @throws CelFault, also for what JSON cannot hold (an int over 2^53) */
export function resultOf<Scope>(cel: Expression<Scope>, scope: Scope): Json {
  const made = jsonOf(evaluate(cel, scope))
  if (made.fault !== undefined) throw new CelFault(`${made.fault} in ${shownCel(cel)}`)
  return made.value
}
