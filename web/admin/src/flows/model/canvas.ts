import { type FlowEdge, type FlowNode, type Graph, type Point, wayOf } from './graph.ts'
import { drawnWay, type Way, waysOf } from './ways.ts'

/** A step with what of its surroundings is drawn at it. */
export type CanvasNode = { readonly node: FlowNode; readonly position: Point; readonly ways: readonly CanvasWay[] }
export type CanvasWay = Way & { readonly used: boolean }
export type CanvasEdge = { readonly edge: FlowEdge; readonly way: string }
export type Canvas = { readonly nodes: readonly CanvasNode[]; readonly edges: readonly CanvasEdge[] }

/** The size of a step on the canvas, for laying out; what is drawn keeps to it. */
export const WIDTH = 264
export const HEIGHT = 92

/**
 * A graph as it is drawn. What did not change since the last time is the same object, so that only changed steps are drawn again:
 * of hundreds, moving one costs one.
 */
export function canvasOf(graph: Graph, before: Canvas | null = null): Canvas {
  const known = new Map(before?.nodes.map((item) => [item.node.id, item]))
  const leaving = new Map<string, FlowEdge[]>()
  for (const edge of graph.edges) {
    const list = leaving.get(edge.source)
    if (list === undefined) leaving.set(edge.source, [edge])
    else list.push(edge)
  }
  const nodes = graph.nodes.map((node): CanvasNode => {
    const out = leaving.get(node.id) ?? []
    const used = new Set(out.map((edge) => drawnWay(node, edge)))
    const ways = waysOf(node, out).map((way) => ({ ...way, used: used.has(way.id) }))
    const old = known.get(node.id)
    if (old?.node === node && sameWays(old.ways, ways)) return old
    return { node, position: node.position ?? { x: 0, y: 0 }, ways }
  })
  const sources = new Map(graph.nodes.map((node) => [node.id, node]))
  const knownEdges = new Map(before?.edges.map((item) => [item.edge.id, item]))
  const edges = graph.edges.map((edge): CanvasEdge => {
    const source = sources.get(edge.source)
    const way = source === undefined ? wayOf(edge) : drawnWay(source, edge)
    const old = knownEdges.get(edge.id)
    return old?.edge === edge && old.way === way ? old : { edge, way }
  })
  return { nodes, edges }
}

const sameWays = (a: readonly CanvasWay[], b: readonly CanvasWay[]): boolean =>
  a.length === b.length &&
  a.every((way, i) => way.id === b[i]?.id && way.role === b[i]?.role && way.used === b[i]?.used)

/** Whether nobody placed the steps: none has a place, or some lie on each other. */
export function needsLayout({ nodes }: Graph): boolean {
  if (nodes.some(({ position }) => position === undefined)) return nodes.length > 0
  const places = nodes.map(({ position }) => position as Point).toSorted((a, b) => a.y - b.y)
  return places.some((place, i) => {
    for (let j = i + 1; j < places.length; j++) {
      const other = places[j] as Point
      if (other.y - place.y >= HEIGHT / 2) return false
      if (Math.abs(other.x - place.x) < WIDTH / 2) return true
    }
    return false
  })
}

/**
 * A place for a step behind another: below it, beside what stands there already. By a way of it, on that side of what its other ways
 * lead to on which its handle is: their arrows do not cross.
 */
export function placeBehind(graph: Graph, id: string | null, way?: string): Point {
  const from = graph.nodes.find((node) => node.id === id)
  const lowest = graph.nodes.reduce((most, { position }) => Math.max(most, position?.y ?? 0), Number.NEGATIVE_INFINITY)
  if (from === undefined) {
    return graph.nodes.length === 0 ? { x: 0, y: 0 } : { x: graph.nodes[0]?.position?.x ?? 0, y: lowest + HEIGHT + GAP }
  }
  const y = (from.position?.y ?? 0) + HEIGHT + GAP
  const base = from.position?.x ?? 0
  const taken = (x: number) =>
    graph.nodes.some(
      ({ position }) => position !== undefined && Math.abs(position.x - x) < WIDTH && Math.abs(position.y - y) < HEIGHT,
    )
  const side = sideOf(graph, from, way)
  for (let n = 0; n < 200; n++) {
    const steps = side === 0 ? Math.ceil(n / 2) * (n % 2 === 0 ? -1 : 1) : n * side
    const x = base + steps * (WIDTH + BESIDE)
    if (!taken(x)) return { x, y }
  }
  return { x: base, y: lowest + HEIGHT + GAP }
}
const BESIDE = 40

/** Where a way stands to those that are drawn: right of all (1), left of all (-1), or neither. */
function sideOf(graph: Graph, from: FlowNode, way: string | undefined): -1 | 0 | 1 {
  const leaving = graph.edges.filter(({ source }) => source === from.id)
  const order = waysOf(from, leaving).map(({ id }) => id)
  const own = order.indexOf(way ?? '')
  const drawn = leaving.map((edge) => order.indexOf(drawnWay(from, edge))).filter((at) => at >= 0 && at !== own)
  if (own < 0 || drawn.length === 0) return 0
  if (drawn.every((at) => at < own)) return 1
  return drawn.every((at) => at > own) ? -1 : 0
}

const GAP = 56
