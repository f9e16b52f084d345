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

/** A place for a step behind another: below it, beside what stands there already. */
export function placeBehind(graph: Graph, id: string | null): Point {
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
  for (let n = 0; n < 200; n++) {
    const x = base + Math.ceil(n / 2) * (n % 2 === 0 ? 1 : -1) * (WIDTH + 40)
    if (!taken(x)) return { x, y }
  }
  return { x: base, y: lowest + HEIGHT + GAP }
}
const GAP = 56
