import dagre from '@dagrejs/dagre'
import { HEIGHT, WIDTH } from './canvas.ts'
import type { Graph, Point } from './graph.ts'
import { outlineOf } from './outline.ts'
import { drawnWay, waysOf } from './ways.ts'

/** A place for every step, from top to bottom in the order in which a run comes by. */
export function layOut(graph: Graph): Map<string, Point> {
  const plan = new dagre.graphlib.Graph({ multigraph: true })
  plan.setGraph({ rankdir: 'TB', nodesep: 48, ranksep: 64, marginx: 0, marginy: 0 })
  plan.setDefaultEdgeLabel(() => ({}))
  const known = new Map(graph.nodes.map((node) => [node.id, node]))
  // In the order in which it is read: of two orders that are as good the one of the ways is kept.
  for (const { node } of outlineOf(graph)) plan.setNode(node.id, { width: WIDTH, height: HEIGHT })
  for (const node of graph.nodes) {
    const leaving = graph.edges.filter((edge) => edge.source === node.id && known.has(edge.target))
    const order = waysOf(node, leaving).map(({ id }) => id)
    // In the order of its ways, so that the ways are drawn beside each other as they are read.
    const sorted = leaving.toSorted((a, b) => order.indexOf(drawnWay(node, a)) - order.indexOf(drawnWay(node, b)))
    for (const edge of sorted) plan.setEdge(edge.source, edge.target, {}, edge.id)
  }
  dagre.layout(plan)
  const middles = new Map<string, Point>()
  for (const { id } of graph.nodes) {
    const { x = 0, y = 0 } = plan.node(id) as { x?: number; y?: number }
    middles.set(id, { x, y })
  }
  const side = readsFromTheRight(graph, middles) ? -1 : 1
  const place = ({ x, y }: Point): Point => ({ x: Math.round(side * x - WIDTH / 2), y: Math.round(y - HEIGHT / 2) })
  return new Map([...middles].map(([id, middle]) => [id, place(middle)]))
}

/** The graph with every step in its place. */
export function placed(graph: Graph): Graph {
  const places = layOut(graph)
  return { ...graph, nodes: graph.nodes.map((node) => ({ ...node, position: places.get(node.id) ?? { x: 0, y: 0 } })) }
}

/** Whether more ways than not lie in the order from right to left: then the whole is better seen from behind. */
function readsFromTheRight(graph: Graph, at: ReadonlyMap<string, Point>): boolean {
  let balance = 0
  for (const node of graph.nodes) {
    const leaving = graph.edges.filter((edge) => edge.source === node.id)
    const order = waysOf(node, leaving).map(({ id }) => id)
    const xs = leaving
      .toSorted((a, b) => order.indexOf(drawnWay(node, a)) - order.indexOf(drawnWay(node, b)))
      .map(({ target }) => at.get(target)?.x ?? 0)
    for (let i = 1; i < xs.length; i++) balance += Math.sign((xs[i] as number) - (xs[i - 1] as number))
  }
  return balance < 0
}
