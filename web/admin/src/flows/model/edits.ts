import { type Data, EMPTY, type FlowEdge, type FlowNode, type Graph, nodeOf, type Point, REST, wayOf } from './graph.ts'
import { KINDS, starterOf } from './kinds.ts'
import { drawnWay, freeWay } from './ways.ts'

// What is done to a graph in the builder. Nothing here changes the graph that it is given.

/** An id for a new step, made of its kind: `wait`, `wait-2`, … */
export function freshId(taken: ReadonlySet<string>, base: string): string {
  const stem = base.replace(/-\d+$/, '').slice(0, 90)
  let id = stem
  for (let n = 2; taken.has(id); n++) id = `${stem}-${n}`
  return id
}

const idsOf = (items: readonly { id: string }[]): Set<string> => new Set(items.map(({ id }) => id))

/** An id for a new edge: a number that no other has. */
export function freshEdgeId(edges: readonly FlowEdge[]): string {
  const highest = edges.reduce((most, { id }) => (/^\d{1,9}$/.test(id) ? Math.max(most, Number(id)) : most), 0)
  return String(highest + 1)
}

/** A new step of a kind. @returns the graph with it, and its id */
export function added(graph: Graph, type: string, position: Point): { graph: Graph; id: string } {
  const kind = KINDS.get(type)
  const id = freshId(idsOf(graph.nodes), type)
  const node: FlowNode = { id, type, position, data: kind === undefined ? {} : starterOf(kind) }
  return { graph: { ...graph, nodes: [...graph.nodes, node] }, id }
}

/** What may be drawn from one step to another. */
export type Link = { source: string; way: string; target: string }

/** Why an edge may not be drawn; null: it may. */
export type NoLink = 'itself' | 'intoTrigger' | 'leavesEnd' | 'there' | 'gone'

export function linkFault(graph: Graph, { source, way, target }: Link): NoLink | null {
  const [from, to] = [nodeOf(graph, source), nodeOf(graph, target)]
  if (from === undefined || to === undefined) return 'gone'
  const kind = KINDS.get(from.type)
  if (KINDS.get(to.type)?.starts === true) return 'intoTrigger'
  if (kind !== undefined && kind.forks !== true && kind.ways(from.data).length === 0) return 'leavesEnd'
  // A loop takes its next item by an edge back to itself; anything else would go round without an end.
  if (source === target && from.type !== 'forEach') return 'itself'
  const same = graph.edges.some(
    (edge) => edge.source === source && edge.target === target && drawnWay(from, edge) === way,
  )
  return same ? 'there' : null
}

/** Draws an edge. A way leads to one step: what it led to before is let go, but where a step forks. */
export function linked(graph: Graph, link: Link): Graph {
  if (linkFault(graph, link) !== null) return graph
  const { source, way, target } = link
  const from = nodeOf(graph, source) as FlowNode
  const kind = KINDS.get(from.type)
  const forks = kind?.forks === true
  const edges = forks
    ? graph.edges
    : graph.edges.filter((edge) => edge.source !== source || drawnWay(from, edge) !== way)
  const own = kind?.ways(from.data) ?? []
  // The only way needs no name: so it is written by hand as well, and outlives a step that gets more ways.
  const plain = forks || way === REST || (own.length === 1 && own[0] === way)
  const edge: FlowEdge = { id: freshEdgeId(graph.edges), source, target, ...(plain ? {} : { sourceHandle: way }) }
  return { ...graph, edges: [...edges, edge] }
}

/** A new step behind another one, by a way of it or by its first free one; with what the way led to behind it. */
export function addedBehind(
  graph: Graph,
  type: string,
  behind: { id: string; way?: string },
  position: Point,
): { graph: Graph; id: string } {
  const from = nodeOf(graph, behind.id)
  const made = added(graph, type, position)
  const way = from === undefined ? null : (behind.way ?? freeWay(graph, from))
  if (from === undefined || way === null) return made
  const led = KINDS.get(from.type)?.forks === true ? undefined : edgeBy(graph, from, way)
  let next = linked(made.graph, { source: from.id, way, target: made.id })
  const node = nodeOf(next, made.id) as FlowNode
  const on = freeWay(next, node)
  if (led !== undefined && on !== null && led.target !== from.id) {
    next = linked(next, { source: made.id, way: on, target: led.target })
  }
  return { graph: next, id: made.id }
}

