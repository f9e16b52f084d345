import type { FlowNode } from '#flows/flow.ts'
import type { Graph } from '#flows/graph.ts'

/** What speaks of variables as a whole, by names that are made while the run goes on, or in the words of a template, may mean any. */
const ANY = /\bvars\b(?!\s*\.|"\s*:)|"template":/

/**
 * Variables that what undoes each step speaks of, by the id of the step. Their values are kept with the step that was done: in a
 * loop, or where a name is used twice, it is undone with what it had and not with what came after it.
 * @param vars names that some node gives a value
 */
export function recalledBy(
  nodes: ReadonlyMap<string, FlowNode>,
  graph: Graph,
  vars: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const undoable = [...nodes.values()].filter(({ undo }) => undo !== null)
  if (undoable.length === 0 || vars.size === 0) return new Map()
  const written = new Map(graph.nodes.map(({ id, data }) => [id, JSON.stringify(data ?? {})]))
  const spoken = new Map<string, readonly string[]>()
  const speaksOf = (id: string): readonly string[] => {
    const known = spoken.get(id)
    if (known !== undefined) return known
    const text = written.get(id) ?? ''
    const found = ANY.test(text) ? [...vars] : [...vars].filter((name) => new RegExp(`\\b${name}\\b`).test(text))
    spoken.set(id, found)
    return found
  }
  return new Map(
    undoable.map(({ id, undo }) => [id, [...new Set(reached(undo as FlowNode).flatMap((one) => speaksOf(one)))]]),
  )
}

/** A node and all that it leads to. */
function reached(first: FlowNode): string[] {
  const found = new Set<FlowNode>()
  const open = [first]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue
    found.add(node)
    open.push(...node.outs.values(), ...(node.rest === null ? [] : [node.rest]))
  }
  return [...found].map(({ id }) => id)
}
