import type { Graph } from './graph.ts'

/** A graph with what it was before and what was taken back. */
export type History = {
  readonly past: readonly Graph[]
  readonly present: Graph
  readonly future: readonly Graph[]
  /** What the latest change was part of: typing in one field is one step back. */
  readonly run: string | null
}

/** Steps back that are kept: graphs share what did not change, so each costs little. */
const MOST = 200

export const historyOf = (present: Graph): History => ({ past: [], present, future: [], run: null })

/**
 * The graph after a change.
 * @param run changes that follow each other with the same name are one step back
 */
export function did(history: History, next: Graph, run: string | null = null): History {
  if (next === history.present) return history
  if (run !== null && run === history.run) return { ...history, present: next, future: [] }
  return { past: [...history.past.slice(1 - MOST), history.present], present: next, future: [], run }
}

export function undone(history: History): History {
  const before = history.past.at(-1)
  if (before === undefined) return history
  const { past, present, future } = history
  return { past: past.slice(0, -1), present: before, future: [present, ...future], run: null }
}

export function redone(history: History): History {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future, run: null }
}

/** All that it was, is and may be again, each made something else of. */
export const rewritten = ({ past, present, future, run }: History, made: (graph: Graph) => Graph): History => ({
  past: past.map(made),
  present: made(present),
  future: future.map(made),
  run,
})
