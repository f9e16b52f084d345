import type { Logger } from 'pino'
import type { Histogram } from 'prom-client'
import {
  failParked,
  firstParked,
  loadBlocked,
  loadCursors,
  type Move,
  moveCursors,
  park,
  readCursors,
  resolveParked,
  subjectKey,
} from '#events/cursors.ts'
import type { Feed } from '#events/feed.ts'
import { recordEvents } from '#events/spans.ts'
import type { Clock } from '#platform/clock.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { isTransient } from '#platform/database.ts'
import type { LogEvent } from '#platform/event.ts'
import type { Consumer } from '#platform/service.ts'
import type { Spans } from '#platform/telemetry/spans.ts'
import { CONFLICT_SQLSTATE, type Database } from '#platform/work.ts'

const BATCH = 500
/** A batch without effects saves its cursor at most this often. */
const SAVE_MS = 1_000
const TRANSIENT_MS = 250
const CONFLICT_MS = 5
/** After this many conflicts in a row a batch is halved, so that one contended row does not hold the rest. */
const CONFLICTS = 10

/** One cadence for the whole cluster: the delay before attempt n + 1; after the last one the event is set aside. */
export const RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 120_000] as const
export const RETRY_KIND = 'consumer.retry'
export const retryKey = (consumer: string, subject: string) => `${consumer}\n${subject}`

export type Runner = {
  readonly name: string
  readonly required: boolean
  /** Milliseconds since the oldest event that this consumer has not handled was committed. */
  lagMs(): number
  /** The lowest position that may not have been handled on this node. */
  position(): number
  setShards(shards: readonly number[]): Promise<void>
  wake(): void
  /** Tries the parked events of a subject again, in order. False when the subject's shard is not held here. */
  retry(tenant: string, subject: string, shard: number): Promise<boolean>
  stop(): Promise<void>
}

