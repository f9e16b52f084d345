import { Type } from '@sinclair/typebox'
import { compilerFor, type Findings, type World } from '#flows/compiler.ts'
import { BATCH_VAR } from '#flows/entry/control.ts'
import type { Flow, FlowNode, KeyExpression, NodeKind, Schedule, Trigger } from '#flows/flow.ts'
import { compileSettings, type FlowSettings, gathers, SETTINGS } from '#flows/flow-settings.ts'
import { type Graph, type GraphFault, type GraphNode, MAX_FAULTS, shapeFaults } from '#flows/graph.ts'
import { idleBeginnings } from '#flows/idle-beginnings.ts'
import { beside, type Judged, judge } from '#flows/judged.ts'
import type { Compiler } from '#flows/node-definition.ts'
import { KINDS } from '#flows/nodes/kinds.ts'
import type { Begins } from '#flows/nodes/trigger.ts'
import { recalledBy } from '#flows/recalled.ts'
import { selfBeginnings } from '#flows/self-beginnings.ts'
import { type Known, UNDO, type Wires, wire } from '#flows/wiring.ts'
import type { Sentence } from '#platform/sentence.ts'
import { storable } from '#platform/storable.ts'

export const MAX_VARS = 100
export const TOO_MANY_VARS = {
  en: `uses more than ${MAX_VARS} variables`,
  es: `usa más de ${MAX_VARS} variables`,
}
/** Of a flow that was made and never drawn. */
const NO_DRAFT = { en: 'there is no draft yet: save one first', es: 'todavía no hay borrador: guarda uno primero' }
const UNKNOWN = { title: { es: '', en: '' }, data: Type.Any(), ways: () => [] }

/** `warnings`: what runs, and will not do what its author may expect. */
type Compiled = ({ flow: Flow; faults?: undefined } | { flow?: undefined; faults: GraphFault[] }) & {
  warnings: readonly GraphFault[]
}

/**
 * Compiles a graph that is to be published, or gives everything that is wrong with it. Linear in the graph; what is too
 * large is refused before it is looked at.
 *
 *     const { flow, faults } = compileGraph(JSON.parse(text), { templates })
 */
export function compileGraph(value: unknown, world: World = {}): Compiled {
  const { flow, faults, warnings } = build(value, world)
  return flow === undefined || faults.length > 0 ? { faults, warnings } : { flow, warnings }
}

/**
 * Compiles a version that was published, perhaps by an older program that was less strict: people are inside, and what is
 * only judged does not keep it from running.
 * @returns undefined for what this program does not know how to run
 */
export const compileVersion = (graph: unknown): Flow | undefined => build(graph, {}).flow

type Built = { flow?: Flow; faults: GraphFault[]; warnings: readonly GraphFault[] }

function build(value: unknown, world: World): Built {
  if (value === null) return { faults: [{ nodeId: null, says: NO_DRAFT }], warnings: [] }
  const shape = shapeFaults(value)
  if (shape.length > 0) return { faults: shape, warnings: [] }
  const graph = value as Graph
  const seen = graph.nodes.map(look)
  const setBy = varsSetBy(seen)
  const vars = new Set([...setBy.values()].flat())
  const judged = judge(SETTINGS, graph.settings ?? {})
  if (gathers(judged)) vars.add(BATCH_VAR)
  const found: Findings = {
    faults: [],
    doubts: new Set(),
    warnings: [],
    flows: new Set(),
    reads: new Set(),
    readers: new Set(),
    calendars: new Set(),
    listens: [],
    sources: 0,
  }
  if (vars.size > MAX_VARS) found.faults.push({ nodeId: null, says: TOO_MANY_VARS })
  const compiler = compilerFor(world, vars, found)
  const { known, ready } = compileNodes(seen, found, compiler)
  const { wires, faults, doubts } = wire(known, graph.edges)
  for (const one of doubts) found.doubts.add(one)
  found.warnings.push(...idleBeginnings(graph.nodes, ready, wires), ...selfBeginnings(ready))
  found.faults.push(...faults, ...doubts, ...asksTwice(ready))
  const settings = compileSettings(judged, found, compiler(null, 'settings'))
  for (const one of winnersOfNothing(ready, settings, judged)) {
    found.faults.push(one)
    found.doubts.add(one)
  }
  const warnings = found.warnings.slice(0, MAX_FAULTS)
  nameNodes(graph.nodes, [...found.faults, ...found.warnings])
  const shown = found.faults.slice(0, MAX_FAULTS)
  if (!found.faults.every((one) => found.doubts.has(one))) return { faults: shown, warnings }
  const nodes = connected(ready, wires, graph, setBy)
  return {
    flow: {
      name: graph.name ?? '',
      nodes,
      ...beginningsOf(nodes),
      ...settings,
      listens: listening(settings, found),
      reads: found.reads,
      readsBehind: behind(nodes, found.readers),
      calendars: found.calendars,
      flows: found.flows,
      splits: new Set([...nodes.values()].filter(({ kind }) => kind.type === 'split').map(({ id }) => id)),
      winners: new Map(),
    },
    faults: shown,
    warnings,
  }
}

