import type { Flow } from '#flows/flow.ts'
import type { Advance } from '#flows/run.ts'
import { addSpan, type Span } from '#platform/duration.ts'

/** That a run entered an arm, or a flow with a goal and without a split; times are domain milliseconds. */
export type Entry = {
  readonly node: string
  readonly arm: string
  readonly holdout: boolean
  readonly promoted: boolean
  /** Whom the arm is for. */
  readonly unit: string
  /** What the event of the goal finds it by; null: there is no goal, or nothing that the run could be found by. */
  readonly key: string | null
  /** Log position of the event that the run had seen last. */
  readonly position: number
  readonly at: number
  readonly until: number
}

/** The node of an entry into a flow as a whole. */
export const WHOLE = ''

/** How long what happens counts where the goal does not say. */
const USUAL_WINDOW: Span = { months: 0, ms: 7 * 86_400_000 }

export const windowOf = ({ goal }: Pick<Flow, 'goal'>): Span => goal?.within ?? USUAL_WINDOW

/** Whether the flow keeps what comes of its people. */
export const keepsOutcomes = ({ goal, splits }: Pick<Flow, 'goal' | 'splits'>): boolean =>
  goal !== null || splits.size > 0

/**
 * The entries that one advance of a run made.
 * @param begins it was the run's first
 */
export function entriesOf(flow: Flow, begins: boolean, { run, effects }: Advance): Entry[] {
  if (!keepsOutcomes(flow)) return []
  const key = flow.goal === null ? null : run.key
  const window = windowOf(flow)
  const entries = effects.flatMap((effect): Entry[] => {
    if (effect.kind !== 'split') return []
    const { node, arm, holdout, promoted, unit, at, seen } = effect
    return [{ node, arm, holdout, promoted, unit, key, position: seen, at, until: addSpan(at, window) }]
  })
  if (begins && flow.splits.size === 0) {
    const { about, startedAt: at, seen: position } = run
    const unit = about.contactId ?? about.encounterId ?? run.key ?? run.id
    const whole = { node: WHOLE, arm: WHOLE, holdout: false, promoted: false, unit }
    entries.push({ ...whole, key, position, at, until: addSpan(at, window) })
  }
  return entries
}
