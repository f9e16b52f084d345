import type { FlowNode, Walk } from '#flows/flow.ts'
import { close } from '#flows/forks.ts'
import {
  type Done,
  type FailedStep,
  type Failure,
  type Fork,
  type Frame,
  type Parked,
  type Run,
  waitsOf,
} from '#flows/run.ts'
import { parkedAt, setVars } from '#flows/walk.ts'
import type { Json } from '#platform/event.ts'

/*
 * What was done can be undone: a step from which an `undo` edge leads is noted when it is left well, and the edges of
 * noted steps are walked backwards when the run fails, or comes to a node that asks for it.
 */

/** Steps noted of one run; of more the latest. A loop over the longest list can be undone as a whole. */
const MOST_DONE = 1_000
/** Characters of JSON that are kept with them. */
const MOST_KEPT = 1_000_000
/** Steps that failed while undoing of which a run tells. */
const MOST_TOLD = 20
/** Steps of one advance after which undoing lets others have their turn and goes on at once. */
const TURN = 500

/** A step with an `undo` edge was left well. */
export function noteDone(walk: Walk, node: FlowNode): void {
  if (isUndoing(walk)) return
  const done = [...walk.done, doneAt(walk, node)].slice(-MOST_DONE)
  let kept = 0
  const first = done.findLastIndex((one) => {
    kept += sizeOf(one)
    return kept > MOST_KEPT
  })
  walk.done = done.slice(first + 1)
}

/**
 * What undoes it finds the variables that it speaks of as they are now. Those that have no value yet it finds as they will be, unless
 * it is a later round of its loop that gives them one.
 */
function doneAt({ vars }: Walk, { id, recalls }: FlowNode): Done {
  const names = recalls.filter(({ name }) => Object.hasOwn(vars, name)).map(({ name }) => name)
  const without = recalls.filter(({ name, ofRound }) => ofRound && !Object.hasOwn(vars, name)).map(({ name }) => name)
  return {
    node: id,
    ...(names.length === 0 ? {} : { vars: Object.fromEntries(names.map((name) => [name, vars[name] ?? null])) }),
    ...(without.length === 0 ? {} : { without }),
  }
}

const sizes = new WeakMap<Done, number>()

function sizeOf(done: Done): number {
  if (done.vars === undefined) return 0
  const size = sizes.get(done) ?? JSON.stringify(done.vars).length
  sizes.set(done, size)
  return size
}

/** The fork, if the branch at hand is in one, that was made while undoing. */
const forkInUndo = ({ open, forks }: Walk): Fork | undefined =>
  open.find(({ visit, frames }) => forks.includes(visit) && holdsUndo(frames))

const holdsUndo = (frames: readonly Frame[]) => frames.some(({ kind }) => kind === 'undo')

/** Whether a branch that waits is undoing what was done. */
const undoesAt = ({ frames = [], forks = [] }: Parked, open: readonly Fork[]): boolean =>
  holdsUndo(frames) || open.some((fork) => forks.includes(fork.visit) && holdsUndo(fork.frames))

/** Whether a run is undoing what was done, in any of its branches. */
export const undoesNow = (run: Pick<Run, 'parked' | 'others' | 'forks'>): boolean =>
  waitsOf(run).some((token) => undoesAt(token, run.forks ?? []))

/** Branches that wait, apart: those that undo what was done, and the others. */
export const undoingApart = ({ waiting, open }: Pick<Walk, 'waiting' | 'open'>) => ({
  undoers: waiting.filter((token) => undoesAt(token, open)),
  others: waiting.filter((token) => !undoesAt(token, open)),
})

/** Whether the branch at hand is undoing what was done. */
export const isUndoing = (walk: Walk): boolean => holdsUndo(walk.frames) || forkInUndo(walk) !== undefined

/** Whether a run has failed, and is only undoing what it did before it ends. */
export const endsInFailure = (run: Pick<Run, 'parked' | 'others' | 'forks'>): boolean =>
  [...waitsOf(run), ...(run.forks ?? [])].some(({ frames }) =>
    frames?.some((frame) => frame.kind === 'undo' && frame.failure !== undefined),
  )

/** Steps to undo, the latest first; they are no longer noted. */
export function takeDone(walk: Walk): readonly Done[] {
  const taken = walk.done.toReversed()
  walk.done = []
  return taken
}

/** The frame of a run that failed and has something to undo before it ends. */
export const undoing = (left: readonly Done[], failure: Failure): Frame => ({ kind: 'undo', node: null, left, failure })

/** The frames up to the innermost undoing. */
export const upToUndo = (frames: readonly Frame[]): readonly Frame[] =>
  frames.slice(0, frames.findLastIndex(({ kind }) => kind === 'undo') + 1)

/**
 * A step failed while undoing: leaves what it was inside of, so that the next step is undone all the same. A run that
 * fails tells of it at its end.
 * @returns branches that waited and are taken away
 */
export function backToUndo(walk: Walk, failed: FailedStep): readonly Parked[] {
  const made = holdsUndo(walk.frames) ? undefined : forkInUndo(walk)
  const lost = made === undefined ? [] : close(walk, { fork: made, on: [], met: [] }, () => walk.node)
  if (made !== undefined) {
    walk.forks = made.forks
    walk.frames = made.frames
  }
  walk.frames = upToUndo(walk.frames)
  const frame = walk.frames.at(-1)
  if (frame?.kind === 'undo' && frame.failure !== undefined) {
    const notUndone = [...(frame.failure.notUndone ?? []), failed].slice(0, MOST_TOLD)
    walk.frames = [...walk.frames.slice(0, -1), { ...frame, failure: { ...frame.failure, notUndone } }]
  }
  return lost
}

/** Much was undone in one advance: the branch comes to `node` in the next one. @returns whether it does */
export function takesTurn(walk: Walk, node: FlowNode): boolean {
  if (walk.steps.length <= TURN) return false
  letOthers(walk, node)
  return true
}

/**
 * The branch comes to `node` in the next advance, which is due at once: as a step that is tried again. By a visit of its own, since
 * several branches may do so in one advance, and each is woken by its visit.
 */
export function letOthers(walk: Walk, node: FlowNode): void {
  walk.visits += 1
  walk.visit = walk.visits
  walk.waiting = [...walk.waiting, { ...parkedAt(walk, node.id, 'time', walk.now, null), tries: 0 }]
}

/** The first node of what undoes the next step; null: none is left. */
export function nextToUndo(walk: Walk, frame: Extract<Frame, { kind: 'undo' }>): FlowNode | null {
  const [next, ...left] = frame.left
  if (next === undefined) return null
  walk.frames = [...walk.frames.slice(0, -1), { ...frame, left }]
  if (next.vars !== undefined || next.without !== undefined) {
    const vars: { [name: string]: Json } = { ...walk.vars, ...next.vars }
    for (const name of next.without ?? []) delete vars[name]
    setVars(walk, vars)
  }
  return walk.flow.nodes.get(next.node)?.undo ?? null
}
