import type { LogEvent } from '#platform/event.ts'

/** The moment from which an event counts: see `outsideEvent`. */
export const countedAt = (event: Pick<LogEvent, 'occurredAt' | 'receivedAt'>, byReceipt: boolean): number =>
  byReceipt ? event.receivedAt : Math.min(event.occurredAt, event.receivedAt)
