import { edgeBy } from './edits.ts'
import { type Data, type FlowEdge, type Graph, nodeOf, REST, textIn } from './graph.ts'

/** One visit of a step, as runs and simulations tell it. */
export type Visit = {
  visit: number
  nodeId: string
  label?: string
  type: string
  at: string
  endedAt: string | null
  way?: string
  error?: string
  says?: { en: string; es: string }
  tries?: number
  input?: unknown
  output?: unknown
  /** Of the flow, by which it was entered. */
  version?: number
}

/** Something that a person would read. */
export type Said = {
  at: string
  nodeId: string
  kind: string
  text?: string
  channel?: string | null
  locale?: string | null
  title?: string | null
  body?: string | null
  html?: string | null
  reason?: string | null
  /** It waited for its moment since then. */
  held?: { readonly since: string; readonly reason: string | null }
  /** Channels that were passed over. */
  skipped?: readonly { readonly channel: string; readonly reason: string }[]
}

/** An event that a scenario has come later. */
export type Came = { at: string; type: string; data?: unknown }

const WRITTEN = 'encounter.message_received'

/** What a walk has lit up so far. */
export type Lit = {
  readonly nodes: ReadonlySet<string>
  readonly edges: ReadonlySet<string>
  /** Where it stands. */
  readonly at: string | null
}

export const UNLIT: Lit = { nodes: new Set(), edges: new Set(), at: null }

/** The edge by which a visit was left. */
export function edgeLeft(graph: Graph, { nodeId, way }: Visit): FlowEdge | undefined {
  const node = nodeOf(graph, nodeId)
  if (node === undefined || way === undefined) return undefined
  return edgeBy(graph, node, way) ?? edgeBy(graph, node, REST)
}

/** The path of the first visits, for the canvas: steps that were entered, edges that were gone. */
export function litBy(graph: Graph, path: readonly Visit[], upTo: number): Lit {
  const seen = path.slice(0, upTo)
  const nodes = new Set(seen.map(({ nodeId }) => nodeId))
  const edges = new Set<string>()
  for (const [i, visit] of seen.entries()) {
    const edge = edgeLeft(graph, visit)
    // An edge is gone when somebody has arrived at its end.
    if (edge !== undefined && seen.slice(i + 1).some(({ nodeId }) => nodeId === edge.target)) edges.add(edge.id)
    if (nodeOf(graph, visit.nodeId)?.type !== 'parallel') continue
    for (const branch of graph.edges)
      if (branch.source === visit.nodeId && nodes.has(branch.target)) edges.add(branch.id)
  }
  return { nodes, edges, at: seen.at(-1)?.nodeId ?? null }
}

type Versioned = { readonly version: number; readonly steps: readonly Visit[] }

/** The versions of the flow that a run went by, the one that it is on last. */
export const versionsOf = ({ version, steps }: Versioned): number[] => {
  const before = steps.map((step) => step.version ?? version).filter((one) => one !== version)
  return [...new Set(before), version]
}

/** As much of its path as it had gone when it left a version; of the one that it is on, all. */
export function pathBy({ version, steps }: Versioned, wanted: number): readonly Visit[] {
  if (wanted === version) return steps
  return steps.slice(0, steps.findLastIndex((step) => step.version === wanted) + 1)
}

/** A moment of a walk: a step that was entered, or something that was said. In the order of time. */
export type Moment =
  | {
      readonly kind: 'visit'
      readonly at: number
      readonly visit: Visit
      readonly waitedMs: number
      readonly upTo: number
    }
  | { readonly kind: 'said'; readonly at: number; readonly said: Said; readonly upTo: number }
  /** Something that the scenario brings. `text`: what the person writes; null: it is no message. */
  | {
      readonly kind: 'came'
      readonly at: number
      readonly type: string
      readonly text: string | null
      readonly upTo: number
    }

/** What happened, moment by moment. `upTo`: how many visits had been by then. */
export function momentsOf(path: readonly Visit[], said: readonly Said[], came: readonly Came[] = []): Moment[] {
  const visits = path.map((visit, i): Moment => {
    const at = Date.parse(visit.at)
    const waitedMs = visit.endedAt === null ? 0 : Math.max(0, Date.parse(visit.endedAt) - at)
    return { kind: 'visit', at, visit, waitedMs, upTo: i + 1 }
  })
  const messages = said.map((one): Moment => {
    const at = Date.parse(one.at)
    const from = path.findLastIndex(({ nodeId, at: entered }) => nodeId === one.nodeId && Date.parse(entered) <= at)
    return { kind: 'said', at, said: one, upTo: from + 1 }
  })
  const heard = came.flatMap(({ at: time, type, data }, i): Moment[] => {
    // Who writes is back: the same is not told twice.
    if (type === 'encounter.resumed' && came[i - 1]?.at === time && came[i - 1]?.type === WRITTEN) return []
    const at = Date.parse(time)
    const text = type === WRITTEN ? textIn((data as Data | null | undefined)?.text) : null
    return [{ kind: 'came', at, type, text, upTo: path.filter((visit) => Date.parse(visit.at) < at).length }]
  })
  // Of one moment, what came first, then the step and what it said; steps keep their order.
  const rank = { came: 0, visit: 1, said: 2 } as const
  return [...heard, ...visits, ...messages].toSorted(
    (a, b) => a.at - b.at || a.upTo - b.upTo || rank[a.kind] - rank[b.kind],
  )
}
