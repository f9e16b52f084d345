import { compileGraph } from '#flows/compile.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph, GraphNode } from '#flows/graph.ts'
import { advance } from '#flows/interpreter.ts'
import type { Advance, Effect, Env, EventView, Facts, Input, Run } from '#flows/run.ts'
import { readSample } from '#flows/samples/samples.ts'
import type { Json } from '#platform/event.ts'

/** What the tests of this context say first: a flow, an event, and what the world knows. */

/** The flow that most tests begin from; steps go by their ids and kinds, not by the names that it gives them. */
export const SAMPLE: Graph = unnamed((await readSample('abandoned-conversation', 'en')).graph)

function unnamed(graph: Graph): Graph {
  const plain = (data: GraphNode['data']) => {
    const { label: _label, ...rest } = data ?? {}
    return rest
  }
  return { ...graph, nodes: graph.nodes.map(({ data, ...node }) => ({ ...node, data: plain(data) })) }
}

export const NOW = Date.parse('2026-03-02T12:00:00Z')

export const KNOWN: Facts = {
  contact: { id: 'p1', name: 'María', locale: 'es-CL', timeZone: 'America/Santiago', addresses: {}, attributes: {} },
  encounter: { id: 'e1', status: 'warned' },
  queue: { id: 'q1', continuity: true },
}

export const NOTHING_KNOWN: Facts = { contact: null, encounter: null, queue: null }

export const env = (facts: Facts = KNOWN, lastResort = 'es'): Env => ({
  facts,
  lastResort,
  experiment: 'tenant/flow',
  unable: () => null,
  // A calendar in which every second hour is open: twice the time passes. `none` is no calendar.
  addBusinessTime: (calendar, from, ms) => (calendar === 'none' ? null : from + ms * 2),
})

export const event = (type: string, data: Json = {}, subject = 'e1', id = `${type}-1`): EventView => ({
  id,
  source: 'test',
  type,
  subject,
  time: '2026-03-02T12:00:00.000Z',
  data,
})

type NodeSpec = readonly [id: string, type: string, data?: { [name: string]: unknown }]

/** A graph from nodes and edges written `source target` or `source.handle target`. */
export function graph(nodes: readonly NodeSpec[], edges: readonly string[], settings?: object) {
  return {
    ...(settings === undefined ? {} : { settings }),
    nodes: nodes.map(([id, type, data = {}]) => ({ id, type, data })),
    edges: edges.map((edge, i) => {
      const [from = '', target = ''] = edge.split(' ')
      const [source = '', sourceHandle] = from.split('.')
      return { id: `edge${i}`, source, target, ...(sourceHandle === undefined ? {} : { sourceHandle }) }
    }),
  }
}

export function flowOf(value: unknown): Flow {
  const { flow, faults } = compileGraph(value)
  if (flow === undefined) throw new Error(JSON.stringify(faults))
  return flow
}

/** Nodes in a row after a trigger `start` on `go`. */
export const inARow = (nodes: readonly NodeSpec[], settings?: object): Flow =>
  flowOf(
    graph(
      [['start', 'trigger', { event: 'go' }], ...nodes],
      nodes.map(([id], i) => `${nodes[i - 1]?.[0] ?? 'start'} ${id}`),
      settings,
    ),
  )

export const starting = (started = event('go'), position = 1): Extract<Input, { kind: 'start' }> => ({
  kind: 'start',
  runId: 'run1',
  trigger: 'start',
  event: started,
  position,
  about: { encounterId: 'e1', contactId: 'p1', queueId: 'q1', silence: null },
})

export const begin = (flow: Flow, started = event('go'), facts: Facts = KNOWN, now = NOW): Advance =>
  advance(flow, null, starting(started), now, env(facts))

export const on = (flow: Flow, run: Run, input: Input, now = NOW, facts: Facts = KNOWN): Advance =>
  advance(flow, run, input, now, env(facts))

/** The timer of the run's present wait. */
export const timer = (run: Run): Input => ({
  kind: 'wake',
  node: run.parked?.node ?? '',
  visit: run.parked?.visit ?? 0,
})

/** What became of the effect that the run waits for. */
export const outcome = (run: Run, way: string, value: Json = {}, cause?: string): Input => ({
  ...(timer(run) as Extract<Input, { kind: 'wake' }>),
  outcome: { way, value, ...(cause === undefined ? {} : { cause }) },
})

export const visited = ({ steps }: Advance): string[] => steps.map(({ nodeId, way }) => `${nodeId}:${way ?? ''}`)

export const effect = <K extends Effect['kind']>(made: Advance, kind: K): Extract<Effect, { kind: K }> => {
  const found = made.effects.find((one) => one.kind === kind)
  if (found === undefined) throw new Error(`no ${kind} among ${made.effects.map((one) => one.kind).join(', ')}`)
  return found as Extract<Effect, { kind: K }>
}

/** Milliseconds of this thread's own work, the best of some tries: what else the machine does must not decide. */
export function fastest(tries: number, act: () => unknown): number {
  const times = Array.from({ length: tries }, () => {
    const before = process.threadCpuUsage()
    act()
    const { user, system } = process.threadCpuUsage(before)
    return (user + system) / 1_000
  })
  return Math.min(...times)
}
