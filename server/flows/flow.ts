import type { CancelRule } from '#flows/cancelling.ts'
import type { Cel } from '#flows/cel.ts'
import type { EntryControl } from '#flows/entry/control.ts'
import type { NodeKind } from '#flows/node-kind.ts'
import type { Span } from '#platform/duration.ts'

export type FlowNode = {
  readonly id: string
  /** What people call it; null: it has no name. */
  readonly label: string | null
  readonly kind: NodeKind
  /** What the kind's `compile` made of the node's data. */
  readonly ready: unknown
  /** Where each way that is drawn apart leads. */
  readonly outs: ReadonlyMap<string, FlowNode>
  /** Where all other ways lead: the edge without `sourceHandle`. */
  readonly rest: FlowNode | null
  /** Where what undoes the step begins; null: nothing does. */
  readonly undo: FlowNode | null
}

export type Trigger = { readonly node: FlowNode; readonly pattern: string; readonly where: Cel | null }

/** A node at which runs begin by the clock: when clocks in `zone` fit the pattern. */
export type Schedule = { readonly node: FlowNode; readonly cron: string; readonly zone: string }

/** An expression that finds an event's key; null stands for the common one, the subject itself. */
export type KeyExpression = Cel | null

/** A graph that can run. Only `compileGraph` makes it; it is never changed. */
export type Flow = {
  readonly name: string
  readonly nodes: ReadonlyMap<string, FlowNode>
  readonly triggers: readonly Trigger[]
  readonly schedules: readonly Schedule[]
  /** Where runs begin that somebody asks for. */
  readonly manual: FlowNode | null
  readonly key: KeyExpression
  readonly onePerKey: boolean
  readonly cancelOn: readonly CancelRule[]
  /** `ends`: a run that reaches it is over, unless it waits for that event itself. */
  readonly goal: { readonly event: string; readonly within: Span | null; readonly ends: boolean } | null
  /** How runs begin; null: at once, each with its event. */
  readonly entry: EntryControl | null
  /** Variable that holds the item at hand, by the id of its loop. */
  readonly items: ReadonlyMap<string, string>
  /** After so long a run is ended; null: never. */
  readonly timeLimit: Span | null
  /** The flow that is begun when a run fails. */
  readonly onError: string | null
  /**
   * Types of events that runs may wait for, be cancelled by or have as goal, with every key looked up by; none: runs are
   * found by the person.
   */
  readonly listens: ReadonlyMap<string, readonly KeyExpression[]>
  /** What conditions and texts read of the world, so that nothing else is loaded. */
  readonly reads: ReadonlySet<string>
  /** Nodes behind which some node, or the key of events, reads of the world. */
  readonly readsBehind: ReadonlySet<string>
  /** Other flows that its runs may begin. */
  readonly flows: ReadonlySet<string>
  /** Nodes that spread people over arms. */
  readonly splits: ReadonlySet<string>
  /** Of those whose winner was promoted: the arm that all but the holdout go. */
  readonly winners: ReadonlyMap<string, string>
  /** Calendars named: ids, and `queue`. */
  readonly calendars: ReadonlySet<string>
}

/** Where a way leads, or null: the run ends there. */
export const follow = (node: FlowNode, way: string): FlowNode | null => node.outs.get(way) ?? node.rest
