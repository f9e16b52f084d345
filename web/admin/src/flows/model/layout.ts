import dagre from '@dagrejs/dagre'
import { HEIGHT, WIDTH } from './canvas.ts'
import type { Graph, Point } from './graph.ts'
import { drawnWay, waysOf } from './ways.ts'

/** A place for every step, from top to bottom in the order in which a run comes by. */
export function layOut(graph: Graph): Map<string, Point> {
  const plan = new dagre.graphlib.Graph({ multigraph: true })
  plan.setGraph({ rankdir: 'TB', nodesep: 48, ranksep: 64, marginx: 0, marginy: 0 })
  plan.setDefaultEdgeLabel(() => ({}))
  const known = new Map(graph.nodes.map((node) => [node.id, node]))
  for (const { id } of graph.nodes) plan.setNode(id, { width: WIDTH, height: HEIGHT })
  for (const node of graph.nodes) {
    const leaving = graph.edges.filter((edge) => edge.source === node.id && known.has(edge.target))
    const order = waysOf(node, leaving).map(({ id }) => id)
    // In the order of its ways, so that the ways are drawn beside each other as they are read.
    const sorted = leaving.toSorted((a, b) => order.indexOf(drawnWay(node, a)) - order.indexOf(drawnWay(node, b)))
    for (const edge of sorted) plan.setEdge(edge.source, edge.target, {}, edge.id)
  }
  dagre.layout(plan)
  return new Map(
    graph.nodes.map(({ id }) => {
      const { x = 0, y = 0 } = plan.node(id) as { x?: number; y?: number }
      return [id, { x: Math.round(x - WIDTH / 2), y: Math.round(y - HEIGHT / 2) }]
    }),
  )
}
