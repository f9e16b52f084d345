import { isObject } from '../../ui/json-text.ts'
import { freshEdgeId, freshId, renamed } from './edits.ts'
import { type Data, type FlowEdge, type FlowNode, type Graph, isSameJson, type Json, ordered, wayOf } from './graph.ts'
import { KINDS } from './kinds.ts'

// Two people drew on from the same graph: what both made of it, as one.

/** A place that both changed, each otherwise. */
export type Dispute = {
  /** Null: the flow as a whole. */
  readonly nodeId: string | null
  /** JSON pointer into the graph, with nodes by their ids; `/edges` where the step's way leads. */
  readonly path: string
  /** Of edges: the way that they leave by. */
  readonly way?: string
  /** Undefined: there is nothing on that side; of a step: it was removed. */
  readonly mine: Json | undefined
  readonly theirs: Json | undefined
}

export type Joined = {
  readonly graph: Graph
  /** There it is as it was here. */
  readonly disputes: readonly Dispute[]
  /** New steps of here that have another id now: both had called a new one so. */
  readonly renames: ReadonlyMap<string, string>
}

type Tell = (dispute: Dispute) => void
type Three<T> = { base: T; mine: T; theirs: T }

/**
 * What was changed here and what others changed, both from `base`: members by their names, steps by their ids, edges by where
 * they lead from and to. Where both changed the same, it is as here. Where steps stand on the canvas is in dispute with nobody.
 */
export function joined(base: Graph, given: Graph, theirs: Graph): Joined {
  const { graph: mine, renames } = withOwnIds(base, given, theirs)
  const disputes: Dispute[] = []
  const tell: Tell = (dispute) => void disputes.push(dispute)
  const rest = joinedMembers(map3({ base, mine, theirs }, membersOf), '', null, tell)
  const settings = joinedMembers(
    map3({ base, mine, theirs }, (graph) => graph.settings ?? {}),
    '/settings',
    null,
    tell,
  )
  const steps = joinedSteps({ base, mine, theirs }, tell)
  const edges = joinedEdges({ base, mine, theirs }, steps, tell)
  const hasSettings = Object.keys(settings).length > 0 || (mine.settings ?? theirs.settings) !== undefined
  const graph = {
    ...(rest as Partial<Graph>),
    ...(hasSettings ? { settings } : {}),
    nodes: steps.nodes,
    edges,
  }
  return { graph, disputes, renames }
}

const map3 = <T, R>({ base, mine, theirs }: Three<T>, of: (one: T) => R): Three<R> => ({
  base: of(base),
  mine: of(mine),
  theirs: of(theirs),
})

/** What is merged by its name alone. How far it was moved out of sight is nobody's work. */
const membersOf = ({ nodes: _n, edges: _e, settings: _s, viewport: _v, ...rest }: Graph): Data => rest as Data

const at = (data: Data, name: string): Json | undefined => (Object.hasOwn(data, name) ? data[name] : undefined)
const text = (value: unknown): string => JSON.stringify(value) ?? ''
const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  one === undefined || other === undefined ? one === other : isSameJson(one, other)

/** Names of all, in the order of whoever put them in another one. */
function woven({ base, mine, theirs }: Three<readonly string[]>): string[] {
  const [old, own] = [new Set(base), new Set(mine)]
  const isReordered = text(mine.filter((name) => old.has(name))) !== text(base.filter((name) => own.has(name)))
  const [first, second] = isReordered ? [mine, theirs] : [theirs, mine]
  const all = [...first]
  const has = new Set(first)
  second.forEach((name, i) => {
    if (has.has(name)) return
    const before = second[i - 1]
    all.splice(before === undefined ? 0 : all.indexOf(before) + 1, 0, name)
    has.add(name)
  })
  return all
}

