import { cancelledBy, cancels, personIn } from '#flows/cancelling.ts'
import { CelFault, holds, type Scope } from '#flows/cel.ts'
import type { Flow, FlowNode, News, Trigger, Walk } from '#flows/flow.ts'
import type { StepFault } from '#flows/node-kind.ts'
import { keyFor } from '#flows/nodes/wait-for-event.ts'
import {
  type Advance,
  type Effect,
  type Ending,
  type Env,
  type EventView,
  effectIdOf,
  type Facts,
  failureIdOf,
  type Input,
  type Parked,
  type Run,
  type RunStatus,
  TOO_LONG,
  waitsOf,
} from '#flows/run.ts'
import { isFromBefore } from '#flows/silences.ts'
import { endsInFailure, undoesNow } from '#flows/undo.ts'
import { stepFault } from '#flows/walk.ts'
import {
  drive,
  drop,
  endWhenUndone,
  failed,
  failedStep,
  faulted,
  left,
  NO_STEP,
  rested,
  STEP_EFFORT,
} from '#flows/walking.ts'
import { addSpan } from '#platform/duration.ts'
import { bound, effortSoFar, unbound } from '#platform/effort.ts'

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
      if (run.status !== 'waiting' || (input.whenUndone && endsInFailure(run))) return unchanged(run)
      return stopped(flow, run, input.reason, now, env, input.whenUndone ? {} : { atOnce: true })
    case 'retry':
      return onRetry(flow, run, input.again, now, env)
    case 'limit':
      return onLimit(flow, run, now, env)
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
    visits: input.from?.visits ?? 0,
    parked: null,
    vars: input.vars ?? {},
    last: input.from?.last ?? null,
    seen: input.from?.seen ?? input.position,
    outcome: null,
    failure: null,
    goalAt: null,
    ...(input.caller === undefined ? NOTHING : { caller: input.caller }),
    ...(input.edited === true ? { edited: true } : NOTHING),
    ...(input.from === undefined
      ? NOTHING
      : { forked: { node: input.trigger, vars: input.vars ?? {}, ...input.from } }),
  }
  const walk = walkOf(flow, blank, node, now, env)
  drive(walk, node)
  return finish(blank, walk, now)
}

function onEvent(flow: Flow, run: Run, input: Extract<Input, { kind: 'event' }>, now: number, env: Env): Advance {
  const { event } = input
  if (input.position <= run.seen || isFromBefore(run.about, event.type, input.at)) return unchanged(run)
  const scope = scopeOf(run.event, run.last, run.vars, env.facts, now)
  const ofRun = run.key !== null && keyFor(flow.key, event, scope) === run.key
  const reached = ofRun && reachesGoal(flow, run, event, now) ? { ...run, goalAt: now } : run
  if (reached.status !== 'waiting') return unchanged(reached)
  const { contactId } = run.about
  const shared = { key: ofRun, person: contactId !== null && personIn(event.data) === contactId }
  // Undoing what a failed run did is not cut short, and no event makes a good end of its failure.
  if (cancels(flow, event, shared, now) && !endsInFailure(reached)) {
    return stopped(flow, reached, cancelledBy(event.type), now, env, { seen: input.position })
  }
  if (run.key === null) return unchanged(run)
  const listening = waitsOf(reached).filter(
    ({ kind, seen = reached.seen }) => kind === 'event' && input.position > seen,
  )
  const heard =
    listening.length === 0
      ? unchanged(reached)
      : onNews(flow, reached, listening, { kind: 'event', event, position: input.position }, now, env)
  // Whoever waits for that very event goes on with it.
  const isOver = heard.run === reached && reached.goalAt !== run.goalAt && flow.goal?.ends === true
  if (!isOver || endsInFailure(reached)) return heard
  return stopped(flow, reached, 'goal', now, env, { seen: input.position, status: 'completed' })
}

function reachesGoal({ goal }: Flow, run: Run, event: EventView, now: number): boolean {
  if (goal === null || run.goalAt !== null || goal.event !== event.type) return false
  return goal.within === null || now <= addSpan(run.startedAt, goal.within)
}

function onWake(flow: Flow, run: Run, input: Extract<Input, { kind: 'wake' }>, now: number, env: Env): Advance {
  if (run.status !== 'waiting') return unchanged(run)
  const parked = waitsOf(run).find(({ visit, node }) => visit === input.visit && node === input.node)
  // News for a visit that is over changes nothing, however often it comes.
  if (parked === undefined) return unchanged(run)
  if (input.outcome !== undefined) {
    if (parked.kind !== 'outcome') return unchanged(run)
    return onNews(flow, run, [parked], { kind: 'outcome', outcome: input.outcome }, now, env)
  }
  // Nothing fires early, whatever a row says.
  if (parked.wakeAt === null || now < parked.wakeAt) return unchanged(run)
  return onNews(flow, run, [parked], { kind: 'timer' }, now, env)
}

