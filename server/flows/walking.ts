import { type FlowNode, follow, type Token, type Walk } from '#flows/flow.ts'
import { close, over, settled } from '#flows/forks.ts'
import { LEAP, type StepFault } from '#flows/node-kind.ts'
import { type Ending, effectIdOf, type FailedStep, type Parked, type Step } from '#flows/run.ts'
import {
  backToUndo,
  isUndoing,
  letOthers,
  nextToUndo,
  noteDone,
  takeDone,
  takesTurn,
  undoing,
  undoingApart,
  upToUndo,
} from '#flows/undo.ts'
import { park, stepFault } from '#flows/walk.ts'
import { bound, effortSoFar, unbound } from '#platform/effort.ts'

/** Nodes one advance may enter: a graph without waits in its cycles never gets near it. */
const STEPS_PER_ADVANCE = 1_000
/** Nodes one run may enter in its life: a daily reminder of three nodes goes on for nine years. */
export const STEPS_PER_RUN = 10_000
/** Microseconds of computing after which an advance lets others have their turn, and goes on at once. */
const ADVANCE_EFFORT = 50_000
/** And which one step may take at most: what takes more fails. */
export const STEP_EFFORT = 300_000
/** More for a run that undoes what it did: whatever it came to, what was done is undone. */
const MORE_TO_UNDO = 10_000

export const NO_STEP: Step = { visit: 0, nodeId: '', type: '', at: 0 }
const OUTSIDE: readonly never[] = []

/** Walks on until every branch waits or has ended. */
export function drive(walk: Walk, first: FlowNode | null): void {
  walkOn(walk, first)
  while (walk.failure === null && (walk.ready.length > 0 || walk.open.length > 0)) {
    const [next, ...later] = walk.ready
    if (next !== undefined) {
      walk.ready = later
      begin(walk, next)
    } else if (!settle(walk)) return
  }
}

function begin(walk: Walk, { node, way, visit, forks, frames, seen }: Token): void {
  walk.forks = forks
  walk.frames = frames
  walk.seen = seen
  walk.tries = 0
  walk.firstTry = null
  if (way === undefined || visit === undefined) {
    walkOn(walk, node)
    return
  }
  walk.step = { visit, nodeId: node.id, type: node.kind.type, at: walk.now, resumed: true }
  walk.steps.push(walk.step)
  walkOn(walk, left(walk, node, way))
}

/** Enters nodes, one after the other, until the branch at hand waits or ends. */
function walkOn(walk: Walk, first: FlowNode | null): void {
  let node = first
  while (node !== null) {
    const tired = tiredOf(walk)
    if (tired !== null) {
      node = failed(walk, node, tired)
      continue
    }
    if (walk.steps.length > 0 && effortSoFar() - walk.effortBefore > ADVANCE_EFFORT) {
      letOthers(walk, node)
      return
    }
    walk.visits += 1
    walk.visit = walk.visits
    walk.node = node
    const step: Step = { visit: walk.visit, nodeId: node.id, type: node.kind.type, at: walk.now }
    if (node.label !== null) step.label = node.label
    walk.step = step
    walk.steps.push(step)
    let way: string | null
    const outer = bound(STEP_EFFORT)
    try {
      way = node.kind.advance(node.ready, walk)
    } catch (error) {
      node = faulted(walk, node, stepFault(error))
      continue
    } finally {
      unbound(outer)
    }
    node = way === null ? rested(walk) : left(walk, node, way)
  }
}

function tiredOf(walk: Walk): string | null {
  if (walk.steps.length < STEPS_PER_ADVANCE && walk.visits < STEPS_PER_RUN) return null
  if (walk.steps.length >= STEPS_PER_ADVANCE) return `the run took ${STEPS_PER_ADVANCE} steps without a wait`
  const most = STEPS_PER_RUN + (isUndoing(walk) ? MORE_TO_UNDO : 0)
  return walk.visits >= most ? `the run took ${most} steps` : null
}

/** The step at hand is done: where the branch goes on, or null. */
export function left(walk: Walk, node: FlowNode, way: string): FlowNode | null {
  walk.tries = 0
  walk.firstTry = null
  if (way === LEAP) return ended(walk)
  walk.step.way = way
  if (node.undo !== null && way !== node.kind.definition.faultWay) noteDone(walk, node)
  return follow(node, way) ?? ended(walk)
}

/** A node gave no way: it waits, has ended the run, or handed the branch over to a fork. */
export function rested(walk: Walk): FlowNode | null {
  if (walk.parked !== null) {
    walk.waiting = [...walk.waiting, walk.parked]
    walk.parked = null
  } else if (walk.end !== null) {
    // Of several branches each has its own end, and so has what undoes a step.
    if (walk.frames.some(({ kind }) => kind === 'undo')) {
      walk.frames = upToUndo(walk.frames)
      walk.end = null
      return ended(walk)
    }
    if (walk.forks.length > 0) {
      walk.outcome = walk.end.outcome ?? walk.outcome
      walk.end = null
      over(walk)
    }
  }
  return null
}

