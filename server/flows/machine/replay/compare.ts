import { doings } from '#flows/machine/replay/compare-deeds.ts'
import { type Told, tellings } from '#flows/machine/replay/compare-said.ts'
import type { Deed } from '#flows/machine/replay/deeds.ts'
import { type Difference, timeDifference } from '#flows/machine/replay/difference.ts'
import type { Step } from '#flows/run.ts'

/** How one run went, in reality or on the draft. */
export type Course = {
  runId: string
  outcome: string
  startedAt: number
  /** Null: it goes on. */
  endedAt: number | null
  steps: readonly Step[]
  said: readonly Told[]
  deeds: readonly Deed[]
  /** By how much it was late at a moment. */
  late(at: number): number
}

/**
 * What the draft would have done otherwise than was done, for one event; empty: nothing. It is about what people and systems
 * get, and when, as far as that is kept.
 * @param toleranceMs times that are nearer than this are the same: what is real is always a little late
 */
export function differencesOf(real: Course | null, draft: Course | null, toleranceMs: number): Difference[] {
  if (real === null && draft === null) return []
  const within = (at: number) => toleranceMs + (real?.late(at) ?? 0)
  const effects = [
    ...tellings(real?.said ?? [], draft?.said ?? [], within),
    ...doings(real?.deeds ?? [], draft?.deeds ?? [], within),
  ]
  if (real === null || draft === null) return [begun(real, draft), ...effects]
  return [
    ...effects,
    ...(real.outcome === draft.outcome ? [] : [outcome(real.outcome, draft.outcome)]),
    ...(real.endedAt === null || draft.endedAt === null
      ? []
      : timeDifference('endTime', null, [real.endedAt, draft.endedAt], within, ({ en, es }) => ({
          en: `it would end ${en}`,
          es: `terminaría ${es}`,
        }))),
    ...path(real.steps, draft.steps),
  ]
}

const begun = (real: Course | null, draft: Course | null): Difference =>
  real === null
    ? {
        kind: 'begins',
        nodeId: null,
        real: null,
        draft: draft?.outcome ?? null,
        says: { en: 'a run would begin, and none did', es: 'comenzaría una ejecución, y no comenzó ninguna' },
      }
    : {
        kind: 'doesNotBegin',
        nodeId: null,
        real: real.outcome,
        draft: null,
        says: { en: 'no run would begin, and one did', es: 'no comenzaría ninguna ejecución, y comenzó una' },
      }

function outcome(real: string, draft: string): Difference {
  return {
    kind: 'outcome',
    nodeId: null,
    real,
    draft,
    says: { en: `it came to ${real}, and would come to ${draft}`, es: `terminó en ${real}, y terminaría en ${draft}` },
  }
}

const places = (steps: readonly Step[]): string[] =>
  steps.flatMap(({ nodeId, resumed }) => (resumed === true ? [] : nodeId))

/** The first step that would be another one: what comes after it follows from it. */
function path(real: readonly Step[], draft: readonly Step[]): Difference[] {
  const [was, would] = [places(real), places(draft)]
  const at = Array.from({ length: Math.max(was.length, would.length) }, (_, i) => i).find((i) => was[i] !== would[i])
  if (at === undefined) return []
  const [before, after] = [was[at] ?? null, would[at] ?? null]
  const nth = at + 1
  const says = {
    en: `step ${nth}: it went to ${before ?? 'no further one'}, and would go to ${after ?? 'no further one'}`,
    es: `paso ${nth}: fue a ${before ?? 'ninguno más'}, e iría a ${after ?? 'ninguno más'}`,
  }
  return [{ kind: 'path', nodeId: before ?? after, real: before, draft: after, says }]
}