function joinedMembers(three: Three<Data>, path: string, nodeId: string | null, tell: Tell): Data {
  const found = woven(map3(three, Object.keys)).flatMap((name) => {
    const value = joinedValue(
      map3(three, (data) => at(data, name)),
      `${path}/${name}`,
      nodeId,
      tell,
    )
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found)
}

function joinedValue(three: Three<Json | undefined>, path: string, nodeId: string | null, tell: Tell) {
  const { base, mine, theirs } = three
  // The order of members counts, too: that of variables is the author's.
  if (text(theirs) === text(base)) return mine
  if (text(mine) === text(base)) return theirs
  if (isObject(base) && isObject(mine) && isObject(theirs)) {
    return joinedMembers(three as Three<Data>, path, nodeId, tell)
  }
  if (isSame(mine, theirs) || isSame(theirs, base)) return mine
  if (isSame(mine, base)) return theirs
  tell({ nodeId, path, mine, theirs })
  return mine
}

/** Ids are made of the kind of a step: two people who each add a wait have called them alike, and mean two. */
function withOwnIds(base: Graph, mine: Graph, theirs: Graph): { graph: Graph; renames: Map<string, string> } {
  const old = byId(base)
  const their = byId(theirs)
  const taken = new Set([...mine.nodes, ...theirs.nodes].map(({ id }) => id))
  const renames = new Map<string, string>()
  let graph = mine
  for (const node of mine.nodes) {
    const other = their.get(node.id)
    if (other === undefined || old.has(node.id) || isSameJson(node, other)) continue
    const id = freshId(taken, node.id)
    taken.add(id)
    renames.set(node.id, id)
    graph = renamed(graph, node.id, id)
  }
  return { graph, renames }
}

const byId = ({ nodes }: Graph): Map<string, FlowNode> => new Map(nodes.map((node) => [node.id, node]))

type Steps = {
  nodes: FlowNode[]
  /** Those that others removed, and that are kept since they were changed here. */
  back: ReadonlySet<string>
}

function joinedSteps(graphs: Three<Graph>, tell: Tell): Steps {
  const found = map3(graphs, byId)
  // Whoever leads somewhere else to a step, or from it, counts on it.
  const mineLead = newlyLed(graphs.base, graphs.mine)
  const theirsLead = newlyLed(graphs.base, graphs.theirs)
  const back = new Set<string>()
  const nodes = woven(map3(graphs, ({ nodes }) => nodes.map(({ id }) => id))).flatMap((id): FlowNode[] => {
    const three = map3(found, (nodes) => nodes.get(id))
    const { base, mine, theirs } = three
    const only = mine ?? theirs
    if (base === undefined) return only === undefined ? [] : [only]
    const told = () => tell({ nodeId: id, path: `/nodes/${id}`, mine: said(mine), theirs: said(theirs) })
    if (mine === undefined) {
      if (theirs !== undefined && (!isSameStep(base, theirs) || theirsLead.has(id))) told()
      return []
    }
    if (theirs === undefined) {
      if (isSameStep(base, mine) && !mineLead.has(id)) return []
      told()
      back.add(id)
      return [mine]
    }
    if (mine === base || text(mine) === text(base)) return [theirs]
    if (text(theirs) === text(base)) return [mine]
    if (mine.type === base.type && theirs.type === base.type) return [joinedStep({ base, mine, theirs }, tell)]
    if (isSameStep(mine, base)) return [theirs]
    if (!isSameStep(theirs, base) && !isSameStep(mine, theirs)) told()
    return [mine]
  })
  return { nodes, back }
}

const NOBODY: Tell = () => {}

/** Of one kind: its settings, and what else it has, by their names. */
function joinedStep(three: Three<FlowNode>, tell: Tell): FlowNode {
  const { id } = three.base
  const rest = joinedMembers(map3(three, membersOfStep), `/nodes/${id}`, id, NOBODY)
  const data = joinedMembers(
    map3(three, ({ data }) => data),
    `/nodes/${id}/data`,
    id,
    tell,
  )
  return { ...rest, data } as unknown as FlowNode
}

const membersOfStep = ({ data: _data, ...rest }: FlowNode): Data => rest as unknown as Data
const said = (node: FlowNode | undefined): Json | undefined =>
  node === undefined ? undefined : { type: node.type, data: node.data }
const isSameStep = (one: FlowNode, other: FlowNode): boolean => isSame(said(one), said(other))

type Lead = Pick<FlowEdge, 'source' | 'target' | 'sourceHandle'>
const slotOf = (edge: Lead): string => text([edge.source, wayOf(edge)])
const leadOf = (edge: Lead): string => text([edge.source, wayOf(edge), edge.target])

/** The ends of edges that a graph has and an earlier one had not. */
function newlyLed(base: Graph, graph: Graph): Set<string> {
  const old = new Set(base.edges.map(leadOf))
  return new Set(graph.edges.filter((edge) => !old.has(leadOf(edge))).flatMap(({ source, target }) => [source, target]))
}

function joinedEdges(graphs: Three<Graph>, { nodes, back }: Steps, tell: Tell): FlowEdge[] {
  const kinds = new Map(nodes.map(({ id, type }) => [id, KINDS.get(type)]))
  const isDrawn = ({ source, target }: FlowEdge) => kinds.has(source) && kinds.has(target)
  const slots = map3(graphs, ({ edges }) => Map.groupBy(edges, slotOf))
  const wanted = new Set<string>()
  for (const slot of new Set([...slots.mine.keys(), ...slots.theirs.keys()])) {
    const [source, way] = JSON.parse(slot) as [string, string]
    const led = map3(slots, (all) => (all.get(slot) ?? []).map(({ target }) => target))
    const found =
      kinds.get(source)?.forks === true
        ? forked(led, (target) => back.has(target) || back.has(source))
        : back.has(source)
          ? led.mine
          : leadingTo(led, graphs, { back, isThere: (target) => kinds.has(target) })
    if (found === null) {
      const [mine, theirs] = [led.mine[0], led.theirs[0]]
      tell({ nodeId: source, path: '/edges', way, mine, theirs })
    }
    for (const target of found ?? led.mine) wanted.add(text([source, way, target]))
  }
  const byLead = map3(graphs, ({ edges }) => new Map(edges.map((edge) => [leadOf(edge), edge])))
  const edges = woven(map3(graphs, ({ edges }) => [...new Set(edges.map(leadOf))])).flatMap((lead) => {
    const { base, mine, theirs } = map3(byLead, (all) => all.get(lead))
    const isMine = mine !== undefined && (theirs === undefined || text(mine) !== text(base))
    const edge = isMine ? mine : theirs
    return edge !== undefined && wanted.has(lead) && isDrawn(edge) ? [edge] : []
  })
  return withOwnEdgeIds(edges, new Set(graphs.theirs.edges.map((edge) => text([edge.id, leadOf(edge)]))))
}

/** Where a way leads that leads to one step. Null: both made it lead elsewhere. */
function leadingTo(
  led: Three<string[]>,
  graphs: Three<Graph>,
  { back, isThere }: { back: ReadonlySet<string>; isThere: (target: string) => boolean },
): string[] | null {
  const { base, mine, theirs } = map3(led, (targets) => text(targets.toSorted()))
  if (theirs === base || mine === theirs) return led.mine
  // It was removed here.
  if (led.theirs.length > 0 && !led.theirs.some(isThere)) return led.mine
  if (mine === base && !led.mine.some((target) => back.has(target))) return led.theirs
  // It leads nowhere since what it led to was removed: that says nothing against another place.
  const letGo = (now: string[], graph: Graph) =>
    now.length === 0 && led.base.length > 0 && !graph.nodes.some(({ id }) => led.base.includes(id))
  if (letGo(led.mine, graphs.mine)) return led.theirs
  if (letGo(led.theirs, graphs.theirs)) return led.mine
  return null
}

/** Where a step forks to: each of its branches is for itself. */
const forked = ({ base, mine, theirs }: Three<string[]>, isBack: (target: string) => boolean): string[] => [
  ...mine.filter((target) => theirs.includes(target) || !base.includes(target) || isBack(target)),
  ...theirs.filter((target) => !base.includes(target) && !mine.includes(target)),
]

/** Ids of edges are numbers that go on: both have called new ones alike. What is saved keeps its own. */
function withOwnEdgeIds(edges: readonly FlowEdge[], saved: ReadonlySet<string>): FlowEdge[] {
  const isSaved = (edge: FlowEdge) => saved.has(text([edge.id, leadOf(edge)]))
  const taken = new Set(edges.filter(isSaved).map(({ id }) => id))
  const all = [...edges]
  edges.forEach((edge, i) => {
    if (isSaved(edge)) return
    const own = taken.has(edge.id) ? { ...edge, id: freshEdgeId(all) } : edge
    taken.add(own.id)
    all[i] = own
  })
  return all
}

/** In how many places two graphs differ, roughly: to tell from which one another was drawn. */
export function distance(one: Graph, other: Graph): number {
  const [a, b] = [placesOf(one), placesOf(other)]
  return [...a].filter((place) => !b.has(place)).length + [...b].filter((place) => !a.has(place)).length
}

const placesOf = ({ nodes, edges, settings, ...rest }: Graph): Set<string> => {
  const parts = (of: string, members: object) => Object.entries(members).map((member) => ordered([of, member]))
  return new Set([
    ...nodes.flatMap(({ data, ...node }) => [...parts(node.id, node), ...parts(`${node.id}/`, data)]),
    ...edges.map(leadOf),
    ...parts('', { ...settings, ...rest }),
  ])
}