/** The branch leads nowhere: on with the loop or the undoing that it is inside of, or it is over. */
function ended(walk: Walk): FlowNode | null {
  for (let frame = walk.frames.at(-1); frame !== undefined; frame = walk.frames.at(-1)) {
    if (frame.kind === 'each') return walk.flow.nodes.get(frame.node) ?? null
    const next = nextToUndo(walk, frame)
    if (next !== null) return takesTurn(walk, next) ? null : next
    if (frame.left.length > 0) continue
    walk.frames = walk.frames.slice(0, -1)
    if (frame.failure !== undefined) {
      walk.failure = frame.failure
      return null
    }
    if (walk.ending !== null && !isUndoing(walk)) return endedAsAsked(walk)
    const behind = frame.node === null ? undefined : walk.flow.nodes.get(frame.node)
    const on = behind === undefined ? null : follow(behind, 'out')
    if (on !== null) return on
  }
  if (walk.forks.length > 0) over(walk)
  return null
}

/** A branch of a run that was to end meanwhile has undone all: so the run ends, unless another branch is still undoing. */
function endedAsAsked(walk: Walk): FlowNode | null {
  const { ending } = walk
  if (ending === null || undoingApart(walk).undoers.length > 0) return null
  walk.ending = null
  walk.waiting = OUTSIDE
  walk.ready = OUTSIDE
  walk.open = OUTSIDE
  walk.forks = OUTSIDE
  walk.frames = OUTSIDE
  if (ending.status !== 'failed') {
    walk.end = ending
    return null
  }
  if (walk.done.length === 0) {
    walk.failure = ending.failure
    return null
  }
  walk.frames = [undoing(takeDone(walk), ending.failure)]
  return ended(walk)
}

/** The run is to end, but not before what it undoes just now is undone: what is not undoing is over. */
export function endWhenUndone(walk: Walk, ending: Ending, reason: string): null {
  const { undoers, others } = undoingApart(walk)
  drop(walk, others, reason)
  walk.waiting = undoers
  walk.ready = OUTSIDE
  walk.ending = ending
  return null
}

/** A step that could not be done: once more if it may be tried again, else on by the way for that. */
export function faulted(walk: Walk, node: FlowNode, fault: StepFault, mayRetry = false): FlowNode | null {
  walk.step.error = fault.message
  walk.parked = null
  const retry = mayRetry ? (node.kind.retry?.(node.ready) ?? null) : null
  if (retry !== null && walk.tries + 1 < retry.attempts) {
    walk.step.way = 'retry'
    walk.tries += 1
    walk.firstTry = fault.isRefusal ? null : (walk.firstTry ?? walk.visit)
    park(walk, 'time', walk.now + retry.afterMs)
    return rested(walk)
  }
  walk.tries = 0
  const way = node.kind.definition.faultWay
  const next = way === undefined ? (node.outs.get('error') ?? null) : follow(node, way)
  if (next === null) return failed(walk, node, fault.message)
  walk.firstTry = null
  walk.step.way = way ?? 'error'
  return next
}

/** What is kept of a step that could not be done. */
export const failedStep = ({ id, kind, label }: FlowNode, cause: string): FailedStep => ({
  nodeId: id,
  type: kind.type,
  ...(label === null ? {} : { label }),
  cause,
})

/** The run fails here: all its branches end, and what can be undone is undone first. */
export function failed(walk: Walk, node: FlowNode, cause: string): FlowNode | null {
  const failure = failedStep(node, cause)
  if (isUndoing(walk)) {
    drop(walk, backToUndo(walk, failure), 'what undoes a step failed')
    return ended(walk)
  }
  if (undoingApart(walk).undoers.length > 0) return endWhenUndone(walk, { status: 'failed', failure }, 'the run failed')
  const { visit, frames, firstTry } = walk
  walk.firstTry = null
  if (walk.done.length > 0) walk.stuck = 'undone'
  else if (walk.forks.length + walk.waiting.length + walk.ready.length > 0) walk.stuck = 'branches'
  else walk.stuck = { visit, ...(frames.length === 0 ? {} : { frames }), ...(firstTry === null ? {} : { firstTry }) }
  drop(walk, walk.waiting, 'the run failed')
  walk.waiting = OUTSIDE
  walk.ready = OUTSIDE
  walk.open = OUTSIDE
  walk.forks = OUTSIDE
  walk.frames = OUTSIDE
  if (walk.done.length === 0) {
    walk.failure = failure
    return null
  }
  walk.frames = [undoing(takeDone(walk), failure)]
  return ended(walk)
}

/** Branches that waited and are taken away. */
export function drop(walk: Walk, tokens: readonly Parked[], reason: string): void {
  for (const { node: id, visit, callsOff } of tokens) {
    const node = walk.flow.nodes.get(id)
    const step: Step = { visit, nodeId: id, type: node?.kind.type ?? '', at: walk.now, resumed: true, output: reason }
    walk.steps.push(step)
    const from = { id: effectIdOf(walk.runId, id, visit), node: id, visit }
    walk.effects.push(...(callsOff ?? node?.kind.abandon?.(node.ready, from) ?? []))
  }
}

/** Lets the innermost fork that can go on go on; false: none can yet. */
function settle(walk: Walk): boolean {
  const { nodes } = walk.flow
  const found = settled(walk, (join) => (nodes.get(join)?.ready as { mode?: string } | undefined)?.mode === 'any')
  if (found === null) return false
  const lost = close(walk, found, (id) => nodes.get(id) as FlowNode)
  drop(walk, lost, 'another branch came first')
  for (const { node, visit } of found.met) {
    walk.steps.push({ visit, nodeId: node, type: 'join', at: walk.now, resumed: true, output: 'joined' })
  }
  if (found.on.length > 0) return true
  walk.forks = found.fork.forks
  walk.frames = found.fork.frames
  walk.seen = found.fork.seen
  walkOn(walk, ended(walk))
  return true
}
