import type { LogEvent } from '#platform/event.ts'

/** Events that end a silence, and those that tell of one. */
export const SILENCE_TYPES = [
  'encounter.message_received',
  'encounter.resumed',
  'encounter.reopened',
  'encounter.tmipw_expired',
] as const
const WARNING = 'encounter.tmipw_expired'

/** The moment from which an event counts: see `outsideEvent`. */
export const countedAt = (event: Pick<LogEvent, 'occurredAt' | 'receivedAt'>, byReceipt: boolean): number =>
  byReceipt ? event.receivedAt : Math.min(event.occurredAt, event.receivedAt)

/**
 * Names the silence that a warning belongs to: by the last sign of life told before it in the log. It is the same for
 * every warning of that silence, whichever system told it and how often, and it does not depend on who has read how
 * far: what an encounter looks like by now says nothing of an event that waited. A sign of life that is older than a
 * warning told before it ended no silence.
 * @param history events of `SILENCE_TYPES` before the warning, in the order of the log
 */
export function silenceKey(
  encounterId: string,
  history: readonly Pick<LogEvent, 'type' | 'position' | 'occurredAt' | 'receivedAt'>[],
  byReceipt: boolean,
): string {
  let warnedAt = Number.NEGATIVE_INFINITY
  let since = 0
  for (const event of history) {
    const at = countedAt(event, byReceipt)
    if (event.type === WARNING) warnedAt = Math.max(warnedAt, at)
    else if (at >= warnedAt) {
      since = event.position
      warnedAt = Number.NEGATIVE_INFINITY
    }
  }
  return `${encounterId}@${since}`
}