export const edgeBy = (graph: Graph, from: FlowNode, way: string): FlowEdge | undefined =>
  graph.edges.find((edge) => edge.source === from.id && drawnWay(from, edge) === way)

/** Without some steps and edges, and without the edges that led to or from these steps. */
export function removed(graph: Graph, ids: { nodes?: readonly string[]; edges?: readonly string[] }): Graph {
  const [nodes, edges] = [new Set(ids.nodes), new Set(ids.edges)]
  if (nodes.size === 0 && edges.size === 0) return graph
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => !nodes.has(id)),
    edges: graph.edges.filter(({ id, source, target }) => !edges.has(id) && !nodes.has(source) && !nodes.has(target)),
  }
}

/** The step beside what `removed` takes: one that led there, else one it led to, else any that stays; null: none stays. */
export function besideRemoved(
  graph: Graph,
  { nodes, edges }: { nodes: readonly string[]; edges: readonly string[] },
): string | null {
  const stays = (id: string) => !nodes.includes(id)
  const of = (id: string) => nodes.includes(id)
  const before = graph.edges.find(({ id, source, target }) => stays(source) && (of(target) || edges.includes(id)))
  const behind = graph.edges.find(({ source, target }) => of(source) && stays(target))
  return before?.source ?? behind?.target ?? graph.nodes.find(({ id }) => stays(id))?.id ?? null
}

/** Takes a step out of its line: who led to it leads to what was behind it, where that was one step. */
export function bridged(graph: Graph, id: string): Graph {
  const leaving = graph.edges.filter(({ source, target }) => source === id && target !== id)
  const targets = new Set(leaving.map(({ target }) => target))
  const [target] = targets
  const without = removed(graph, { nodes: [id] })
  if (targets.size !== 1 || target === undefined) return without
  const into = graph.edges.filter((edge) => edge.target === id && edge.source !== id)
  return { ...without, edges: [...without.edges, ...into.map((edge) => ({ ...edge, target }))] }
}

/** Steps elsewhere on the canvas. */
export function moved(graph: Graph, to: ReadonlyMap<string, Point>): Graph {
  const round = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) })
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const at = to.get(node.id)
      if (at === undefined) return node
      const position = round(at)
      const same = node.position?.x === position.x && node.position.y === position.y
      return same ? node : { ...node, position }
    }),
  }
}

/**
 * A step with other settings. What is undefined is taken out. Edges follow ways that were renamed (a case of a branch, an
 * arm), in the place in which they stand; the control group does too.
 */
export function changed(graph: Graph, id: string, data: { [name: string]: Data[string] | undefined }): Graph {
  const node = nodeOf(graph, id)
  if (node === undefined) return graph
  const kept = Object.entries({ ...node.data, ...data }).filter(([, value]) => value !== undefined)
  const after: FlowNode = { ...node, data: Object.fromEntries(kept) as Data }
  const renames = renamedWays(node, after)
  const edges =
    renames.size === 0
      ? graph.edges
      : graph.edges.map((edge) => {
          const now = edge.source === id ? renames.get(wayOf(edge)) : undefined
          return now === undefined ? edge : { ...edge, sourceHandle: now }
        })
  return { ...graph, nodes: graph.nodes.map((one) => (one.id === id ? after : one)), edges }
}

