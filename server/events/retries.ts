import type { Logger } from 'pino'
import { failParked, firstParked, resolveParked, type Subject, stillParked, subjectKey } from '#events/parked.ts'
import type { Clock } from '#platform/clock.ts'
import { isContention, isTransient } from '#platform/database.ts'
import type { DueKind } from '#platform/due-kind.ts'
import { errorText } from '#platform/error-text.ts'
import type { LogEvent } from '#platform/event.ts'
import { Postponed } from '#platform/postponed.ts'
import type { Consumer } from '#platform/service.ts'
import type { Database, Tx } from '#platform/work.ts'

/** One cadence for the whole cluster: the delay before attempt n + 1; after the last one the event is set aside. */
export const RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 120_000] as const
const RETRY_KIND = 'consumer.retry'
/** The row stays while the consumer works, so that a subject is taken up again when this node dies. */
const NET_MS = 10_000
/** Another node holds the shard: it will find the row. */
const ELSEWHERE_MS = 1_000
/** Events that waited are handled in batches, as they would have been. */
const BATCH = 100
/** Subjects that are tried again get this long, then it is the turn of new events. */
const SLICE_MS = 50
/** A contended row is left alone for a moment; these do not count as attempts. */
const CONFLICTS = 10
const CONFLICT_MS = 5

export type Retry = Subject & { consumer: string; shard: number }

const retryKey = (consumer: string, subject: string) => `${consumer}\n${subject}`

export function scheduleRetries(tx: Tx, retries: readonly Retry[], dueAt: number): void {
  tx.schedule(
    retries.map(({ consumer, tenant, subject, shard }) => ({
      kind: RETRY_KIND,
      tenant,
      key: retryKey(consumer, subject),
      dueAt,
      payload: { consumer, subject, shard },
    })),
  )
}

/**
 * The due rows of subjects that are to be tried again. The handler only hands them on: the consumer's own commit
 * moves the row, which this transaction must not hold.
 */
export function retryKind(retry: (retry: Retry) => void, holds: (retry: Retry) => boolean): DueKind {
  return {
    kind: RETRY_KIND,
    clock: 'wall',
    async handle(rows, tx, now) {
      const retries = rows.map(({ tenant, payload }) => ({ ...(payload as Omit<Retry, 'tenant'>), tenant }))
      const parked = await stillParked(tx, retries)
      const open = retries.filter((_, n) => parked.has(n))
      const here = open.filter(holds)
      scheduleRetries(tx, here, now + NET_MS)
      scheduleRetries(
        tx,
        open.filter((one) => !here.includes(one)),
        now + ELSEWHERE_MS,
      )
      tx.afterCommit(() => here.forEach(retry))
    },
  }
}

/** Tries the parked events of subjects again, each subject in order, some milliseconds at a time. */
export function createRetries(options: {
  consumer: Consumer
  database: Database
  clock: Clock
  logger: Logger
  loadEvents(positions: readonly number[]): Promise<LogEvent[]>
  signal(): AbortSignal
  /** A subject holds its later events back, or does not any more. */
  block(key: string, blocked: boolean): void
}) {
  const { consumer, database, clock, logger } = options
  const waiting = new Map<string, Retry>()

  /** @returns whether the subject may have more to do now */
  async function step(retry: Retry): Promise<boolean> {
    const parked = await firstParked(database.worker, consumer.name, retry, BATCH)
    const [first] = parked
    if (first === undefined) {
      options.block(subjectKey(retry.tenant, retry.subject), false)
      return false
    }
    // The one that failed before goes alone.
    const failedBefore = parked.findIndex(({ attempts }, i) => attempts > 0 && i > 0)
    let size = first.attempts > 0 ? 1 : failedBefore === -1 ? parked.length : failedBefore
    for (let conflicts = 0; ; ) {
      try {
        const positions = parked.slice(0, size).map(({ position }) => position)
        await handle(retry.tenant, positions)
        return true
      } catch (error) {
        if (error instanceof Postponed) throw error
        if (isContention(error) && conflicts++ < CONFLICTS) {
          await new Promise((resolve) => setTimeout(resolve, CONFLICT_MS * conflicts))
          continue
        }
        if (isTransient(error) && !isContention(error)) throw error
        if (size === 1) return failed(retry, first, error)
        size >>= 1
      }
    }
  }

  async function handle(tenant: string, positions: readonly number[]): Promise<void> {
    const events = await options.loadEvents(positions)
    const writes =
      events.length === 0 ? null : await consumer.handle(events, database.worker, clock.now(), options.signal())
    await database.transaction(async (tx) => {
      resolveParked(tx, consumer.name, tenant, positions)
      writes?.(tx)
    })
  }

  async function failed(retry: Retry, first: { position: number; attempts: number }, error: unknown): Promise<boolean> {
    const { tenant, subject } = retry
    const attempts = first.attempts + 1
    const delayMs = RETRY_DELAYS_MS[attempts - 1]
    const status = delayMs === undefined ? 'failed' : 'retrying'
    const [event] = await options.loadEvents([first.position]).catch(() => [])
    const of = { eventId: event?.id, traceId: event?.traceparent?.slice(3, 35) }
    logger.error(
      { err: error, consumer: consumer.name, tenantId: tenant, ...of, position: first.position, attempts },
      `an event failed again: ${status}`,
    )
    const at = clock.wall()
    await database.transaction(async (tx) => {
      failParked(tx, consumer.name, tenant, first.position, { attempts, error: errorText(error), status, at })
      if (delayMs !== undefined) scheduleRetries(tx, [retry], at + delayMs)
    })
    if (delayMs === undefined) return true
    options.block(subjectKey(tenant, subject), true)
    return false
  }

  return {
    add: (retry: Retry) => void waiting.set(subjectKey(retry.tenant, retry.subject), retry),
    get size() {
      return waiting.size
    },
    /** Works for a moment. What is left when this throws, or when a shard moves on, comes again with its due row. */
    async slice(holds: (shard: number) => boolean): Promise<void> {
      const end = performance.now() + SLICE_MS
      for (const [key, retry] of waiting) {
        while (holds(retry.shard) && (await step(retry))) if (performance.now() > end) return
        waiting.delete(key)
        if (performance.now() > end) return
      }
    },
  }
}
