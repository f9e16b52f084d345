import type { Json } from '#platform/event.ts'
import type { Tx } from '#platform/work.ts'

export type DueRow = { kind: string; tenant: string; key: string; dueAt: number; payload: Json; attempts: number }

/**
 * Work that waits for a time and is only database: claimed (deleted) and done in one transaction.
 * A handler that throws is retried: the batch is halved until the row at fault stands alone, which then waits
 * with a growing delay and is set aside after 10 attempts.
 */
export type DueKind = {
  kind: string
  /** Which clock `dueAt` is read on. */
  clock: 'domain' | 'wall'
  /** Most rows claimed in one transaction (default 500). */
  batch?: number
  /**
   * Rows that are due when they are scheduled may be handled in the transaction that schedules them: `asked`, in one that is
   * opened for it (`inlineDue`); `always`, in every one of a worker.
   */
  inline?: 'asked' | 'always'
  /** Called inside the claiming transaction; `now` is on the kind's clock. */
  handle(rows: readonly DueRow[], tx: Tx, now: number): Promise<void>
}
