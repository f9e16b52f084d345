import { countedAt } from '#conversations/encounters/counted-at.ts'
import { isRenewal } from '#conversations/encounters/outside.ts'
import type { LogEvent } from '#platform/event.ts'

/** Events that end a silence, and those that tell of one. */
export const SILENCE_TYPES = [
  'encounter.message_received',
  'encounter.resumed',
  'encounter.reopened',
  'encounter.tmipw_expired',
] as const
const WARNING = 'encounter.tmipw_expired'
/** Events that tell that the person is there. */
export const SIGNS_OF_LIFE: ReadonlySet<string> = new Set(SILENCE_TYPES.filter((type) => type !== WARNING))

type Told = Pick<LogEvent, 'origin' | 'type' | 'position' | 'occurredAt' | 'receivedAt' | 'data'>

/** `since`: when what it began with was (domain milliseconds); null: nothing before it is known. */
export type Silence = { readonly key: string; readonly since: number | null }

/**
 * Names the silence that a warning belongs to: by the last sign of life told before it in the log, or by what took back
 * a warning after that. It is the same for every warning of that silence, whichever system told it and how often, and it
 * does not depend on who has read how far: what an encounter looks like by now says nothing of an event that waited. A
 * sign of life that is older than a warning told before it ended no silence.
 * @param history events of `SILENCE_TYPES` and `RENEWAL_TYPES` before the warning, in the order of the log
 */
export function silenceOf(encounterId: string, history: readonly Told[], byReceipt: boolean): Silence {
  let warnedAt = Number.NEGATIVE_INFINITY
  let began: { position: number; at: number } | null = null
  for (const event of history) {
    const at = countedAt(event, byReceipt)
    const isLife = SIGNS_OF_LIFE.has(event.type)
    if (event.type === WARNING) warnedAt = Math.max(warnedAt, at)
    // Without a warning there is nothing to take back: words of ours do not end a silence.
    else if (at >= warnedAt && (isLife || (warnedAt !== Number.NEGATIVE_INFINITY && isRenewal(event)))) {
      began = { position: event.position, at }
      warnedAt = Number.NEGATIVE_INFINITY
    }
  }
  return { key: `${encounterId}@${began?.position ?? 0}`, since: began?.at ?? null }
}
