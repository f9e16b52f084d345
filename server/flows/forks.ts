import type { FlowNode, Token, Walk } from '#flows/flow.ts'
import { StepFault } from '#flows/node-kind.ts'
import type { Fork, Frame, Parked } from '#flows/run.ts'

/*
 * Branches of one run. A fork is known by the visit that made it; every branch knows the forks it is in. A branch that
 * arrives at a join, or ends, leaves its fork; what goes on behind the join is in the fork around it again.
 */

/** Branches that one run may have at once. */
const MAX_BRANCHES = 100
/** Forks inside forks. */
const MAX_NESTED = 20

const replaced = (open: readonly Fork[], fork: Fork): Fork[] =>
  open.map((one) => (one.visit === fork.visit ? fork : one))

function innermost({ forks, open }: Walk): Fork {
  const found = open.find(({ visit }) => visit === forks.at(-1))
  if (found === undefined) throw new Error('a branch is in a fork that is over')
  return found
}

/** The branch at hand becomes one for each of the nodes. All of them begin before any is asked whether it arrived. */
export function fork(walk: Walk, into: readonly FlowNode[]): void {
  if (walk.waiting.length + walk.ready.length + into.length > MAX_BRANCHES) {
    throw new StepFault(`the run has more than ${MAX_BRANCHES} branches at once`)
  }
  if (walk.forks.length >= MAX_NESTED) throw new StepFault(`branches are nested more than ${MAX_NESTED} deep`)
  const { visit, forks, frames, seen } = walk
  walk.open = [...walk.open, { visit, node: walk.node.id, forks, frames, live: into.length, arrived: [], seen }]
  const inside = [...forks, visit]
  walk.ready = [...walk.ready, ...into.map((node): Token => ({ node, forks: inside, frames: NO_FRAMES, seen }))]
}

const NO_FRAMES: readonly Frame[] = []

/** The branch at hand has come to a join. */
export function arrive(walk: Walk): void {
  const at = innermost(walk)
  walk.open = replaced(walk.open, {
    ...at,
    live: at.live - 1,
    arrived: [...at.arrived, { node: walk.node.id, visit: walk.visit }],
    seen: Math.max(at.seen, walk.seen),
  })
}

/** The branch at hand has come to its end without a join. */
export function over(walk: Walk): void {
  const at = innermost(walk)
  walk.open = replaced(walk.open, { ...at, live: at.live - 1, seen: Math.max(at.seen, walk.seen) })
}

/** What a fork comes to when all its branches stand still: nothing yet, or what goes on behind it. */
export type Settled = {
  fork: Fork
  /** Arrivals that go on; none: the branch that forked ends here. */
  on: readonly { readonly node: string; readonly visit: number }[]
  /** The others that arrived. */
  met: readonly { readonly node: string; readonly visit: number }[]
}

/** The innermost fork that can go on. */
export function settled({ open }: Walk, isAny: (join: string) => boolean): Settled | null {
  for (let i = open.length - 1; i >= 0; i--) {
    const at = open[i] as Fork
    const first = at.arrived.find(({ node }) => isAny(node))
    const on = first !== undefined ? [first] : at.live > 0 ? null : firsts(at.arrived)
    if (on !== null) return { fork: at, on, met: at.arrived.filter((one) => !on.includes(one)) }
  }
  return null
}

/** Of each join the first arrival: branches that meet at two joins go on at both. */
const firsts = (arrived: Fork['arrived']) =>
  arrived.filter(({ node }, i) => arrived.findIndex((one) => one.node === node) === i)

const isInside = ({ forks = [] }: { forks?: readonly number[] }, { visit }: Fork) => forks.includes(visit)

/**
 * Ends a fork: its other branches are taken away.
 * @returns those of them that waited
 */
export function close(walk: Walk, { fork: at, on }: Settled, nodeOf: (id: string) => FlowNode): readonly Parked[] {
  const lost = walk.waiting.filter((token) => isInside(token, at))
  walk.waiting = walk.waiting.filter((token) => !isInside(token, at))
  walk.open = walk.open.filter((one) => one.visit !== at.visit && !one.forks.includes(at.visit))
  const around = walk.open.find(({ visit }) => visit === at.forks.at(-1))
  if (around !== undefined && on.length > 1) {
    walk.open = replaced(walk.open, { ...around, live: around.live + on.length - 1 })
  }
  const { forks, frames, seen } = at
  walk.ready = on.map(({ node, visit }) => ({ node: nodeOf(node), way: 'out', visit, forks, frames, seen }))
  return lost
}
