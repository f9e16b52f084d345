import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import type { Cel } from '#flows/cel.ts'
import { compilerFor, type Findings, type World } from '#flows/compiler.ts'
import type { Flow, FlowNode, KeyExpression, Trigger } from '#flows/flow.ts'
import { type Graph, type GraphFault, MAX_FAULTS, shapeFaults } from '#flows/graph.ts'
import type { Compiler, NodeKind } from '#flows/node-kind.ts'
import { DURATION, EVENT_TYPE, EXPRESSION } from '#flows/nodes/fields.ts'
import { KINDS } from '#flows/nodes/kinds.ts'
import { type Known, type Wires, wire } from '#flows/wiring.ts'

const SETTINGS = Type.Object(
  {
    key: Type.Optional(EXPRESSION),
    onePerKey: Type.Optional(Type.Boolean()),
    cancelOn: Type.Optional(Type.Array(EVENT_TYPE, { maxItems: 50 })),
    goal: Type.Optional(
      Type.Object({ event: EVENT_TYPE, within: Type.Optional(DURATION) }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
)

const MAX_VARS = 100
/** Faults shown of one node's data: one slip may echo through a union. */
const MAX_SCHEMA_FAULTS = 20
const UNKNOWN = { title: { es: '', en: '' }, data: Type.Any(), ways: () => [] }

type Compiled = { flow: Flow; faults?: undefined } | { flow?: undefined; faults: GraphFault[] }

/**
 * Compiles a graph, or gives everything that keeps it from running. Linear in the graph; what is too large is
 * refused before it is looked at.
 *
 *     const { flow, faults } = compileGraph(JSON.parse(text), { templates })
 */
export function compileGraph(value: unknown, world: World = {}): Compiled {
  const shape = shapeFaults(value)
  if (shape.length > 0) return { faults: shape }
  const graph = value as Graph
  const vars = varsOf(graph)
  const found: Findings = { faults: [], reads: new Set(), calendars: new Set(), listens: [], sources: 0 }
  if (vars.size > MAX_VARS) found.faults.push({ nodeId: null, message: `uses more than ${MAX_VARS} variables` })
  const compiler = compilerFor(world, vars, found)
  const { known, ready } = compileNodes(graph, found, compiler)
  const { wires, faults } = wire(known, graph.edges)
  found.faults.push(...faults)
  const settings = compileSettings(graph.settings ?? {}, found, compiler(null, 'settings'))
  if (found.faults.length > 0) return { faults: found.faults.slice(0, MAX_FAULTS) }
  const nodes = connected(ready, wires)
  return {
    flow: {
      name: graph.name ?? '',
      nodes,
      triggers: triggersOf(nodes),
      ...settings,
      listens: listening(settings, found),
      reads: found.reads,
      calendars: found.calendars,
    },
  }
}

const checks = new Map<TSchema, TypeCheck<TSchema>>()

/** Compiled on first use; the schemas are few and fixed. */
function checkOf(schema: TSchema): TypeCheck<TSchema> {
  const known = checks.get(schema)
  if (known !== undefined) return known
  const made = TypeCompiler.Compile(schema)
  checks.set(schema, made)
  return made
}

/** Faults of data against its schema, each with its path in dots. */
function schemaFaults(schema: TSchema, data: unknown): { path: string; message: string }[] {
  const check = checkOf(schema)
  if (check.Check(data)) return []
  const found = new Map<string, string>()
  for (const { path, message } of check.Errors(data)) {
    const dotted = path.slice(1).replaceAll('/', '.')
    if (!found.has(dotted)) found.set(dotted, message)
    if (found.size >= MAX_SCHEMA_FAULTS) break
  }
  return [...found].map(([path, message]) => ({ path, message }))
}

/** Names that some node gives a value. Data that does not fit names none. */
function varsOf(graph: Graph): Set<string> {
  const names = new Set<string>()
  for (const { type, data = {} } of graph.nodes) {
    const definition = KINDS.get(type)?.definition
    if (definition?.sets === undefined || !checkOf(definition.data).Check(data)) continue
    for (const name of (definition.sets as (data: unknown) => readonly string[])(data)) names.add(name)
  }
  return names
}

type Ready = Map<string, { kind: NodeKind; ready: unknown }>
type CompilerOf = (nodeId: string | null, base: string) => Compiler

function compileNodes(
  graph: Graph,
  found: Findings,
  compiler: CompilerOf,
): { known: Map<string, Known>; ready: Ready } {
  const known = new Map<string, Known>()
  const ready: Ready = new Map()
  for (const node of graph.nodes) {
    const { id, type, data = {} } = node
    const fault = (path: string, message: string) => void found.faults.push({ nodeId: id, path, message })
    if (known.has(id)) fault('id', `node ${id} is there twice`)
    const kind = KINDS.get(type)
    if (kind === undefined) {
      fault('type', `there is no kind of node ${JSON.stringify(type)}; known are ${[...KINDS.keys()].join(', ')}`)
      known.set(id, { node, definition: UNKNOWN, data: null })
      continue
    }
    const faults = schemaFaults(kind.definition.data, data)
    for (const { path, message } of faults) fault(path === '' ? 'data' : `data.${path}`, message)
    known.set(id, { node, definition: kind.definition, data: faults.length > 0 ? null : data })
    if (faults.length === 0) ready.set(id, { kind, ready: kind.compile(data as never, compiler(id, 'data')) })
  }
  return { known, ready }
}

type FlowSettings = Pick<Flow, 'key' | 'onePerKey' | 'cancelOn' | 'goal'>

function compileSettings(value: object, found: Findings, compiler: Compiler): FlowSettings {
  const faults = schemaFaults(SETTINGS, value)
  for (const { path, message } of faults) {
    found.faults.push({ nodeId: null, path: path === '' ? 'settings' : `settings.${path}`, message })
  }
  if (faults.length > 0) return { key: null, onePerKey: true, cancelOn: new Set(), goal: null }
  const { key, onePerKey = true, cancelOn = [], goal } = value as Static<typeof SETTINGS>
  return {
    key: key === undefined || key.trim() === 'event.subject' ? null : compiler.cel('key', key, 'key'),
    onePerKey,
    cancelOn: new Set(cancelOn),
    goal:
      goal === undefined
        ? null
        : {
            event: goal.event,
            within: goal.within === undefined ? null : compiler.duration('goal.within', goal.within),
          },
  }
}

function connected(ready: Ready, wires: Wires): Map<string, FlowNode> {
  const nodes = new Map<string, FlowNode & { outs: Map<string, FlowNode>; rest: FlowNode | null }>()
  for (const [id, { kind, ready: made }] of ready) {
    nodes.set(id, { id, kind, ready: made, outs: new Map(), rest: null })
  }
  for (const [id, node] of nodes) {
    for (const [way, target] of wires.get(id) ?? []) {
      const next = nodes.get(target) as FlowNode
      if (way === '') node.rest = next
      else node.outs.set(way, next)
    }
  }
  return nodes
}

const triggersOf = (nodes: ReadonlyMap<string, FlowNode>): Trigger[] =>
  [...nodes.values()]
    .filter(({ kind }) => kind.definition.starts === true)
    .map((node) => ({ node, ...(node.ready as { pattern: string; where: Cel | null }) }))

function listening({ key, cancelOn, goal }: FlowSettings, found: Findings): Map<string, KeyExpression[]> {
  const listens = new Map<string, KeyExpression[]>()
  const add = (event: string, expression: KeyExpression) => {
    const keys = listens.get(event) ?? []
    if (!keys.includes(expression)) listens.set(event, [...keys, expression])
  }
  for (const wait of found.listens) add(wait.event, wait.key === undefined ? key : wait.key)
  for (const event of cancelOn) add(event, key)
  if (goal !== null) add(goal.event, key)
  return listens
}
