import { CelFault, holds, type Scope } from '#flows/cel.ts'
import { type Flow, type FlowNode, follow, type Trigger } from '#flows/flow.ts'
import type { News, StepFault } from '#flows/node-kind.ts'
import { keyFor } from '#flows/nodes/wait-for-event.ts'
import type { Advance, Effect, Env, EventView, Facts, Input, Parked, Run, RunStatus, Step } from '#flows/run.ts'
import { stepFault, type Walk } from '#flows/walk.ts'
import { addSpan } from '#platform/duration.ts'

/** Nodes one advance may enter: a graph without waits in its cycles never gets near it. */
export const STEPS_PER_ADVANCE = 1_000
/** Nodes one run may enter in its life: a daily reminder of three nodes goes on for nine years. */
export const STEPS_PER_RUN = 10_000

type Start = Extract<Input, { kind: 'start' }>

/**
 * Advances a run by one input, in memory, to its next wait or its end. Pure: the same arguments give the same
 * result, and replaying the inputs of a run gives its states. What comes too late, twice or for somebody else
 * gives back the run itself, without effects and steps.
 * @param run null for `start` and for nothing else
 * @param now domain milliseconds
 */
export function advance(flow: Flow, run: Run | null, input: Input, now: number, env: Env): Advance {
  if (input.kind === 'start') {
    if (run !== null) return unchanged(run)
    return start(flow, input, now, env)
  }
  if (run === null) throw new Error('a run begins with a start')
  switch (input.kind) {
    case 'event':
      return onEvent(flow, run, input, now, env)
    case 'wake':
      return onWake(flow, run, input, now, env)
    case 'cancel':
      return run.status === 'waiting' ? stopped(flow, run, input.reason, now, run.seen) : unchanged(run)
  }
}

const unchanged = (run: Run): Advance => ({ run, effects: [], steps: [] })

/**
 * The trigger that an event sets off, or null. A condition that cannot be answered for this event does not hold;
 * `explain` is told why.
 */
export function triggerFor(
  candidates: readonly Trigger[],
  event: EventView,
  facts: Facts,
  now: number,
  explain?: (nodeId: string, cause: string) => void,
): Trigger | null {
  const scope = scopeOf(event, null, {}, facts, now)
  for (const trigger of candidates) {
    if (trigger.where === null) return trigger
    try {
      if (holds(trigger.where, scope)) return trigger
    } catch (error) {
      if (!(error instanceof CelFault)) throw error
      explain?.(trigger.node.id, error.message)
    }
  }
  return null
}

/** The key of a run that an event would start. */
export const keyOfStart = (flow: Flow, event: EventView, facts: Facts, now: number): string | null =>
  keyFor(flow.key, event, scopeOf(event, null, {}, facts, now))

function scopeOf(event: EventView, last: EventView | null, vars: Run['vars'], facts: Facts, now: number): Scope {
  const { contact, encounter, queue } = facts
  return { event, last, contact, encounter, queue, vars, now: new Date(now) }
}

function start(flow: Flow, input: Start, now: number, env: Env): Advance {
  const node = flow.nodes.get(input.trigger)
  if (node === undefined) throw new Error(`the flow has no node ${input.trigger}`)
  const blank: Run = {
    id: input.runId,
    status: 'waiting',
    event: input.event,
    about: input.about,
    key: keyOfStart(flow, input.event, env.facts, now),
    startedAt: now,
    endedAt: null,
    visits: 0,
    parked: null,
    vars: {},
    last: null,
    seen: input.position,
    outcome: null,
    failure: null,
    goalAt: null,
  }
  const walk = walkOf(flow, blank, node, now, env)
  return finish(blank, walk, go(walk, node), now)
}

