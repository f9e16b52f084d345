import type { TSchema } from '@sinclair/typebox'
import { type Check, exactCheck, MAX_FAULTS } from '#platform/schema/check.ts'
import { repaired } from '#platform/schema/repair.ts'
import type { Sentence } from '#platform/sentence.ts'

/** Data held against its schema. */
export type Judged = {
  /** As given, or with what is of the wrong kind replaced so that the rest can be looked at; null: past repair. */
  data: unknown
  /** Each with its path in dots. */
  faults: readonly { path: string; says: Sentence }[]
}

const checks = new Map<TSchema, Check>()

/** Compiled on first use; the schemas are few and fixed. */
function checkOf(schema: TSchema): Check {
  const known = checks.get(schema)
  if (known !== undefined) return known
  const made = exactCheck(schema)
  checks.set(schema, made)
  return made
}

/** Everything that is wrong with the shape of data, and what can still be compiled of it. */
export function judge(schema: TSchema, value: unknown): Judged {
  const check = checkOf(schema)
  const faults = check(value)
  if (faults === null) return { data: value, faults: [] }
  const data = repaired(value, faults)
  const left = check(data) ?? []
  // Of more faults than are told, the last ones may be of any kind.
  const fits = left.length < MAX_FAULTS && left.every(({ wanted }) => wanted === undefined)
  return {
    data: fits ? data : null,
    faults: faults.map(({ path, says }) => ({ path: path.slice(1).replaceAll('/', '.'), says: inSpanish(says) })),
  }
}

/** What patterns mean, which schemas say in English. */
export const PATTERNS_IN_SPANISH: ReadonlyMap<string, string> = new Map([
  ['Words between dots, without * and #: `encounter.closed`', 'palabras entre puntos, sin * ni #: `encounter.closed`'],
  ['Letters, digits, - and _', 'letras, cifras, - y _'],
  ['HH:MM', 'HH:MM'],
  [
    'A letter or _, then letters, digits, _ and -, at most 64',
    'una letra o _, y luego letras, cifras, _ y -, 64 como máximo',
  ],
  ['Name of a variable', 'el nombre de una variable'],
  ['Name of the variable that holds the item', 'el nombre de la variable que lleva el elemento'],
  [
    'Variable that gets outcome and variables of the other run',
    'la variable que recibe el resultado y las variables de la otra ejecución',
  ],
])
const MEANT = /^(no está escrito como debe: )(.*)$/s

function inSpanish(says: Sentence): Sentence {
  const [, start = '', words = ''] = MEANT.exec(says.es) ?? []
  return start === '' ? says : { ...says, es: `${start}${PATTERNS_IN_SPANISH.get(words) ?? words}` }
}

/** Faults found in data that had to be repaired, without those of the parts that were at fault before. */
export function beside<Fault extends { path?: string }>(
  found: readonly Fault[],
  base: string,
  { faults }: Judged,
): Fault[] {
  const known = faults.map(({ path }) => (path === '' ? base : `${base}.${path}`))
  return found.filter(({ path = '' }) => !known.some((at) => path === at || path.startsWith(`${at}.`)))
}