function renamedWays(before: FlowNode, after: FlowNode): Map<string, string> {
  const kind = KINDS.get(before.type)
  const [old, now] = [kind?.ways(before.data) ?? [], kind?.ways(after.data) ?? []]
  const renames = new Map<string, string>()
  if (old.length !== now.length) return renames
  const changedAt = old.flatMap((way, i) => (way === now[i] ? [] : [i]))
  const [at] = changedAt
  // One at a time: where several change places, names are what edges go by.
  if (changedAt.length !== 1 || at === undefined) return renames
  const [from, to] = [old[at] as string, now[at] as string]
  if (!old.includes(to)) renames.set(from, to)
  return renames
}

/** A step under another id; edges follow. Taken ids, and ids that cannot be kept, change nothing. */
export function renamed(graph: Graph, id: string, to: string): Graph {
  if (id === to || !isId(to) || graph.nodes.some((node) => node.id === to)) return graph
  const follow = (end: string) => (end === id ? to : end)
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.id === id ? { ...node, id: to } : node)),
    edges: graph.edges.map((edge) => ({ ...edge, source: follow(edge.source), target: follow(edge.target) })),
  }
}

export const isId = (id: string): boolean => /^[^\p{Cc}/]{1,100}$/u.test(id)

/** Settings of the flow; what is undefined is taken out. */
export function withSettings(graph: Graph, given: { [name: string]: Data[string] | undefined }): Graph {
  const kept = Object.entries({ ...graph.settings, ...given }).filter(([, value]) => value !== undefined)
  const { settings: _settings, ...rest } = graph
  return kept.length === 0 ? rest : { ...rest, settings: Object.fromEntries(kept) as Data }
}

/** Some steps with the edges between them, to be put somewhere else. */
export function copied(graph: Graph, ids: readonly string[]): Graph {
  const wanted = new Set(ids)
  return {
    ...EMPTY,
    nodes: graph.nodes.filter(({ id }) => wanted.has(id)),
    edges: graph.edges.filter(({ source, target }) => wanted.has(source) && wanted.has(target)),
  }
}

/** What was copied, put in with ids of its own and moved by an offset. @returns the graph, and the ids of the new steps */
export function pasted(graph: Graph, piece: Graph, offset: Point): { graph: Graph; ids: string[] } {
  const taken = idsOf(graph.nodes)
  const names = new Map<string, string>()
  for (const { id } of piece.nodes) {
    const fresh = freshId(taken, id)
    taken.add(fresh)
    names.set(id, fresh)
  }
  const nodes = piece.nodes.map((node) => ({
    ...structuredClone(node),
    id: names.get(node.id) as string,
    position: { x: (node.position?.x ?? 0) + offset.x, y: (node.position?.y ?? 0) + offset.y },
  }))
  const edges: FlowEdge[] = [...graph.edges]
  for (const edge of piece.edges) {
    const [source, target] = [names.get(edge.source), names.get(edge.target)]
    if (source !== undefined && target !== undefined) edges.push({ ...edge, id: freshEdgeId(edges), source, target })
  }
  return { graph: { ...graph, nodes: [...graph.nodes, ...nodes], edges }, ids: nodes.map(({ id }) => id) }
}

/** What was copied, out of a text of the clipboard; null: it is none of ours. */
export function pieceFrom(text: string): Graph | null {
  try {
    const read = JSON.parse(text) as { cauce?: unknown; nodes?: unknown; edges?: unknown }
    if (read?.cauce !== PIECE || !Array.isArray(read.nodes) || !Array.isArray(read.edges)) return null
    const isNode = (node: FlowNode) => typeof node?.id === 'string' && typeof node.type === 'string'
    const isEdge = (edge: FlowEdge) => typeof edge?.source === 'string' && typeof edge.target === 'string'
    if (!read.nodes.every(isNode) || !read.edges.every(isEdge)) return null
    return { nodes: read.nodes.map((node: FlowNode) => ({ ...node, data: node.data ?? {} })), edges: read.edges }
  } catch {
    return null
  }
}

const PIECE = 'steps/1'
export const pieceText = ({ nodes, edges }: Graph): string => JSON.stringify({ cauce: PIECE, nodes, edges })