/** News for branches that wait; what one of them does may take others away. */
function onNews(flow: Flow, run: Run, tokens: readonly Parked[], news: News, now: number, env: Env): Advance {
  const walk = walkOf(flow, run, nodeAt(flow, run, tokens[0] as Parked), now, env)
  let moved = false
  for (const token of tokens) {
    if (walk.failure !== null) break
    if (walk.waiting.includes(token) && resume(walk, token, nodeAt(flow, run, token), news)) moved = true
  }
  return moved ? finish(run, walk, now) : unchanged(run)
}

function nodeAt(flow: Flow, run: Run, { node: id }: Parked): FlowNode {
  const node = flow.nodes.get(id)
  if (node === undefined) throw new Error(`run ${run.id} is parked nowhere`)
  return node
}

const NOWHERE: readonly never[] = []

/** @returns false when it was nothing for the branch */
function resume(walk: Walk, token: Parked, node: FlowNode, news: News): boolean {
  walk.node = node
  walk.visit = token.visit
  walk.forks = token.forks ?? NOWHERE
  walk.frames = token.frames ?? NOWHERE
  walk.tries = token.tries ?? 0
  walk.firstTry = token.firstTry ?? null
  if (token.seen !== undefined) walk.seen = token.seen
  walk.step = { visit: token.visit, nodeId: node.id, type: node.kind.type, at: walk.now, resumed: true }
  if (token.leaving !== undefined) return news.kind === 'timer' && enterInstead(walk, token, token.leaving)
  const taken = () => {
    walk.waiting = walk.waiting.filter((one) => one !== token)
  }
  if (token.kind === 'time' && token.tries !== undefined) {
    if (news.kind !== 'timer') return false
    // It failed and is tried again, or its turn to be undone has come: as a visit of its own.
    taken()
    drive(walk, node)
    return true
  }
  let way: string | null = null
  let fault: StepFault | null = null
  const outer = bound(STEP_EFFORT)
  try {
    way = node.kind.resume?.(node.ready, walk, news) ?? null
  } catch (error) {
    fault = stepFault(error)
  } finally {
    unbound(outer)
  }
  if (fault !== null) {
    taken()
    walk.steps.push(walk.step)
    drive(walk, faulted(walk, node, fault, true))
    return true
  }
  if (way === null && walk.end === null && walk.parked === null) return false
  taken()
  walk.steps.push(walk.step)
  drive(walk, way === null ? rested(walk) : left(walk, node, way))
  return true
}

/** A branch whose step is gone leaves it, and enters the one that its author named instead. */
function enterInstead(walk: Walk, token: Parked, leaving: string): true {
  walk.waiting = walk.waiting.filter((one) => one !== token)
  const left = { visit: token.visit, nodeId: leaving, type: '', at: walk.now, resumed: true } as const
  walk.steps.push({ ...left, output: { movedTo: walk.node.id } })
  walk.effects.push(...(token.callsOff ?? NOWHERE))
  drive(walk, walk.node)
  return true
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
    visits: run.visits,
    step: NO_STEP,
    parked: null,
    end: null,
    failure: null,
    ending: run.ending ?? null,
    stuck: 'undone',
    outcome: null,
    forks: NOWHERE,
    frames: NOWHERE,
    tries: 0,
    firstTry: null,
    waiting: waitsOf(run),
    ready: NOWHERE,
    open: run.forks ?? NOWHERE,
    done: run.done ?? NOWHERE,
    effects: [],
    steps: [],
    effortBefore: effortSoFar(),
    scope: scopeOf(run.event, run.last, run.vars, env.facts, now),
    texts: null,
  }
}

function finish(before: Run, walk: Walk, now: number): Advance {
  const waiting = walk.failure === null && walk.end === null ? walk.waiting : NOWHERE
  const status: RunStatus =
    walk.failure !== null ? 'failed' : waiting.length > 0 ? 'waiting' : (walk.end?.status ?? 'completed')
  const run = {
    ...bare(before),
    status,
    endedAt: status === 'waiting' ? null : now,
    visits: walk.visits,
    parked: waiting[0] ?? null,
    vars: walk.vars,
    last: walk.last,
    // Of several branches each knows what it saw.
    seen: walk.open.length > 0 ? before.seen : walk.seen,
    outcome: walk.end?.outcome ?? walk.outcome,
    failure: walk.failure,
    ...(walk.failure === null
      ? NOTHING
      : typeof walk.stuck === 'string'
        ? { final: walk.stuck }
        : { stuck: walk.stuck }),
    ...(waiting.length > 1 ? { others: waiting.slice(1) } : NOTHING),
    ...(status === 'waiting' && walk.open.length > 0 ? { forks: walk.open } : NOTHING),
    ...(status === 'waiting' && walk.done.length > 0 ? { done: walk.done } : NOTHING),
    ...(status === 'waiting' && walk.ending !== null ? { ending: walk.ending } : NOTHING),
  }
  const { encounter } = walk.scope
  return {
    run,
    effects: armed(walk.flow, before, run, walk.effects, now),
    steps: walk.steps,
    ...(encounter === walk.env.facts.encounter ? NOTHING : { encounter }),
  }
}

