import type { LogEvent } from '#platform/event.ts'

/**
 * The moment from which an event counts: what is said of it in `outsideEvent`. Our own say it by our own clock, however
 * late they come to be written.
 */
export const countedAt = (event: Pick<LogEvent, 'origin' | 'occurredAt' | 'receivedAt'>, byReceipt: boolean): number =>
  byReceipt && event.origin !== 'internal' ? event.receivedAt : Math.min(event.occurredAt, event.receivedAt)
