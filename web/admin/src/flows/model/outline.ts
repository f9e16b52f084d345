import type { FlowNode, Graph } from './graph.ts'
import { KINDS } from './kinds.ts'
import { drawnWay, waysOf } from './ways.ts'

/** A line of a flow that is read from top to bottom. */
export type Line = {
  readonly node: FlowNode
  /** How far it is indented: one for every choice it lies behind. */
  readonly depth: number
  /** The way of the step before by which one comes here; null at a beginning, or where there is only one. */
  readonly way: string | null
  /** It was told above: whoever comes here goes on there. */
  readonly again: boolean
  /** Ways that lead nowhere, at which something could be added. */
  readonly open: readonly string[]
}

/**
 * A flow as a list of steps: what follows stands below, what is behind a choice is indented. A step that several lead to is
 * told once. Steps that nothing leads to come last.
 */
export function outlineOf(graph: Graph): Line[] {
  const known = new Map(graph.nodes.map((node) => [node.id, node]))
  const told = new Set<string>()
  const lines: Line[] = []
  type Next = { id: string; depth: number; way: string | null }
  const walk = (first: Next) => {
    const stack = [first]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const node = known.get(next.id)
      if (node === undefined) continue
      const again = told.has(node.id)
      told.add(node.id)
      const leaving = graph.edges.filter(({ source, target }) => source === node.id && known.has(target))
      const ways = waysOf(node, leaving)
      const used = new Set(leaving.map((edge) => drawnWay(node, edge)))
      const open =
        again || used.has('') ? [] : ways.filter(({ id, role }) => role === 'own' && !used.has(id)).map(({ id }) => id)
      lines.push({ node, depth: next.depth, way: next.way, again, open })
      if (again) continue
      const order = ways.map(({ id }) => id)
      const sorted = leaving.toSorted((a, b) => order.indexOf(drawnWay(node, a)) - order.indexOf(drawnWay(node, b)))
      const chooses = sorted.length > 1
      const behind = sorted.map((edge): Next => {
        const way = drawnWay(node, edge)
        // Where there is one edge for all, there is nothing to choose.
        const named = ways.length > 1 && KINDS.get(node.type)?.forks !== true && (chooses || way !== '')
        return { id: edge.target, depth: next.depth + (chooses ? 1 : 0), way: named ? way : null }
      })
      stack.push(...behind.toReversed())
    }
  }
  for (const { id, type } of graph.nodes) {
    if (KINDS.get(type)?.starts === true) walk({ id, depth: 0, way: null })
  }
  for (const { id } of graph.nodes) if (!told.has(id)) walk({ id, depth: 0, way: null })
  return lines
}
