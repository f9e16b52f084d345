/** A graph that can run, the kinds of its nodes, and an advance through it: what each is says what the others are. */
import type { Cel, Scope } from '#flows/cel.ts'
import type { EntryControl } from '#flows/entry/control.ts'
import type { Compiler, Definition } from '#flows/node-definition.ts'
import type {
  About,
  Done,
  Effect,
  Ending,
  Env,
  EventView,
  Failure,
  Final,
  Fork,
  Frame,
  From,
  Outcome,
  Parked,
  RunStatus,
  Step,
  Stuck,
} from '#flows/run.ts'
import type { TextScope } from '#flows/texts.ts'
import type { Span } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'

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
  /** Variables that what undoes the step speaks of; `ofRound`: a later round of a loop that it is in may give it a value. */
  readonly recalls: readonly { readonly name: string; readonly ofRound: boolean }[]
}

export type Trigger = { readonly node: FlowNode; readonly pattern: string; readonly where: Cel | null }

/** A node at which runs begin by the clock: when clocks in `zone` fit the pattern. */
export type Schedule = { readonly node: FlowNode; readonly cron: string; readonly zone: string }

/** An event that ends runs wherever they stand, and what waits to begin one. */
export type CancelRule = {
  readonly event: string
  /** Asked of the event that came, as `last`; null: each one does. */
  readonly where: Cel | null
  /** One of the run's person does, whatever its key; else one of the run's key. */
  readonly samePerson: boolean
}

/** `since`: domain milliseconds. */
export type Promoted = { readonly arm: string; readonly since: number }

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
  /** Of those whose winner was promoted: the arm that all but the holdout go, and since when. */
  readonly winners: ReadonlyMap<string, Promoted>
  /** Calendars named: ids, and `queue`. */
  readonly calendars: ReadonlySet<string>
}

/** One kind of node: what it looks like and what it does. There is no other list of what a node can be. */
export type NodeKind = {
  readonly type: string
  readonly definition: Definition
  compile(data: never, compiler: Compiler): unknown
  /** A run enters the node. May throw a `StepFault`. */
  advance(ready: unknown, walk: Walk): Way
  /** News for a run that is parked here. Null: it stays parked. */
  resume?(ready: unknown, walk: Walk, news: News): Way
  /** Who enters does nothing but wait: a run that stands here can be asked again how long, after the node changed. */
  readonly onlyWaits?: true
  /** Nobody outside of the run hears of it: a run that has only passed such steps can go back to where it was. */
  readonly staysInside?: true
  /** What the step asks for, and waits for, is written as this; it can be called off until somebody has begun it. */
  readonly asksBy?: 'delivery' | 'notification'
  /** The run goes on, or ends, without waiting here any longer: effects that call off what it waited for. */
  abandon?(ready: unknown, from: From): readonly Effect[]
  /** How a step that failed is tried again. */
  retry?(ready: unknown): Retry | null
}

/** So many tries in all, and so long between them. */
export type Retry = { readonly attempts: number; readonly afterMs: number }

/** The answer of a step: the way by which the run goes on, or null when it stays or ends here. */
export type Way = string | null

/** Why a parked node is asked again. */
export type News =
  | { kind: 'timer' }
  | { kind: 'event'; event: EventView; position: number }
  | { kind: 'outcome'; outcome: Outcome }

/** One advance under way. It is made for the advance, changed by its steps and then read into the next run. */
export type Walk = {
  readonly flow: Flow
  readonly runId: string
  readonly now: number
  readonly env: Env
  readonly about: About
  readonly event: EventView
  readonly key: string | null
  last: EventView | null
  seen: number
  vars: { readonly [name: string]: Json }
  node: FlowNode
  visit: number
  /** Nodes entered so far, by all branches. */
  visits: number
  step: Step
  /** Set by a node that waits; taken up by whoever asked it. */
  parked: Parked | null
  end: { status: RunStatus; outcome: string | null } | null
  failure: Failure | null
  /** How the run ends when nothing is being undone any more; null: it goes on. */
  ending: Ending | null
  /** Where it failed, if it can be tried again from there; else why not. */
  stuck: Stuck | Final
  /** What a branch said that ended. */
  outcome: string | null
  /** Of the branch at hand. */
  forks: readonly number[]
  frames: readonly Frame[]
  tries: number
  /** Of a step that is tried again and may have been done: the first visit at which it may. */
  firstTry: number | null
  /** Branches that wait, those that have not begun, and the forks they are in. */
  waiting: readonly Parked[]
  ready: readonly Token[]
  open: readonly Fork[]
  done: readonly Done[]
  readonly effects: Effect[]
  readonly steps: Step[]
  /** What had been computed (`effort.ts`) when the advance began. */
  readonly effortBefore: number
  readonly scope: Scope
  /** Made when the first text is rendered. */
  texts: TextScope | null
}

/** A branch that goes on at a node: into it, or by a way out of it. */
export type Token = {
  readonly node: FlowNode
  readonly way?: string
  readonly visit?: number
  readonly forks: readonly number[]
  readonly frames: readonly Frame[]
  readonly seen: number
}

/** Where a way leads, or null: the run ends there. */
export const follow = (node: FlowNode, way: string): FlowNode | null => node.outs.get(way) ?? node.rest
