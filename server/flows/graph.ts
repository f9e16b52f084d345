import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'
import { UNSAFE_NAMES } from '#platform/unsafe-names.ts'

/** A node as React Flow keeps it. What else the editor keeps with it (sizes, selection) is left alone. */
export type GraphNode = {
  id: string
  type: string
  position?: { x: number; y: number }
  data: { [name: string]: Json }
}

export type GraphEdge = { id: string; source: string; target: string; sourceHandle?: string | null }

export type GraphSettings = {
  key?: string
  onePerKey?: boolean
  cancelOn?: (string | { event: string; where?: string; samePerson?: boolean })[]
  /** ISO 8601 duration after which a run is ended. */
  timeLimit?: string
  /** Id of the flow that is begun when a run fails. */
  onError?: string
  goal?: { event: string; within?: string; ends?: boolean }
  /** ISO 8601 duration in which a key begins one run at most. */
  oncePer?: string
  concurrency?: number
  rate?: { limit: number; per: string }
  debounce?: string
  batch?: { size: number; within: string }
  priority?: string
}

/** The graph of a flow: stored, exported and drawn in this form. */
export type Graph = {
  name?: string
  description?: string
  settings?: GraphSettings
  nodes: GraphNode[]
  edges: GraphEdge[]
}

/** Something that keeps a graph from running, with the node it belongs to. */
export type GraphFault = { nodeId: string | null; label?: string; path?: string; says: Sentence }

export const MAX_NODES = 2_000
export const MAX_EDGES = 5_000
/** Members, items and characters of a whole graph; a thousand honest nodes have a tenth of it. */
const MAX_VALUES = 100_000
const MAX_CHARACTERS = 1_000_000
const MAX_STRING = 65_536
const MAX_DEPTH = 40
/** More are of no use to anybody. */
export const MAX_FAULTS = 500

const MEMBERS: ReadonlySet<string> = new Set(['name', 'description', 'settings', 'nodes', 'edges', 'viewport'])
const ID = /^[^\p{Cc}/]{1,100}$/u

const NO_GRAPH = { en: 'must be an object with nodes and edges', es: 'debe ser un objeto con nodes y edges' }
const NO_LIST = { en: 'must be an array', es: 'debe ser una lista' }
const NO_OBJECT = { en: 'must be an object', es: 'debe ser un objeto' }
const NO_TEXT = { en: 'must be a text', es: 'debe ser un texto' }
const NO_MEMBER = { en: 'is no member of a graph', es: 'no es parte de un grafo' }
const NO_NAME = {
  en: 'must be a text of at most 200 characters',
  es: 'debe ser un texto de 200 caracteres como máximo',
}
const LONG_TEXT = {
  en: `holds a text of more than ${MAX_STRING} characters`,
  es: `contiene un texto de más de ${MAX_STRING} caracteres`,
}
const UNKEEPABLE = {
  en: 'holds a text with a character that cannot be kept',
  es: 'contiene un texto con un carácter que no se puede guardar',
}
const TOO_DEEP = { en: `is nested more than ${MAX_DEPTH} deep`, es: `está anidado a más de ${MAX_DEPTH} niveles` }
const UNSAFE_NAME = { en: 'is a name that is not allowed', es: 'es un nombre que no se permite' }
export const tooMany = (found: number, most: number): Sentence => ({
  en: `holds ${found}; at most ${most} are allowed`,
  es: `contiene ${found}; se permiten ${most} como máximo`,
})
const holdsMore = (most: number, en: string, es: string): Sentence => ({
  en: `holds more than ${most} ${en}`,
  es: `contiene más de ${most} ${es}`,
})

const isObject = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What makes a value no graph at all, drafts included: too much of it, members that may not be, nodes and edges
 * that are none. Looks at nothing twice and stops at the first limit.
 */
