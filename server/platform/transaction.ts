import type pg from 'pg'
import { crashPoint } from '#platform/crash-point.ts'
import type { EventDraft } from '#platform/event.ts'
import { runStatement, streamOf } from '#platform/statement.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

export type Statement = { text: string; values: readonly unknown[] }

/** What the log and the due engine add to a transaction when it commits. */
export type WorkHooks = {
  /** The statement that appends, and what to do with its rows once the commit is known. */
  append(events: readonly EventDraft[]): Statement & { committed(rows: unknown[]): void }
  schedule(entries: readonly DueEntry[]): Statement & { committed(): void }
  unschedule(kind: string, tenant: string, keys: readonly string[]): Statement
  /** Takes the entries that may be handled in this transaction, and handles them; gives back the others. */
  /** @returns what is to be stored */
  handleInline(entries: readonly DueEntry[], tx: Tx, which: Inline): Promise<readonly DueEntry[]>
}

/** What is handled inline may schedule more of the kind; after so many rounds the rest is stored. */
const INLINE_ROUNDS = 4

/** Which kinds of due rows are handled where they are scheduled: those that a transaction asks for with the others, or these alone. */
export type Inline = 'asked' | 'always'

/** Thrown when COMMIT answered ROLLBACK although no statement had told of an error. */
class AbortedTransaction extends Error {}

/**
 * One transaction over one connection. BEGIN goes out with the first statement; due rows, events and COMMIT go
 * out in one write, the append last, so that the lock of the log is held only while the server commits.
 */
export function createWork(client: pg.ClientBase, hooks: WorkHooks, tenant: string | null, inline: Inline | null) {
  const pending: Promise<unknown>[] = []
  const events: EventDraft[] = []
  const due: DueEntry[] = []
  const after: (() => void)[] = []
  let failed: { error: unknown } | undefined
  let begun = false
  let over = false
  let handledInline = false

  function send<Row>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[]; command: string }> {
    const sent = runStatement<Row>(client, text, values)
    // The first error is the cause; those behind it only say that the transaction is aborted.
    sent.catch((error) => {
      failed ??= { error }
    })
    return sent
  }

  function begin(): void {
    if (begun) return
    begun = true
    pending.push(send('begin'))
    if (tenant !== null) pending.push(send("select set_config('cauce.tenant', $1, true)", [tenant]))
  }

  function issue<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    if (over) throw new Error('the transaction is over')
    begin()
    const sent = send<Row>(text, values).then((result) => result.rows)
    sent.catch(() => {})
    pending.push(sent)
    return sent
  }

  const tx: Tx = {
    query: issue,
    append: (more) => void events.push(...more),
    schedule: (more) => void due.push(...more),
    unschedule(kind, of, keys) {
      if (keys.length === 0) return
      // Rows that this transaction scheduled are not in the database yet.
      const gone = new Set(keys)
      const kept = due.filter((entry) => entry.kind !== kind || entry.tenant !== of || !gone.has(entry.key))
      due.splice(0, due.length, ...kept)
      const { text, values } = hooks.unschedule(kind, of, keys)
      void issue(text, values)
    },
    afterCommit: (fn) => void after.push(fn),
  }

  async function handleInline(which: Inline): Promise<void> {
    const stored: DueEntry[] = []
    for (let round = 0; round < INLINE_ROUNDS && due.length > 0; round++) {
      const entries = due.splice(0)
      // Until it is known that there was nothing to handle: it may fail on its way.
      const before = handledInline
      handledInline = true
      const left = await hooks.handleInline(entries, tx, which)
      handledInline = before || left.length < entries.length
      stored.push(...left)
    }
    due.push(...stored)
  }

  return {
    tx,
    /** Due rows were handled in it, or began to be: without them it may go through. */
    get handledInline() {
      return handledInline
    },
    async commit(): Promise<void> {
      if (inline !== null && due.length > 0) await handleInline(inline)
      crashPoint('transaction:before-commit')
      const stream = streamOf(client)
      stream.cork()
      let appended: Promise<{ rows: unknown[] }> | undefined
      let append: ReturnType<WorkHooks['append']> | undefined
      let scheduled: ReturnType<WorkHooks['schedule']> | undefined
      let committed: Promise<{ command: string }> | undefined
      try {
        if (due.length > 0) {
          scheduled = hooks.schedule(due)
          void issue(scheduled.text, scheduled.values)
        }
        if (events.length > 0) {
          begin()
          append = hooks.append(events)
          appended = send(append.text, append.values)
          pending.push(appended)
        }
        over = true
        if (begun) committed = send('commit')
      } finally {
        stream.uncork()
      }
      await Promise.allSettled(pending)
      const tag = await committed?.catch((error) => {
        failed ??= { error }
        return undefined
      })
      if (failed !== undefined) throw failed.error
      if (tag !== undefined && tag.command !== 'COMMIT')
        throw new AbortedTransaction('the database rolled the transaction back')
      crashPoint('transaction:after-commit')
      scheduled?.committed()
      if (append !== undefined && appended !== undefined) append.committed((await appended).rows)
      for (const fn of after) fn()
    },
    async rollback(): Promise<void> {
      over = true
      if (!begun) return
      await Promise.allSettled(pending)
      // After an aborted COMMIT this only warns that there is no transaction.
      await client.query('rollback')
    },
  }
}