/** Runs one consumer over the shards that this node holds. */
export function createRunner(options: {
  consumer: Consumer
  database: Database
  feed: Feed
  clock: Clock
  logger: Logger
  seconds: Histogram<'consumer' | 'result'>
  spans: Spans
  loadEvent(tenant: string, position: number): Promise<LogEvent | undefined>
}): Runner {
  const { consumer, database, feed, clock, logger, seconds, spans } = options
  /** Handled here, and stored in the database, shard by shard. */
  const seen = new Map<number, number>()
  const stored = new Map<number, number>()
  let blocked = new Set<string>()
  let wanted: readonly number[] | undefined
  let loaded = false
  /** Grows with every load: positions read before it say nothing about what was handled. */
  let loads = 0
  let busy: Promise<void> | undefined
  let again = false
  let stopped = false
  let savedAt = 0
  let retryTimer: NodeJS.Timeout | undefined
  let saveTimer: NodeJS.Timeout | undefined
  const tasks: (() => Promise<void>)[] = []

  const lowest = () => Math.min(...seen.values())

  function wake(): void {
    if (stopped) return
    if (busy !== undefined) {
      again = true
      return
    }
    busy = work()
      .catch((error) => {
        logger.error({ err: error, consumer: consumer.name }, 'a consumer stumbled; going on in a moment')
        loaded = false
        retryTimer ??= setTimeout(() => {
          retryTimer = undefined
          wake()
        }, TRANSIENT_MS)
      })
      .finally(() => {
        busy = undefined
        if (again && retryTimer === undefined) {
          again = false
          wake()
        }
      })
  }

  async function load(): Promise<void> {
    const shards = wanted ?? [...seen.keys()]
    const positions = await loadCursors(database.worker, consumer, shards, clock.wall())
    blocked = await loadBlocked(database.worker, consumer.name, shards)
    seen.clear()
    stored.clear()
    for (const [shard, position] of positions) {
      seen.set(shard, position)
      stored.set(shard, position)
    }
    wanted = undefined
    loaded = true
    loads += 1
  }

  async function work(): Promise<void> {
    for (;;) {
      if (!loaded || wanted !== undefined) await load()
      for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) await task()
      if (stopped || seen.size === 0) return
      const { events, upTo } = await feed.read(lowest(), BATCH)
      const mine = events.filter((event) => event.position > (seen.get(event.shard) ?? Number.POSITIVE_INFINITY))
      const before = loads
      if (mine.length > 0) await handle(mine)
      if (loads !== before) continue
      for (const [shard, position] of seen) if (position < upTo) seen.set(shard, upTo)
      if (upTo >= feed.head) {
        if (clock.wall() - savedAt >= SAVE_MS) await save()
        else saveLater()
        if (upTo >= feed.head && tasks.length === 0) return
      }
    }
  }

  function movesFor(events: readonly LogEvent[]): Move[] {
    const last = new Map<number, number>()
    for (const { shard, position } of events) last.set(shard, position)
    return [...last].map(([shard, position]) => ({ shard, before: stored.get(shard) as number, position }))
  }

  function moved(moves: readonly Move[]): void {
    for (const { shard, position } of moves) {
      stored.set(shard, position)
      seen.set(shard, position)
    }
  }

  /** Positions passed without effects, at most once a second. */
  async function save(): Promise<void> {
    savedAt = clock.wall()
    const moves = [...seen]
      .filter(([shard, position]) => position > (stored.get(shard) as number))
      .map(([shard, position]) => ({ shard, before: stored.get(shard) as number, position }))
    if (moves.length === 0) return
    await database.transaction(async (tx) => moveCursors(tx, consumer.name, moves, clock.wall()))
    moved(moves)
  }

  /** The last events before a quiet time must not look unhandled until the next one comes. */
  function saveLater(): void {
    saveTimer ??= setTimeout(() => {
      saveTimer = undefined
      wake()
    }, SAVE_MS).unref()
  }

  async function handle(events: readonly LogEvent[]): Promise<void> {
    for (let conflicts = 0; ; conflicts++) {
      const began = performance.now()
      try {
        await commit(events)
        seconds.observe({ consumer: consumer.name, result: 'ok' }, (performance.now() - began) / 1000)
        return
      } catch (error) {
        const conflict = (error as { code?: string }).code === CONFLICT_SQLSTATE
        seconds.observe(
          { consumer: consumer.name, result: conflict ? 'conflict' : 'error' },
          (performance.now() - began) / 1000,
        )
        if (stopped) throw error
        if (isTransient(error)) {
          // The outcome of a lost COMMIT is unknown: what is stored decides.
          await new Promise((resolve) => setTimeout(resolve, TRANSIENT_MS))
          await load()
          return
        }
        if (conflict) {
          if (await cursorsChanged(events)) return
          if (conflicts < CONFLICTS || events.length === 1) {
            await new Promise((resolve) => setTimeout(resolve, CONFLICT_MS * Math.min(conflicts, 20)))
            continue
          }
        } else if (events.length === 1) {
          await setAside(events[0] as LogEvent, error)
          return
        }
        const middle = events.length >> 1
        const before = loads
        await handle(events.slice(0, middle))
        if (loads === before) await handle(events.slice(middle))
        return
      }
    }
  }

  /** Another node moved a cursor: this batch is not ours any more. */
  async function cursorsChanged(events: readonly LogEvent[]): Promise<boolean> {
    const positions = await readCursors(database.worker, consumer.name, [
      ...new Set(events.map((event) => event.shard)),
    ])
    const changed = [...positions].some(([shard, position]) => stored.get(shard) !== position)
    if (changed) await load()
    return changed
  }

  async function commit(events: readonly LogEvent[]): Promise<void> {
    if (events.length === 0) return
    const began = performance.now()
    const free =
      blocked.size === 0 ? events : events.filter((event) => !blocked.has(subjectKey(event.tenant, event.subject)))
    const held =
      blocked.size === 0 ? [] : events.filter((event) => blocked.has(subjectKey(event.tenant, event.subject)))
    const writes = free.length === 0 ? null : await consumer.handle(free, database.worker, clock.now())
    if (writes === null && held.length === 0) {
      for (const { shard, position } of events) seen.set(shard, position)
      return
    }
    const moves = movesFor(events)
    crashPoint('consumer:before-commit')
    await database.transaction(async (tx) => {
      moveCursors(tx, consumer.name, moves, clock.wall())
      if (held.length > 0) {
        park(
          tx,
          consumer.name,
          held.map((event) => ({ event, status: 'waiting', error: null })),
          clock.wall(),
        )
      }
      writes?.(tx)
    })
    crashPoint('consumer:after-commit')
    moved(moves)
    if (spans.enabled) recordEvents(spans, `process ${consumer.name}`, 'consumer', events, performance.now() - began)
  }

  async function setAside(event: LogEvent, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error)
    logger.error(
      {
        err: error,
        consumer: consumer.name,
        tenantId: event.tenant,
        eventId: event.id,
        traceId: event.traceparent?.slice(3, 35),
      },
      'a consumer could not handle an event; it is tried again, later events of its subject wait',
    )
    const moves = movesFor([event])
    await database.transaction(async (tx) => {
      moveCursors(tx, consumer.name, moves, clock.wall())
      park(tx, consumer.name, [{ event, status: 'retrying', error: message }], clock.wall())
      scheduleRetry(tx, event.tenant, event.subject, event.shard, RETRY_DELAYS_MS[0])
    })
    blocked.add(subjectKey(event.tenant, event.subject))
    moved(moves)
  }

  function scheduleRetry(
    tx: Parameters<typeof moveCursors>[0],
    tenant: string,
    subject: string,
    shard: number,
    delayMs: number,
  ): void {
    tx.schedule([
      {
        kind: RETRY_KIND,
        tenant,
        key: retryKey(consumer.name, subject),
        dueAt: clock.wall() + delayMs,
        payload: { consumer: consumer.name, subject, shard },
      },
    ])
  }

  async function retrySubject(tenant: string, subject: string, shard: number): Promise<void> {
    for (;;) {
      const first = await firstParked(database.worker, consumer.name, tenant, subject)
      if (first === undefined) {
        blocked.delete(subjectKey(tenant, subject))
        return
      }
      const event = await options.loadEvent(tenant, first.position)
      try {
        const writes = event === undefined ? null : await consumer.handle([event], database.worker, clock.now())
        await database.transaction(async (tx) => {
          resolveParked(tx, consumer.name, tenant, first.position)
          writes?.(tx)
        })
      } catch (error) {
        if (isTransient(error)) throw error
        const attempts = first.attempts + 1
        const delayMs = RETRY_DELAYS_MS[attempts - 1]
        const status = delayMs === undefined ? 'failed' : 'retrying'
        const message = error instanceof Error ? error.message : String(error)
        logger.error(
          { err: error, consumer: consumer.name, tenantId: tenant, eventId: event?.id, attempts },
          `an event failed again: ${status}`,
        )
        await database.transaction(async (tx) => {
          failParked(tx, consumer.name, tenant, first.position, { attempts, error: message, status, at: clock.wall() })
          if (delayMs !== undefined) scheduleRetry(tx, tenant, subject, shard, delayMs)
        })
        if (delayMs !== undefined) return
      }
    }
  }

  feed.onMoved(wake)
  return {
    name: consumer.name,
    required: consumer.required,
    lagMs: () => (seen.size === 0 ? 0 : feed.ageAfter(lowest())),
    position: lowest,
    async setShards(shards) {
      wanted = shards
      // What is in hand is finished before another node may take a shard over.
      await busy
      if (seen.size > 0 && !stopped) await save().catch(() => {})
      wake()
    },
    wake,
    retry(tenant, subject, shard) {
      if (!seen.has(shard)) return Promise.resolve(false)
      return new Promise((resolve, reject) => {
        tasks.push(() => retrySubject(tenant, subject, shard).then(() => resolve(true), reject))
        wake()
      })
    },
    async stop() {
      stopped = true
      clearTimeout(retryTimer)
      clearTimeout(saveTimer)
      await busy
      await save().catch(() => {})
    },
  }
}
