import type { Graph } from '#flows/graph.ts'
import type { RealRun } from '#flows/machine/replay/store.ts'
import { TOO_LONG } from '#flows/run.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'

/** Settings by which an event waits its turn: such a run begins later, and is not late. */
const TURNS = ['concurrency', 'rate', 'debounce', 'batch'] as const

/** How events wait their turn by a graph, to be compared; null: they do not. */
export function turnsOf(graph: Graph | undefined): string | null {
  const set = TURNS.map((name) => graph?.settings?.[name] ?? null)
  return set.every((one) => one === null) ? null : JSON.stringify(set)
}

/** Between the tries of a step that does not say. */
const USUAL_PAUSE = 'PT10S'

type Lived = Pick<RealRun, 'steps' | 'moves' | 'startedAt' | 'endedAt' | 'forked' | 'failure'>

/**
 * By how much a real run was late at a moment, as far as its timeline says: what began it, the waits and the pauses between tries
 * that were over, and its time limit, came in their time, and the program was busy or stopped. What the draft does is never late.
 * @param told when it was told of what began it
 */
export function latenessOf(
  { steps, moves, startedAt, endedAt, forked, failure }: Lived,
  told: number,
  version: Graph | undefined,
): (at: number) => number {
  const beganLate =
    forked === undefined && version !== undefined && turnsOf(version) === null ? Math.max(0, startedAt - told) : 0
  /** How late it was in all from a moment on. */
  const woken: { at: number; late: number }[] = []
  let late = beganLate
  const wake = (at: number, due: number) => {
    late += Math.max(0, at - due)
    woken.push({ at, late })
  }
  const until = new Map<number, number>()
  /** When steps that failed were to be tried again, by their nodes. */
  const again = new Map<string, number>()
  // Of a run that was moved nobody knows by which version a wait was over.
  for (const { visit, nodeId, type, at, input, way, resumed } of moves.length === 0 ? steps : []) {
    const due = again.get(nodeId)
    if (resumed !== true) {
      const { until: moment, timeoutAt = moment } = (input ?? {}) as { until?: unknown; timeoutAt?: unknown }
      if (typeof timeoutAt === 'string') until.set(visit, Date.parse(timeoutAt))
      if (due !== undefined) wake(at, due)
      again.delete(nodeId)
    } else if (type === 'wait' || way === 'timeout') wake(at, until.get(visit) ?? at)
    if (way === 'retry') again.set(nodeId, at + pauseOf(version, nodeId))
  }
  const limit = failure?.cause === TOO_LONG ? parseDuration(version?.settings?.timeLimit ?? '') : null
  if (limit !== null && endedAt !== null) wake(endedAt, addSpan(startedAt, limit))
  return (moment) => woken.findLast(({ at }) => at <= moment)?.late ?? beganLate
}

function pauseOf(version: Graph | undefined, nodeId: string): number {
  const { retry } = (version?.nodes.find(({ id }) => id === nodeId)?.data ?? {}) as { retry?: { after?: string } }
  return parseDuration(retry?.after ?? USUAL_PAUSE)?.ms ?? 0
}
