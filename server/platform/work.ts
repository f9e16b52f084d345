import type { EventDraft, Json } from '#platform/event.ts'

/** Runs one parameterised statement and gives its rows. Statements issued without awaiting are pipelined. */
export type Db = {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** A row that waits: at `dueAt` the handler of `kind` gets it once. */
export type DueEntry = {
  /** A registered due kind, for example `encounter.inactivity`. */
  kind: string
  tenant: string
  /** Identity within kind and tenant: scheduling the same key again replaces it. */
  key: string
  /** Milliseconds on the clock that the kind declares. */
  dueAt: number
  payload?: Json
}

/**
 * A transaction under way. Its writes, its events and its due rows commit together or not at all.
 * Nothing leaves the process inside it: `afterCommit` is for hints (wake a dispatcher), never for effects.
 */
export type Tx = Db & {
  /** Events to be appended as the transaction's last statement, sent in one write with COMMIT. */
  append(events: readonly EventDraft[]): void
  schedule(entries: readonly DueEntry[]): void
  unschedule(kind: string, tenant: string, keys: readonly string[]): void
  afterCommit(fn: () => void): void
}

/** Writes of a decision already made; called inside the commit. It issues statements and never waits for rows. */
export type Writes = (tx: Tx) => void

/** Raised inside the database by `assert_rows`: somebody else changed a row first; the batch is decided again. */
export const CONFLICT_SQLSTATE = 'CA001'

export type Database = {
  /** Reads and single statements as `cauce_worker`: all tenants. Only committers, consumers and claimers use it. */
  worker: Db
  /**
   * A transaction as `cauce_worker`. Due rows of kinds that allow it (`DueKind.inline`; some only with `inlineDue`) and are due
   * already are handled inside it instead of being stored and claimed; `fn` is then run again without that when it fails.
   */
  transaction<T>(fn: (tx: Tx) => Promise<T>, options?: { inlineDue?: boolean }): Promise<T>
  /** A transaction as `cauce_app` with row-level security bound to `tenant`: what requests use. */
  asTenant<T>(tenant: string, fn: (tx: Tx) => Promise<T>): Promise<T>
}