export function shapeFaults(value: unknown): GraphFault[] {
  if (!isObject(value)) return [{ nodeId: null, says: NO_GRAPH }]
  const { nodes, edges } = value
  if (!Array.isArray(nodes)) return [{ nodeId: null, path: 'nodes', says: NO_LIST }]
  if (!Array.isArray(edges)) return [{ nodeId: null, path: 'edges', says: NO_LIST }]
  if (nodes.length > MAX_NODES) {
    return [{ nodeId: null, path: 'nodes', says: tooMany(nodes.length, MAX_NODES) }]
  }
  if (edges.length > MAX_EDGES) {
    return [{ nodeId: null, path: 'edges', says: tooMany(edges.length, MAX_EDGES) }]
  }
  const tooMuch = sizeFault(value)
  if (tooMuch !== null) return [{ nodeId: null, ...tooMuch }]
  const faults: GraphFault[] = []
  for (const name of Object.keys(value)) {
    if (!MEMBERS.has(name)) faults.push({ nodeId: null, path: name, says: NO_MEMBER })
  }
  if (value.name !== undefined && (typeof value.name !== 'string' || value.name.length > 200)) {
    faults.push({ nodeId: null, path: 'name', says: NO_NAME })
  }
  if (value.settings !== undefined && !isObject(value.settings)) {
    faults.push({ nodeId: null, path: 'settings', says: NO_OBJECT })
  }
  nodes.forEach((node, i) => void faults.push(...nodeFaults(node, i)))
  edges.forEach((edge, i) => void faults.push(...edgeFaults(edge, i)))
  return faults.slice(0, MAX_FAULTS)
}

/** Walks everything once, without recursion: depth, count, characters, names. */
function sizeFault(root: object): { path?: string; says: Sentence } | null {
  const stack: { holder: object; depth: number }[] = [{ holder: root, depth: 1 }]
  let values = 1
  let characters = 0
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { holder, depth } = item
    const isList = Array.isArray(holder)
    const members: readonly unknown[] = isList ? holder : Object.values(holder)
    values += members.length
    if (values > MAX_VALUES) return { says: holdsMore(MAX_VALUES, 'values', 'valores') }
    if (!isList) {
      for (const name of Object.keys(holder)) {
        if (UNSAFE_NAMES.has(name)) return { path: name, says: UNSAFE_NAME }
        characters += name.length
      }
    }
    for (const value of members) {
      if (typeof value === 'string') {
        if (value.length > MAX_STRING) return { says: LONG_TEXT }
        if (value.includes('\u0000') || !value.isWellFormed()) return { says: UNKEEPABLE }
        characters += value.length
      } else if (typeof value === 'object' && value !== null) {
        if (depth >= MAX_DEPTH) return { says: TOO_DEEP }
        stack.push({ holder: value, depth: depth + 1 })
      }
    }
    if (characters > MAX_CHARACTERS) return { says: holdsMore(MAX_CHARACTERS, 'characters', 'caracteres') }
  }
  return null
}

function nodeFaults(node: unknown, i: number): GraphFault[] {
  if (!isObject(node)) return [{ nodeId: null, path: `nodes.${i}`, says: NO_OBJECT }]
  if (typeof node.id !== 'string' || !ID.test(node.id)) {
    const says = {
      en: 'must be a text of 1 to 100 characters, without slashes',
      es: 'debe ser un texto de 1 a 100 caracteres, sin barras',
    }
    return [{ nodeId: null, path: `nodes.${i}.id`, says }]
  }
  if (UNSAFE_NAMES.has(node.id)) return [{ nodeId: null, path: `nodes.${i}.id`, says: UNSAFE_NAME }]
  const faults: GraphFault[] = []
  if (typeof node.type !== 'string') faults.push({ nodeId: node.id, path: 'type', says: NO_TEXT })
  if (node.data !== undefined && !isObject(node.data)) {
    faults.push({ nodeId: node.id, path: 'data', says: NO_OBJECT })
  }
  const { position } = node
  if (position !== undefined && !(isObject(position) && Number.isFinite(position.x) && Number.isFinite(position.y))) {
    faults.push({ nodeId: node.id, path: 'position', says: { en: 'must be {x, y}', es: 'debe ser {x, y}' } })
  }
  return faults
}

function edgeFaults(edge: unknown, i: number): GraphFault[] {
  if (!isObject(edge)) return [{ nodeId: null, path: `edges.${i}`, says: NO_OBJECT }]
  const faults: GraphFault[] = []
  for (const name of ['source', 'target', 'id'] as const) {
    if (typeof edge[name] !== 'string' || edge[name] === '') {
      faults.push({ nodeId: null, path: `edges.${i}.${name}`, says: NO_TEXT })
    }
  }
  if (edge.sourceHandle !== undefined && edge.sourceHandle !== null && typeof edge.sourceHandle !== 'string') {
    faults.push({ nodeId: null, path: `edges.${i}.sourceHandle`, says: NO_TEXT })
  }
  return faults
}