function onEvent(flow: Flow, run: Run, input: Extract<Input, { kind: 'event' }>, now: number, env: Env): Advance {
  if (run.key === null || input.position <= run.seen) return unchanged(run)
  const { event } = input
  const scope = scopeOf(run.event, run.last, run.vars, env.facts, now)
  const ofRun = keyFor(flow.key, event, scope) === run.key
  const reached = ofRun && reachesGoal(flow, run, event, now) ? { ...run, goalAt: now } : run
  if (reached.status !== 'waiting') return unchanged(reached)
  if (ofRun && flow.cancelOn.has(event.type)) {
    return stopped(flow, reached, `cancelled by ${event.type}`, now, input.position)
  }
  if (reached.parked?.kind !== 'event') return unchanged(reached)
  return resume(flow, reached, { kind: 'event', event, position: input.position }, now, env)
}

function reachesGoal({ goal }: Flow, run: Run, event: EventView, now: number): boolean {
  if (goal === null || run.goalAt !== null || goal.event !== event.type) return false
  return goal.within === null || now <= addSpan(run.startedAt, goal.within)
}

function onWake(flow: Flow, run: Run, input: Extract<Input, { kind: 'wake' }>, now: number, env: Env): Advance {
  const { parked } = run
  // News for a visit that is over changes nothing, however often it comes.
  if (parked === null || run.status !== 'waiting') return unchanged(run)
  if (parked.visit !== input.visit || parked.node !== input.node) return unchanged(run)
  if (input.outcome !== undefined) {
    if (parked.kind !== 'outcome') return unchanged(run)
    return resume(flow, run, { kind: 'outcome', outcome: input.outcome }, now, env)
  }
  // Nothing fires early, whatever a row says.
  if (parked.wakeAt === null || now < parked.wakeAt) return unchanged(run)
  if (parked.leaving !== undefined) return enter(flow, run, parked.leaving, now, env)
  return resume(flow, run, { kind: 'timer' }, now, env)
}

function resume(flow: Flow, run: Run, news: News, now: number, env: Env): Advance {
  const node = run.parked === null ? undefined : flow.nodes.get(run.parked.node)
  if (run.parked === null || node?.kind.resume === undefined) throw new Error(`run ${run.id} is parked nowhere`)
  const walk = walkOf(flow, run, node, now, env)
  walk.visit = run.parked.visit
  walk.step = { visit: walk.visit, nodeId: node.id, type: node.kind.type, at: now, resumed: true }
  let way: string | null
  try {
    way = node.kind.resume(node.ready, walk, news)
    if (way === null && walk.end === null) return unchanged(run)
  } catch (error) {
    walk.steps.push(walk.step)
    return finish(run, walk, afterFault(walk, node, stepFault(error)), now)
  }
  walk.steps.push(walk.step)
  walk.visit = run.visits
  return finish(run, walk, way === null ? null : leave(walk, node, way), now)
}

/** A run whose step is gone leaves it, and enters the one that its author named instead. */
function enter(flow: Flow, run: Run, leaving: string, now: number, env: Env): Advance {
  const node = run.parked === null ? undefined : flow.nodes.get(run.parked.node)
  if (run.parked === null || node === undefined) throw new Error(`run ${run.id} is parked nowhere`)
  const walk = walkOf(flow, run, node, now, env)
  const left = { visit: run.parked.visit, nodeId: leaving, type: '', at: now, resumed: true } as const
  walk.steps.push({ ...left, output: { movedTo: node.id } })
  return finish(run, walk, go(walk, node), now)
}

/**
 * Where a run would stand if it had entered a node that only waits at another time; null: it would have gone on.
 * @throws StepFault
 */
export function standAt(flow: Flow, run: Run, node: FlowNode, at: number, env: Env): Parked | null {
  const walk = walkOf(flow, run, node, at, env)
  try {
    return node.kind.advance(node.ready, walk) === null ? walk.parked : null
  } catch (error) {
    throw stepFault(error)
  }
}

function walkOf(flow: Flow, run: Run, node: FlowNode, now: number, env: Env): Walk {
  return {
    flow,
    runId: run.id,
    now,
    env,
    about: run.about,
    event: run.event,
    key: run.key,
    last: run.last,
    seen: run.seen,
    vars: run.vars,
    node,
    visit: run.visits,
    step: NO_STEP,
    parked: null,
    end: null,
    effects: [],
    steps: [],
    scope: scopeOf(run.event, run.last, run.vars, env.facts, now),
    texts: null,
  }
}

