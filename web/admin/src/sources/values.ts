/** The form of a pair, and what the program takes: both ways. */
import { carried } from '../ui/iso-duration.ts'
import type { Pair } from './systems.ts'

export type Marks = {
  /** Ids of API keys. */
  keys: string[]
  sources: string[]
  brokerUsers: string[]
  /** As they are written: `x-system: old`. */
  headers: string[]
}
export type SystemValues = { name: string; knownBy: Marks }
/** Named as in the API, so that what it finds wrong stands at its field. The first one of a new pair leads. */
export type Values = { pair: string; namespace: string; window: string | null; systems: SystemValues[] }

const NO_MARKS: Marks = { keys: [], sources: [], brokerUsers: [], headers: [] }

export const NEW: Values = {
  pair: '',
  namespace: '',
  window: 'PT15M',
  systems: [
    { name: '', knownBy: NO_MARKS },
    { name: '', knownBy: NO_MARKS },
  ],
}

/** What the form shows of a pair. */
export const valuesOf = ({ id, namespace, window, systems }: Pair): Values => ({
  pair: id,
  namespace,
  window: carried(window),
  systems: systems.map(({ name, knownBy: { headers = {}, ...marks } }) => ({
    name,
    knownBy: { ...NO_MARKS, ...marks, headers: Object.entries(headers).map(headerText) },
  })),
})

/**
 * The pair as the program takes it.
 * @param leader the name of the one that leads
 */
export const pairOf = ({ namespace, window, systems }: Values, leader: string) => ({
  ...(namespace.trim() === '' ? {} : { namespace: namespace.trim() }),
  ...(window === null ? {} : { window }),
  systems: systems.map(({ name, knownBy }) => ({
    name: name.trim(),
    role: name.trim() === leader.trim() ? ('leader' as const) : ('follower' as const),
    knownBy: knownOf(knownBy),
  })),
})

/** Only what says something. */
function knownOf({ headers, ...marks }: Marks) {
  const given = Object.entries(marks).filter(([, all]) => all.length > 0)
  const read = headers.flatMap((text) => headerIn(text) ?? [])
  return {
    ...(Object.fromEntries(given) as Partial<typeof marks>),
    ...(read.length === 0 ? {} : { headers: Object.fromEntries(read.map(({ name, value }) => [name, value])) }),
  }
}

export const headerText = ([name, value]: readonly [name: string, value: string]): string => `${name}: ${value}`

/** A header as it is written, with one space or none behind its colon; null where it is none. */
export function headerIn(text: string): { name: string; value: string } | null {
  const found = /^\s*([A-Za-z0-9-]{1,100})\s*: ?(.*\S.*)$/.exec(text)
  const [, name, value] = found ?? []
  return name === undefined || value === undefined ? null : { name, value }
}

/** Whether nothing says how a system is known. */
export const isUnknown = (marks: Marks): boolean => Object.values(marks).every((all) => all.length === 0)

/** The first of the headers that is none, or is named twice. */
export function wrongHeader(headers: readonly string[]): { written: string; why: 'noHeader' | 'twice' } | null {
  const seen = new Set<string>()
  for (const written of headers) {
    const name = headerIn(written)?.name.toLowerCase()
    if (name === undefined) return { written, why: 'noHeader' }
    if (seen.has(name)) return { written, why: 'twice' }
    seen.add(name)
  }
  return null
}
