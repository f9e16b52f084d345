import {
  type Graph,
  type GraphEdge,
  type GraphFault,
  type GraphNode,
  MAX_EDGES,
  MAX_NODES,
  tooMany,
} from '#flows/graph.ts'
import { fileNameOf } from '#flows/portable/document.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'
import { storable } from '#platform/storable.ts'
import { UNSAFE_NAMES } from '#platform/unsafe-names.ts'

/** What could not be carried over from another product, or means something else here; null: it is about the whole. */
export type Note = { readonly nodeId: string | null; readonly says: Sentence }

/** More are of no use to anybody. */
const MAX_NOTES = 500

/** A file has more than a flow can: it is not read to its end. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
  readonly fault: GraphFault

  constructor(path: 'nodes' | 'edges', found: number) {
    super(`more ${path} than a flow can have`)
    this.fault = { nodeId: null, path, says: tooMany(found, path === 'nodes' ? MAX_NODES : MAX_EDGES) }
  }
}

type Members = { [name: string]: unknown }

const MOST_LABEL = 200
/** Whether what a step is called has letters that its id, which has plain ones, cannot say. */
const isMoreThanId = (called: string): boolean => /[^\p{ASCII}\P{L}]/u.test(called)

/** A graph under way. */
export type Drawing = {
  /** @returns the id, made of what the step is called */
  add(called: string, type: string, data: Members, at?: { x: number; y: number } | null): string
  edge(source: string, target: string, way?: string): void
  note(nodeId: string | null, en: string, es: string): void
  readonly notes: readonly Note[]
  graph(name: string): Graph
}

export function drawing(): Drawing {
  const nodes = new Map<string, GraphNode>()
  const edges: GraphEdge[] = []
  const notes: Note[] = []
  return {
    notes,
    add(called, type, data, at = null) {
      if (nodes.size >= MAX_NODES) throw new TooLarge('nodes', nodes.size + 1)
      const base = fileNameOf(called).slice(0, 60)
      let id = base
      for (let n = 2; nodes.has(id) || UNSAFE_NAMES.has(id); n++) id = `${base}-${n}`
      const position = at ?? { x: 0, y: nodes.size * 120 }
      const named = isMoreThanId(called) && data.label === undefined ? { label: storable(called, MOST_LABEL) } : {}
      nodes.set(id, { id, type, position, data: { ...data, ...named } as { [name: string]: Json } })
      return id
    },
    edge(source, target, way) {
      if (edges.length >= MAX_EDGES) throw new TooLarge('edges', edges.length + 1)
      edges.push({ id: String(edges.length + 1), source, target, ...(way === undefined ? {} : { sourceHandle: way }) })
    },
    note(nodeId, en, es) {
      if (notes.length < MAX_NOTES) notes.push({ nodeId, says: { en, es } })
    },
    graph: (name) => ({ name: storable(name, 200), nodes: [...nodes.values()], edges }),
  }
}

/** Whatever another product wrote there: nothing is taken for granted. */
export const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
export const listOf = (value: unknown): Members[] => (Array.isArray(value) ? value.map(membersOf) : [])
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
export const numberIn = (value: unknown): number | null => {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof read === 'number' && Number.isFinite(read) ? read : null
}

/** A member that a table has itself, whatever name a file asks it for. */
export const ownIn = <Value>(table: { readonly [name: string]: Value }, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** A name that CEL and Liquid can write after a dot. */
export function variableOf(called: string): string {
  const plain = called
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=\d)|^$/, '_')
    .slice(0, 60)
  return /^(__proto__|constructor|prototype|size|first|last)$/.test(plain) ? `${plain}_` : plain
}

/** The words of an event type that somebody else's name gives. */
export const eventTypeOf = (called: string): string =>
  called
    .slice(0, 200)
    .replace(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100) || 'event'

const UNITS: { readonly [unit: string]: { says: (n: number) => string; seconds: number | null } } = {
  second: { says: (n) => `PT${n}S`, seconds: 1 },
  minute: { says: (n) => `PT${n}M`, seconds: 60 },
  hour: { says: (n) => `PT${n}H`, seconds: 3_600 },
  day: { says: (n) => `P${n}D`, seconds: 86_400 },
  week: { says: (n) => `P${n}W`, seconds: 604_800 },
  month: { says: (n) => `P${n}M`, seconds: null },
}

/** So many hours, days, …, half a one too: an ISO 8601 duration in whole seconds; null where it is none. */
export function durationOf(amount: unknown, unit: unknown): string | null {
  const n = numberIn(amount)
  const made = ownIn(UNITS, textIn(unit).toLowerCase().replace(/s$/, ''))
  if (n === null || n <= 0 || made === undefined) return null
  if (Number.isInteger(n)) return made.says(n)
  if (made.seconds === null) return null
  // What floats leave over is no second.
  const seconds = Math.ceil(Math.round(n * made.seconds * 1_000) / 1_000) || 1
  return seconds % 3_600 === 0 ? `PT${seconds / 3_600}H` : seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`
}

/** A member of a value in CEL and Liquid alike; a number is an item of a list. */
export const memberPath = (base: string, path: readonly string[]): string =>
  path.reduce((at, part) => {
    if (/^[A-Za-z_]\w*$/.test(part)) return `${at}.${part}`
    return /^\d{1,9}$/.test(part) ? `${at}[${Number(part)}]` : `${at}[${JSON.stringify(part)}]`
  }, base)

/** What people read of a page. */
export function wordsIn(html: string): string {
  let words = ''
  let from = 0
  for (const { index, 1: name } of html.matchAll(/<(style|script)\b/gi)) {
    if (index < from) continue
    const end = new RegExp(`</${name}>`, 'gi')
    end.lastIndex = index
    words += html.slice(from, index)
    from = end.exec(html)?.index ?? html.length
  }
  return `${words}${html.slice(from)}`
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
