import type { Json } from '#platform/event.ts'

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
  cancelOn?: string[]
  goal?: { event: string; within?: string }
}

/** The graph of a flow: stored, exported and drawn in this form. */
export type Graph = { name?: string; settings?: GraphSettings; nodes: GraphNode[]; edges: GraphEdge[] }

/** Something that keeps a graph from running, with the node it belongs to. */
export type GraphFault = { nodeId: string | null; path?: string; message: string }

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
const UNSAFE: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const ID = /^[^\p{Cc}/]{1,100}$/u

const isObject = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What makes a value no graph at all, drafts included: too much of it, members that may not be, nodes and edges
 * that are none. Looks at nothing twice and stops at the first limit.
 */
export function shapeFaults(value: unknown): GraphFault[] {
  if (!isObject(value)) return [{ nodeId: null, message: 'must be an object with nodes and edges' }]
  const { nodes, edges } = value
  if (!Array.isArray(nodes)) return [{ nodeId: null, path: 'nodes', message: 'must be an array' }]
  if (!Array.isArray(edges)) return [{ nodeId: null, path: 'edges', message: 'must be an array' }]
  if (nodes.length > MAX_NODES) {
    return [{ nodeId: null, path: 'nodes', message: `has ${nodes.length} nodes; at most ${MAX_NODES} are allowed` }]
  }
  if (edges.length > MAX_EDGES) {
    return [{ nodeId: null, path: 'edges', message: `has ${edges.length} edges; at most ${MAX_EDGES} are allowed` }]
  }
  const tooMuch = sizeFault(value)
  if (tooMuch !== null) return [{ nodeId: null, ...tooMuch }]
  const faults: GraphFault[] = []
  for (const name of Object.keys(value)) {
    if (!MEMBERS.has(name)) faults.push({ nodeId: null, path: name, message: 'is no member of a graph' })
  }
  if (value.name !== undefined && (typeof value.name !== 'string' || value.name.length > 200)) {
    faults.push({ nodeId: null, path: 'name', message: 'must be a text of at most 200 characters' })
  }
  if (value.settings !== undefined && !isObject(value.settings)) {
    faults.push({ nodeId: null, path: 'settings', message: 'must be an object' })
  }
  nodes.forEach((node, i) => void faults.push(...nodeFaults(node, i)))
  edges.forEach((edge, i) => void faults.push(...edgeFaults(edge, i)))
  return faults.slice(0, MAX_FAULTS)
}

/** Walks everything once, without recursion: depth, count, characters, names. */
function sizeFault(root: unknown): { path?: string; message: string } | null {
  const stack: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }]
  let values = 0
  let characters = 0
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { value, depth } = item
    if (++values > MAX_VALUES) return { message: `holds more than ${MAX_VALUES} values` }
    if (typeof value === 'string') {
      if (value.length > MAX_STRING) return { message: `holds a text of more than ${MAX_STRING} characters` }
      if (value.includes('\u0000') || !value.isWellFormed()) {
        return { message: 'holds a text with a character that cannot be kept' }
      }
      characters += value.length
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_DEPTH) return { message: `is nested more than ${MAX_DEPTH} deep` }
      for (const [name, member] of Object.entries(value)) {
        if (UNSAFE.has(name)) return { path: name, message: 'is a name that is not allowed' }
        if (!Array.isArray(value)) characters += name.length
        stack.push({ value: member, depth: depth + 1 })
      }
    }
    if (characters > MAX_CHARACTERS) return { message: `holds more than ${MAX_CHARACTERS} characters` }
  }
  return null
}

function nodeFaults(node: unknown, i: number): GraphFault[] {
  if (!isObject(node)) return [{ nodeId: null, path: `nodes.${i}`, message: 'must be an object' }]
  if (typeof node.id !== 'string' || !ID.test(node.id)) {
    const message = 'must be a text of 1 to 100 characters, without slashes'
    return [{ nodeId: null, path: `nodes.${i}.id`, message }]
  }
  const faults: GraphFault[] = []
  if (typeof node.type !== 'string') faults.push({ nodeId: node.id, path: 'type', message: 'must be a text' })
  if (node.data !== undefined && !isObject(node.data)) {
    faults.push({ nodeId: node.id, path: 'data', message: 'must be an object' })
  }
  const { position } = node
  if (position !== undefined && !(isObject(position) && Number.isFinite(position.x) && Number.isFinite(position.y))) {
    faults.push({ nodeId: node.id, path: 'position', message: 'must be {x, y}' })
  }
  return faults
}

function edgeFaults(edge: unknown, i: number): GraphFault[] {
  if (!isObject(edge)) return [{ nodeId: null, path: `edges.${i}`, message: 'must be an object' }]
  const faults: GraphFault[] = []
  for (const name of ['source', 'target', 'id'] as const) {
    if (typeof edge[name] !== 'string' || edge[name] === '') {
      faults.push({ nodeId: null, path: `edges.${i}.${name}`, message: 'must be a text' })
    }
  }
  if (edge.sourceHandle !== undefined && edge.sourceHandle !== null && typeof edge.sourceHandle !== 'string') {
    faults.push({ nodeId: null, path: `edges.${i}.sourceHandle`, message: 'must be a text' })
  }
  return faults
}
