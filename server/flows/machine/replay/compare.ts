import type { Said } from '#flows/machine/world.ts'
import type { Step } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** How one run went, in reality or on the draft. */
export type Course = {
  runId: string
  outcome: string
  startedAt: number
  steps: readonly Step[]
  said: readonly Said[]
}

export const KINDS = [
  'begins',
  'doesNotBegin',
  'messageAdded',
  'messageMissing',
  'messageChanged',
  'otherTime',
  'outcome',
  'path',
] as const
export type Kind = (typeof KINDS)[number]

/** One thing that would have gone otherwise. */
export type Difference = { kind: Kind; nodeId: string | null; real: Json; draft: Json; says: Sentence }

const shown = ({ channel, title, body, outcome, reason }: Said): { [name: string]: Json } => ({
  channel,
  title,
  body,
  outcome,
  ...(reason === null ? {} : { reason }),
})

/**
 * What the draft would have done otherwise than was done, for one event; empty: nothing.
 * @param toleranceMs times that are nearer than this are the same: what is real is always a little late
 */
export function differencesOf(real: Course | null, draft: Course | null, toleranceMs: number): Difference[] {
  if (real === null && draft === null) return []
  if (real === null || draft === null)
    return [begun(real, draft), ...told(real?.said ?? [], draft?.said ?? [], toleranceMs)]
  return [
    ...told(real.said, draft.said, toleranceMs),
    ...(real.outcome === draft.outcome ? [] : [outcome(real.outcome, draft.outcome)]),
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

/** Somebody got it. */
const isTold = ({ outcome }: Said): boolean => outcome === 'sent'

/** The n-th thing that a step said is held against the n-th that it would say. */
function told(real: readonly Said[], draft: readonly Said[], toleranceMs: number): Difference[] {
  const found: Difference[] = []
  const places = new Set([...real, ...draft].map(({ nodeId }) => nodeId))
  for (const nodeId of places) {
    const was = real.filter((said) => said.nodeId === nodeId)
    const would = draft.filter((said) => said.nodeId === nodeId)
    for (let i = 0; i < Math.max(was.length, would.length); i++) {
      const difference = messageDifference(nodeId, was[i], would[i], toleranceMs)
      if (difference !== null) found.push(difference)
    }
  }
  return found
}

function messageDifference(
  nodeId: string | null,
  was: Said | undefined,
  would: Said | undefined,
  toleranceMs: number,
): Difference | null {
  if (was === undefined || !isTold(was)) {
    if (would === undefined) return null
    if (isTold(would)) {
      const says = { en: `${nodeId} would tell something`, es: `${nodeId} diría algo` }
      return { kind: 'messageAdded', nodeId, real: was === undefined ? null : shown(was), draft: shown(would), says }
    }
    // What nobody gets either way differs in nothing but why.
    if (was === undefined || (was.outcome === would.outcome && was.reason === would.reason)) return null
    const says = {
      en: `${nodeId} would tell nobody either, for another reason`,
      es: `${nodeId} tampoco se lo diría a nadie, por otro motivo`,
    }
    return { kind: 'messageChanged', nodeId, real: shown(was), draft: shown(would), says }
  }
  if (would === undefined || !isTold(would)) {
    const says = { en: `what ${nodeId} told would not be told`, es: `no se diría lo que dijo ${nodeId}` }
    return { kind: 'messageMissing', nodeId, real: shown(was), draft: would === undefined ? null : shown(would), says }
  }
  if (JSON.stringify(shown(was)) !== JSON.stringify(shown(would))) {
    const says = { en: `${nodeId} would tell something else`, es: `${nodeId} diría otra cosa` }
    return { kind: 'messageChanged', nodeId, real: shown(was), draft: shown(would), says }
  }
  if (Math.abs(was.at - would.at) <= toleranceMs) return null
  const says = { en: `${nodeId} would tell it at another time`, es: `${nodeId} lo diría a otra hora` }
  const [real, draft] = [new Date(was.at).toISOString(), new Date(would.at).toISOString()]
  return { kind: 'otherTime', nodeId, real, draft, says }
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