const NO_GOAL: Sentence = {
  en: 'the flow has no goal: nobody would count as a success, and no arm could win',
  es: 'el flujo no tiene meta: nadie contaría como logro y ninguna rama podría ganar',
}

/** Splits that look for a winner where nothing says who succeeds. */
const winnersOfNothing = (ready: Ready, { goal }: FlowSettings, { data }: Judged): GraphFault[] =>
  goal !== null || data === null
    ? []
    : [...ready].flatMap(([nodeId, { kind, ready: made }]) =>
        kind.type === 'split' && (made as { winner: unknown }).winner !== null
          ? [{ nodeId, path: 'data.winner', says: NO_GOAL }]
          : [],
      )

/** The data of each node, held against the schema of its kind; null: there is no such kind. */
type Seen = { node: GraphNode; kind: NodeKind | null; judged: Judged | null }

const look = (node: GraphNode): Seen => {
  const kind = KINDS.get(node.type) ?? null
  const { label: _label, ...data } = node.data ?? {}
  return { node, kind, judged: kind === null ? null : judge(kind.definition.data, data) }
}

/** Names that each node gives a value, by its id. */
function varsSetBy(seen: readonly Seen[]): Map<string, readonly string[]> {
  return new Map(
    seen.flatMap(({ node, kind, judged }) => {
      const sets = kind?.definition.sets as ((data: unknown) => readonly string[]) | undefined
      return sets === undefined || !judged?.data ? [] : [[node.id, sets(judged.data)] as const]
    }),
  )
}

type Ready = Map<string, { kind: NodeKind; ready: unknown }>
type CompilerOf = (nodeId: string | null, base: string) => Compiler

function compileNodes(
  seen: readonly Seen[],
  found: Findings,
  compiler: CompilerOf,
): { known: Map<string, Known>; ready: Ready } {
  const known = new Map<string, Known>()
  const ready: Ready = new Map()
  for (const { node, kind, judged } of seen) {
    const { id, type } = node
    const fault = (path: string, says: Sentence) => void found.faults.push({ nodeId: id, path, says })
    if (!isLabel(node.data?.label)) fault('data.label', NO_LABEL)
    if (known.has(id)) fault('id', { en: `node ${id} is there twice`, es: `el nodo ${id} está dos veces` })
    if (kind === null || judged === null) {
      fault('type', noKind(type))
      known.set(id, { node, definition: UNKNOWN, data: null })
      continue
    }
    for (const { path, says } of judged.faults) fault(path === '' ? 'data' : `data.${path}`, says)
    const data = judged.data as GraphNode['data'] | null
    known.set(id, { node, definition: kind.definition, data })
    if (data === null) continue
    const before = found.faults.length
    ready.set(id, { kind, ready: kind.compile(data as never, compiler(id, 'data')) })
    if (judged.faults.length > 0) found.faults.push(...beside(found.faults.splice(before), 'data', judged))
  }
  return { known, ready }
}

function noKind(type: string): Sentence {
  const list = [...KINDS.keys()].join(', ')
  const quoted = JSON.stringify(storable(type, 100))
  return {
    en: `there is no kind of node ${quoted}; known are ${list}`,
    es: `no existe el tipo de nodo ${quoted}; existen ${list}`,
  }
}

const MAX_LABEL = 200
const NO_LABEL: Sentence = {
  en: `must be a text of at most ${MAX_LABEL} characters`,
  es: `debe ser un texto de ${MAX_LABEL} caracteres como máximo`,
}
const isLabel = (label: unknown): boolean =>
  label === undefined || (typeof label === 'string' && label.length <= MAX_LABEL)

/** What people call the nodes: editors keep it with their data. */
const labelsOf = (nodes: readonly GraphNode[]): Map<string, string> =>
  new Map(
    nodes.flatMap(({ id, data }) => {
      const label = typeof data?.label === 'string' ? data.label.trim() : ''
      return label === '' ? [] : [[id, label] as const]
    }),
  )

