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
    faults: faults.map(({ path, says }) => ({ path: path.slice(1).replaceAll('/', '.'), says })),
  }
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
