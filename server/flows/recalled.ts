import type { FlowNode } from '#flows/flow.ts'
import type { Graph } from '#flows/graph.ts'

/** What speaks of variables as a whole, by names that are made while the run goes on, or in the words of a template, may mean any. */
const ANY = /\bvars\b(?!\s*\.|"\s*:)|"template":/

/**
 * Variables that what undoes each step speaks of, by the id of the step. Their values are kept with the step that was done: in a
 * loop, or where a name is used twice, it is undone with what it had and not with what came after it.
 * @param setBy names that each node gives a value, by its id
 */
export function recalledBy(
  nodes: ReadonlyMap<string, FlowNode>,
  graph: Graph,
  setBy: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, FlowNode['recalls']> {
  const undoable = [...nodes.values()].filter(({ undo }) => undo !== null)
  const vars = new Set([...setBy.values()].flat())
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
  const roundOf = rounds([...nodes.values()], withRounds(nodes))
  return new Map(
    undoable.map((node) => {
      const names = [...new Set([...reached(node.undo as FlowNode, leadsTo)].flatMap(({ id }) => speaksOf(id)))]
      const round = roundOf(node)
      const ofRound = new Set(round.length < 2 ? [] : round.flatMap(({ id }) => setBy.get(id) ?? []))
      return [node.id, names.map((name) => ({ name, ofRound: ofRound.has(name) }))] as const
    }),
  )
}

type Leads = (node: FlowNode) => readonly FlowNode[]

const leadsTo: Leads = ({ outs, rest }) => [...outs.values(), ...(rest === null ? [] : [rest])]

/** With the ways back to a loop from what is inside of it, which nobody draws. */
function withRounds(nodes: ReadonlyMap<string, FlowNode>): Leads {
  const back = new Map<FlowNode, FlowNode[]>()
  for (const loop of nodes.values()) {
    const way = loop.kind.definition.boundedWay
    const first = way === undefined ? undefined : (loop.outs.get(way) ?? loop.rest)
    if (first === undefined || first === null) continue
    for (const inside of reached(first, (node) => (node === loop ? [] : leadsTo(node))))
      back.set(inside, [...(back.get(inside) ?? []), loop])
  }
  return (node) => [...leadsTo(node), ...(back.get(node) ?? [])]
}

/** The nodes that lead to each other, and so go round together (Kosaraju). */
function rounds(nodes: readonly FlowNode[], leads: Leads): (node: FlowNode) => readonly FlowNode[] {
  const seen = new Set<FlowNode>()
  const left: FlowNode[] = []
  const into = new Map<FlowNode, FlowNode[]>()
  for (const first of nodes) {
    const open: { node: FlowNode; ways: FlowNode[] }[] = []
    const enter = (node: FlowNode) => {
      if (seen.has(node)) return
      seen.add(node)
      const ways = [...leads(node)]
      for (const next of ways) {
        const from = into.get(next)
        if (from === undefined) into.set(next, [node])
        else from.push(node)
      }
      open.push({ node, ways })
    }
    enter(first)
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      const next = at.ways.pop()
      if (next !== undefined) enter(next)
      else {
        left.push(at.node)
        open.pop()
      }
    }
  }
  const found = new Map<FlowNode, FlowNode[]>()
  for (const first of left.toReversed()) {
    if (found.has(first)) continue
    const round = [...reached(first, (node) => (into.get(node) ?? []).filter((one) => !found.has(one)))]
    for (const node of round) found.set(node, round)
  }
  return (node) => found.get(node) ?? [node]
}

/** A node and all that it leads to. */
function reached(first: FlowNode, leads: Leads): ReadonlySet<FlowNode> {
  const found = new Set<FlowNode>()
  const open = [first]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node)) continue
    found.add(node)
    open.push(...leads(node))
  }
  return found
}
