import type { Fault } from '#platform/problem.ts'

export type FlagValue = boolean | string

/** What a context declares: something that a person may switch while the program runs. */
export type FlagSpec<T extends FlagValue = FlagValue> = {
  /** The name of the source documents, or that of the setting that gives the default. */
  name: string
  /** Holds until somebody changes it: the value of the setting of the same name, where there is one. */
  default: T
  /** What it does, in a sentence for people. */
  effect: { es: string; en: string }
  /** `tenant`: each has its own. `installation`: one for all, and only the tenant that runs it sees and sets it. */
  scope: 'tenant' | 'installation'
  /** False: a change holds from the next start of each node. */
  live: boolean
  /** The values there are; absent: any text. */
  choices?: readonly T[]
  /** What speaks against a value; `reset`: it is the default that would come back. */
  check?(value: T, about: { tenant: string; reset: boolean }): Fault[]
}

const MAX_TEXT = 2_000

/** What is wrong with a value that somebody sends: its type, its length, its choices, what the flag's owner says. */
export function valueFaults(spec: FlagSpec, value: unknown, tenant: string): Fault[] {
  const fault = shapeFault(spec, value)
  if (fault !== null) return [{ path: '/value', message: fault }]
  return spec.check?.(value as FlagValue, { tenant, reset: false }) ?? []
}

/** A value out of the database: what is none any more, after an upgrade, counts as not set. */
export const storedValue = (spec: FlagSpec, value: unknown): FlagValue | undefined =>
  shapeFault(spec, value) === null ? (value as FlagValue) : undefined

function shapeFault({ default: fallback, choices }: FlagSpec, value: unknown): string | null {
  if (typeof value !== typeof fallback) return typeof fallback === 'boolean' ? 'must be a boolean' : 'must be a string'
  if (typeof value === 'string' && value.length > MAX_TEXT) return `must have at most ${MAX_TEXT} characters`
  if (choices !== undefined && !choices.includes(value as FlagValue)) return `must be one of ${choices.join(', ')}`
  return null
}
