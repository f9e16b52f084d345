import { isObject } from '../../ui/json-text.ts'

/** Plain JSON, as graphs are kept. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
export type Data = { [name: string]: Json }

export type Point = { x: number; y: number }

/** A step, in the form in which it is stored and drawn. Members that are not ours are kept. */
export type FlowNode = { id: string; type: string; position?: Point; data: Data }

export type FlowEdge = { id: string; source: string; target: string; sourceHandle?: string | null }

/** The graph of a flow, as the program keeps it. */
export type Graph = {
  name?: string
  description?: Json
  settings?: Data
  nodes: readonly FlowNode[]
  edges: readonly FlowEdge[]
  viewport?: Json
}

export const EMPTY: Graph = { nodes: [], edges: [] }

/** A stored graph, with what an author may have left out put in: every step has `data`. */
export function graphFrom(stored: unknown): Graph {
  if (!isObject(stored)) return EMPTY
  const nodes = Array.isArray(stored.nodes) ? stored.nodes : []
  const edges = Array.isArray(stored.edges) ? stored.edges : []
  return {
    ...(stored as Graph),
    nodes: nodes.map((node) => ({ ...node, data: isObject(node.data) ? (node.data as Data) : {} })),
    edges,
  }
}

/** Members of objects come back from the program in another order. */
export const ordered = (json: unknown): string =>
  JSON.stringify(json, (_name, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value,
  )

export const isSameJson = (one: unknown, other: unknown): boolean => one === other || ordered(one) === ordered(other)

export const isSameGraph = (one: Graph, other: Graph): boolean => ordered(one) === ordered(other)

export const nodeOf = (graph: Graph, id: string | null | undefined): FlowNode | undefined =>
  graph.nodes.find((node) => node.id === id)

/** What an edge without a way of its own is filed under. */
export const REST = ''

export const wayOf = ({ sourceHandle }: Pick<FlowEdge, 'sourceHandle'>): string => sourceHandle ?? REST

/** What people call a step, if somebody gave it a name. */
export const labelOf = ({ data }: Pick<FlowNode, 'data'>): string | null => {
  const { label } = data
  return typeof label === 'string' && label.trim() !== '' ? label.trim() : null
}

/** A member of JSON that may be anything, as a text. */
export const textIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
export const membersOf = (value: Json | undefined): Data => (isObject(value) ? (value as Data) : {})
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