const NO_STEP: Step = { visit: 0, nodeId: '', type: '', at: 0 }

type Failure = Run['failure']

/** Enters nodes, one after the other, until one parks or the run ends. Gives the failure, if it failed. */
function go(walk: Walk, first: FlowNode): Failure {
  let node: FlowNode | null = first
  while (node !== null) {
    if (walk.steps.length >= STEPS_PER_ADVANCE) {
      return { nodeId: node.id, cause: `the run took ${STEPS_PER_ADVANCE} steps without a wait` }
    }
    if (walk.visit >= STEPS_PER_RUN) return { nodeId: node.id, cause: `the run took ${STEPS_PER_RUN} steps` }
    walk.visit += 1
    walk.node = node
    const step: Step = { visit: walk.visit, nodeId: node.id, type: node.kind.type, at: walk.now }
    walk.step = step
    walk.steps.push(step)
    let way: string | null
    try {
      way = node.kind.advance(node.ready, walk)
    } catch (error) {
      return afterFault(walk, node, stepFault(error))
    }
    if (way === null) return null
    step.way = way
    node = follow(node, way)
  }
  return null
}

function leave(walk: Walk, node: FlowNode, way: string): Failure {
  walk.step.way = way
  const next = follow(node, way)
  return next === null ? null : go(walk, next)
}

/** A step that could not be done: on by the way for that, if the author drew one. */
function afterFault(walk: Walk, node: FlowNode, fault: StepFault): Failure {
  walk.step.error = fault.message
  walk.parked = null
  const way = node.kind.definition.faultWay
  const next = way === undefined ? null : follow(node, way)
  if (way === undefined || next === null) return { nodeId: node.id, cause: fault.message }
  walk.step.way = way
  return go(walk, next)
}

function finish(before: Run, walk: Walk, failure: Failure, now: number): Advance {
  const parked = failure === null && walk.end === null ? walk.parked : null
  const status: RunStatus =
    failure !== null ? 'failed' : parked !== null ? 'waiting' : (walk.end?.status ?? 'completed')
  const run: Run = {
    ...before,
    status,
    endedAt: status === 'waiting' ? null : now,
    visits: Math.max(walk.visit, before.visits),
    parked,
    vars: walk.vars,
    last: walk.last,
    seen: walk.seen,
    outcome: walk.end?.outcome ?? null,
    failure,
  }
  return { run, effects: armed(before, run, walk.effects), steps: walk.steps }
}

/** A run that was stopped from outside. What it has under way goes on; what comes of it is no news any more. */
function stopped(flow: Flow, run: Run, reason: string, now: number, seen: number): Advance {
  const { parked } = run
  const next: Run = { ...run, status: 'cancelled', endedAt: now, parked: null, outcome: reason, seen }
  const steps: Step[] =
    parked === null
      ? []
      : [
          {
            visit: parked.visit,
            nodeId: parked.node,
            type: flow.nodes.get(parked.node)?.kind.type ?? '',
            at: now,
            resumed: true,
            output: reason,
          },
        ]
  return { run: next, effects: armed(run, next, []), steps }
}

/** Adds what has to be told to the clock and to the index of waits. */
function armed(before: Run, after: Run, effects: Effect[]): Effect[] {
  const [old, now] = [before.parked, after.parked]
  if (old !== null) effects.push({ kind: 'disarm', ...fromParked(before.id, old), event: old.event })
  if (now !== null) effects.push({ kind: 'arm', ...fromParked(after.id, now), wakeAt: now.wakeAt, event: now.event })
  return effects
}

const fromParked = (runId: string, { node, visit }: NonNullable<Run['parked']>) => ({
  id: `${runId}/${node}/${visit}`,
  node,
  visit,
})
