import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

export const KINDS = [
  'begins',
  'doesNotBegin',
  'messageAdded',
  'messageMissing',
  'messageChanged',
  'otherReceiver',
  'otherLink',
  'otherTime',
  'deedAdded',
  'deedMissing',
  'deedChanged',
  'deedTime',
  'outcome',
  'endTime',
  'path',
] as const
export type Kind = (typeof KINDS)[number]

/** One thing that would have gone otherwise. */
export type Difference = { kind: Kind; nodeId: string | null; real: Json; draft: Json; says: Sentence }

/** What a step is called; null: the platform says it by itself. */
export type NameOf = (nodeId: string | null) => Sentence

/** How near two times at about a moment are the same: what is real is always a little late (domain ms). */
export type Within = (at: number) => number

/**
 * That something would come at another time, if it would.
 * @param says what would come then, with when it would
 */
export function timeDifference(
  kind: Kind,
  nodeId: string | null,
  [was, would]: readonly [was: number, would: number],
  within: Within,
  says: (when: Sentence) => Sentence,
): Difference[] {
  if (Math.abs(was - would) <= within(was)) return []
  const length = spanWords(Math.abs(was - would))
  const when =
    would < was
      ? { en: `${length} earlier`, es: `${length} antes` }
      : { en: `${length} later`, es: `${length} después` }
  const [real, draft] = [new Date(was).toISOString(), new Date(would).toISOString()]
  return [{ kind, nodeId, real, draft, says: says(when) }]
}

const UNITS: readonly [word: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
]

/** A length of time in its two largest units, in either language: 1 d 3 h. */
function spanWords(ms: number): string {
  const at = UNITS.findIndex(([, unit]) => ms >= unit)
  const [large, small] = UNITS.slice(at === -1 ? UNITS.length - 1 : at)
  if (large === undefined) return ''
  const whole = small === undefined ? Math.round(ms / large[1]) : Math.floor(ms / large[1])
  const rest = small === undefined ? 0 : Math.floor((ms % large[1]) / small[1])
  return `${whole} ${large[0]}${rest === 0 || small === undefined ? '' : ` ${rest} ${small[0]}`}`
}