/** Faults of nodes tell their names too. */
function nameNodes(nodes: readonly GraphNode[], faults: readonly GraphFault[]): void {
  if (faults.length === 0) return
  const labels = labelsOf(nodes)
  for (const fault of faults) {
    const label = fault.nodeId === null ? undefined : labels.get(fault.nodeId)
    if (label !== undefined) fault.label = label
  }
}

function connected(
  ready: Ready,
  wires: Wires,
  graph: Graph,
  setBy: ReadonlyMap<string, readonly string[]>,
): Map<string, FlowNode> {
  const labels = labelsOf(graph.nodes)
  type Open = FlowNode & {
    outs: Map<string, FlowNode>
    rest: FlowNode | null
    undo: FlowNode | null
    recalls: FlowNode['recalls']
  }
  const nodes = new Map<string, Open>()
  for (const [id, { kind, ready: made }] of ready) {
    nodes.set(id, {
      id,
      label: labels.get(id) ?? null,
      kind,
      ready: made,
      outs: new Map(),
      rest: null,
      undo: null,
      recalls: [],
    })
  }
  for (const [id, node] of nodes) {
    for (const [way, target] of wires.get(id) ?? []) {
      const next = nodes.get(target) as FlowNode
      if (way === '') node.rest = next
      else if (way === UNDO && node.kind.definition.undoable) node.undo = next
      else node.outs.set(way, next)
    }
  }
  for (const [id, names] of recalledBy(nodes, graph, setBy)) (nodes.get(id) as Open).recalls = names
  return nodes
}

/** Nodes from which one of the readers is reached by some way. */
function behind(nodes: ReadonlyMap<string, FlowNode>, readers: ReadonlySet<string | null>): Set<string> {
  // A loop, and what undoes a step, go on where no edge leads.
  const leaps = [...nodes.values()].some(({ kind, undo }) => kind.definition.boundedWay !== undefined || undo !== null)
  if (readers.has(null) || (leaps && readers.size > 0)) return new Set(nodes.keys())
  const into = new Map<string, string[]>()
  for (const { id, outs, rest } of nodes.values()) {
    for (const next of [...outs.values(), ...(rest === null ? [] : [rest])]) {
      into.set(next.id, [...(into.get(next.id) ?? []), id])
    }
  }
  const found = new Set<string>()
  const open = [...readers].flatMap((id) => into.get(id as string) ?? [])
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...(into.get(id) ?? []))
  }
  return found
}

function beginningsOf(nodes: ReadonlyMap<string, FlowNode>): Pick<Flow, 'triggers' | 'schedules' | 'manual'> {
  const triggers: Trigger[] = []
  const schedules: Schedule[] = []
  let manual: FlowNode | null = null
  for (const node of nodes.values()) {
    if (node.kind.definition.starts !== true) continue
    const begins = node.ready as Begins
    if (begins.by === 'event') triggers.push({ node, pattern: begins.pattern, where: begins.where })
    else if (begins.by === 'schedule') schedules.push({ node, cron: begins.cron, zone: begins.zone })
    else manual = node
  }
  return { triggers, schedules, manual }
}

const MANUAL_TWICE: Sentence = {
  en: 'another trigger is manual already',
  es: 'ya hay otro inicio manual',
}

/** Whoever asks for a run names the flow, not the node: there can be one to begin at. */
const asksTwice = (ready: Ready): GraphFault[] =>
  [...ready]
    .filter(([, { kind, ready: made }]) => kind.definition.starts === true && (made as Begins).by === 'request')
    .slice(1)
    .map(([nodeId]) => ({ nodeId, path: 'data.manual', says: MANUAL_TWICE }))

function listening({ key, cancelOn, goal }: FlowSettings, found: Findings): Map<string, KeyExpression[]> {
  const listens = new Map<string, KeyExpression[]>()
  const add = (event: string, expression: KeyExpression) => {
    const keys = listens.get(event) ?? []
    if (!keys.includes(expression)) listens.set(event, [...keys, expression])
  }
  for (const wait of found.listens) add(wait.event, wait.key === undefined ? key : wait.key)
  for (const { event, samePerson } of cancelOn) {
    if (!samePerson) add(event, key)
    else if (!listens.has(event)) listens.set(event, [])
  }
  if (goal !== null) add(goal.event, key)
  return listens
}
