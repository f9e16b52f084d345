import type { Graph } from '#flows/graph.ts'
import type { RealRun } from '#flows/machine/replay/store.ts'

/** Settings by which an event waits its turn: such a run begins later, and is not late. */
const TURNS = ['concurrency', 'rate', 'debounce', 'batch'] as const

/**
 * By how much a real run was late at a moment, as far as its timeline says: what began it, and the waits that were over, came
 * in their time, and the program was busy or stopped. What the draft does is never late.
 * @param told when it was told of what began it
 */
export function latenessOf(
  { steps, moves, startedAt, forked }: Pick<RealRun, 'steps' | 'moves' | 'startedAt' | 'forked'>,
  told: number,
  version: Graph | undefined,
): (at: number) => number {
  const beganLate =
    forked === undefined && version !== undefined && TURNS.every((name) => version.settings?.[name] === undefined)
      ? Math.max(0, startedAt - told)
      : 0
  /** How late it was in all from a moment on. */
  const woken: { at: number; late: number }[] = []
  let late = beganLate
  const until = new Map<number, number>()
  // Of a run that was moved nobody knows by which version a wait was over.
  for (const { visit, type, at, input, way, resumed } of moves.length === 0 ? steps : []) {
    if (resumed !== true) {
      const { until: moment, timeoutAt = moment } = (input ?? {}) as { until?: unknown; timeoutAt?: unknown }
      if (typeof timeoutAt === 'string') until.set(visit, Date.parse(timeoutAt))
    } else if (type === 'wait' || way === 'timeout') {
      late += Math.max(0, at - (until.get(visit) ?? at))
      woken.push({ at, late })
    }
  }
  return (moment) => woken.findLast(({ at }) => at <= moment)?.late ?? beganLate
}
