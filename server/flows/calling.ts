import type { Flow } from '#flows/flow.ts'
import type { About, Outcome, Run } from '#flows/run.ts'

/* What a run that asked for one of another flow hears of it: the same in earnest and in a simulation. */

export const NOT_PUBLISHED = 'that flow is not published'
const NO_MANUAL = 'the published version of that flow has no manual trigger'
export const TOO_DEEP = 'too many flows and events led to each other'
/** Why a run ends that another asked for. */
export const STOPPED = 'the run that asked for it is over, or went on without it'

/** Why a flow cannot be begun by another one; null: it can. */
export const refusalOf = (flow: Flow | undefined): string | null =>
  flow === undefined ? NOT_PUBLISHED : flow.manual === null ? NO_MANUAL : null

/** Whom a run is about that another one asks for. @param quietSince see the effect */
export function aboutCalled({ silence: _, warnedAt: __, ...about }: About, quietSince: number | null): About {
  return { ...about, silence: null, ...(quietSince === null ? {} : { warnedAt: quietSince }) }
}

/** What the end of a run is to the one that asked for it. */
export function outcomeOf({ id, status, outcome, failure, vars }: Run): Outcome {
  const cause =
    failure !== null
      ? `at ${failure.nodeId}: ${failure.cause}`
      : status === 'cancelled'
        ? `cancelled: ${outcome}`
        : null
  const value = { runId: id, status, outcome, vars }
  return cause === null ? { way: 'out', value } : { way: 'error', value, cause }
}