const NOTHING = {}

/** A run without what only some have. */
function bare(run: Run): Run {
  const { others, forks, done, ending, ...rest } = run
  if (others === undefined && forks === undefined && done === undefined && ending === undefined) return run
  return rest
}

/**
 * A run that was stopped from outside. What it has under way goes on; what comes of it is no news any more. What it undoes
 * just now is undone first, unless somebody wants its end at once: half undone is worse than either.
 */
function stopped(
  flow: Flow,
  run: Run,
  reason: string,
  now: number,
  env: Env,
  { seen = run.seen, status = 'cancelled', atOnce = false }: Stop,
): Advance {
  const [first] = waitsOf(run)
  const next: Run = { ...bare(run), status, endedAt: now, parked: null, outcome: reason, seen }
  const node = first === undefined ? undefined : flow.nodes.get(first.node)
  if (node === undefined) return { run: next, effects: armed(flow, run, next, [], now), steps: [] }
  if (!atOnce && undoesNow(run)) return endingWhenUndone(flow, run, { status, outcome: reason }, reason, now, env)
  const walk = walkOf(flow, run, node, now, env)
  drop(walk, walk.waiting, reason)
  return { run: next, effects: armed(flow, run, next, walk.effects, now), steps: walk.steps }
}

type Stop = { seen?: number; status?: 'cancelled' | 'completed'; atOnce?: boolean }

/** The first to end it says how it ends. */
function endingWhenUndone(flow: Flow, run: Run, ending: Ending, reason: string, now: number, env: Env): Advance {
  const [first] = waitsOf(run)
  if (first === undefined || run.ending !== undefined) return unchanged(run)
  const walk = walkOf(flow, run, nodeAt(flow, run, first), now, env)
  endWhenUndone(walk, ending, reason)
  return finish(run, walk, now)
}

/** A run that failed goes on where it did; one that cannot is left as it is. */
function onRetry(flow: Flow, run: Run, again: boolean, now: number, env: Env): Advance {
  const node = flow.nodes.get(run.failure?.nodeId ?? '')
  if (run.status !== 'failed' || run.stuck === undefined || node === undefined) return unchanged(run)
  const { stuck, ...rest } = run
  const retries = (run.retries ?? 0) + 1
  const before: Run = { ...rest, retries, status: 'waiting', endedAt: null, outcome: null, failure: null }
  const walk = walkOf(flow, before, node, now, env)
  if (again) {
    walk.visits = stuck.visit - 1
    walk.firstTry = stuck.firstTry ?? null
  }
  walk.frames = stuck.frames ?? NOWHERE
  drive(walk, node)
  return finish(before, walk, now)
}

/** The run has taken as long as it may: it fails where it stands, and undoes what can be undone. */
function onLimit(flow: Flow, run: Run, now: number, env: Env): Advance {
  const [first] = waitsOf(run)
  if (run.status !== 'waiting' || first === undefined || flow.timeLimit === null) return unchanged(run)
  if (now < addSpan(run.startedAt, flow.timeLimit)) return unchanged(run)
  const walk = walkOf(flow, run, nodeAt(flow, run, first), now, env)
  walk.forks = first.forks ?? NOWHERE
  walk.frames = first.frames ?? NOWHERE
  // Undoing what a failed run did is not cut short; what else is being undone is undone first.
  if (endsInFailure(run)) return unchanged(run)
  if (undoesNow(run)) {
    const failure = failedStep(walk.node, TOO_LONG)
    return endingWhenUndone(flow, run, { status: 'failed', failure }, TOO_LONG, now, env)
  }
  drive(walk, failed(walk, walk.node, TOO_LONG))
  return finish(run, walk, now)
}

/** Adds what has to be told to the clock and to the index of waits. */
function armed(flow: Flow, before: Run, after: Run, effects: Effect[], now: number): Effect[] {
  const [old, present] = [waitsOf(before), waitsOf(after)]
  for (const token of old) {
    if (!present.includes(token)) effects.push({ kind: 'disarm', ...fromParked(before.id, token), event: token.event })
  }
  for (const token of present) {
    if (old.includes(token)) continue
    effects.push({ kind: 'arm', ...fromParked(after.id, token), wakeAt: token.wakeAt, event: token.event })
  }
  if (after.failure !== null && before.failure === null) {
    const { failure } = after
    const from = { id: failureIdOf(after), node: failure.nodeId, visit: 0 }
    effects.push({ kind: 'failed', ...from, failure, onError: flow.onError })
  }
  if (flow.timeLimit !== null) {
    const from = { id: `${after.id}/limit`, node: '', visit: 0 }
    if (old.length === 0 && after.status === 'waiting') {
      effects.push({ kind: 'limit', ...from, wakeAt: addSpan(now, flow.timeLimit) })
    } else if (old.length > 0 && after.status !== 'waiting') effects.push({ kind: 'limit', ...from, wakeAt: null })
  }
  return effects
}

const fromParked = (runId: string, { node, visit }: Parked) => ({ id: effectIdOf(runId, node, visit), node, visit })
