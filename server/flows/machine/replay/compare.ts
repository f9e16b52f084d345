import { doings } from '#flows/machine/replay/compare-deeds.ts'
import { type Told, tellings } from '#flows/machine/replay/compare-said.ts'
import type { Deed } from '#flows/machine/replay/deeds.ts'
import { type Difference, type NameOf, timeDifference } from '#flows/machine/replay/difference.ts'
import type { Step } from '#flows/run.ts'
import type { Sentence } from '#platform/sentence.ts'

/** How one run went, in reality or on the draft. */
export type Course = {
  runId: string
  /** That it went by; null: the draft. */
  version: number | null
  outcome: string
  startedAt: number
  /** Null: it goes on. */
  endedAt: number | null
  steps: readonly Step[]
  said: readonly Told[]
  deeds: readonly Deed[]
  /** By how much it was late at a moment. */
  late(at: number): number
  /** How its event waited its turn; null: it did not. */
  turns: string | null
  /** What its steps are called; undefined: it has no such step, or nobody knows it any more. */
  nameOf(nodeId: string): Sentence | undefined
}

/**
 * What the draft would have done otherwise than was done, for one event; empty: nothing. It is about what people and systems
 * get, and when, as far as that is kept.
 * @param toleranceMs times that are nearer than this are the same: what is real is always a little late
 */
export function differencesOf(real: Course | null, draft: Course | null, toleranceMs: number): Difference[] {
  if (real === null && draft === null) return []
  // Where turns are taken alike, the later one is late.
  const waited =
    real !== null && draft !== null && real.turns !== null && real.turns === draft.turns
      ? Math.max(0, real.startedAt - draft.startedAt)
      : 0
  const within = (at: number) => toleranceMs + waited + (real?.late(at) ?? 0)
  const nameOf: NameOf = (nodeId) =>
    nodeId === null ? CAUCE : (draft?.nameOf(nodeId) ?? real?.nameOf(nodeId) ?? { en: nodeId, es: nodeId })
  const effects = [
    ...tellings(real?.said ?? [], draft?.said ?? [], within, nameOf),
    ...doings(real?.deeds ?? [], draft?.deeds ?? [], within, nameOf),
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
    ...path(real, draft, nameOf),
  ]
}

const CAUCE: Sentence = { en: 'Cauce', es: 'Cauce' }

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

/** Of runs that end with no outcome of their own. */
const STATES: { readonly [status: string]: Sentence | undefined } = {
  waiting: { en: 'not ended yet', es: 'sin terminar' },
  completed: { en: 'ended', es: 'terminada' },
  cancelled: { en: 'cancelled', es: 'cancelada' },
  failed: { en: 'failed', es: 'fallida' },
}

function outcome(real: string, draft: string): Difference {
  const [was, would] = [real, draft].map((one) => STATES[one] ?? { en: one, es: one }) as [Sentence, Sentence]
  return {
    kind: 'outcome',
    nodeId: null,
    real,
    draft,
    says: { en: `how it comes out: ${was.en} → ${would.en}`, es: `cómo queda: ${was.es} → ${would.es}` },
  }
}

const places = (steps: readonly Step[]): string[] =>
  steps.flatMap(({ nodeId, resumed }) => (resumed === true ? [] : nodeId))

/** The first step that would be another one: what comes after it follows from it. */
function path(real: Course, draft: Course, nameOf: NameOf): Difference[] {
  const [was, would] = [places(real.steps), places(draft.steps)]
  const at = Array.from({ length: Math.max(was.length, would.length) }, (_, i) => i).find((i) => was[i] !== would[i])
  if (at === undefined) return []
  const [before, after] = [was[at] ?? null, would[at] ?? null]
  // What was is called what it was called then: the same id may be another step by now.
  const one = before === null ? null : (real.nameOf(before) ?? nameOf(before))
  const other = after === null ? null : nameOf(after)
  const says = {
    en: `${behind(at).en}: ${one ? `it went to ${one.en}` : 'it stayed there'}, and would ${other ? `go to ${other.en}` : 'stay there'}`,
    es: `${behind(at).es}: ${one ? `siguió ${one.es}` : 'se quedó ahí'}, y ${other ? `seguiría ${other.es}` : 'se quedaría ahí'}`,
  }
  return [{ kind: 'path', nodeId: before ?? after, real: before, draft: after, says }]
}

const behind = (steps: number): Sentence =>
  steps === 1 ? { en: 'after one step', es: 'tras un paso' } : { en: `after ${steps} steps`, es: `tras ${steps} pasos` }
