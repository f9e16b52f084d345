import type { Logger } from 'pino'
import type { Histogram } from 'prom-client'
import { loadCursors, type Move, moveCursors, readCursors } from '#events/cursors.ts'
import type { Feed } from '#events/feed.ts'
import { loadBlocked, park, subjectKey } from '#events/parked.ts'
import { createRetries, RETRY_DELAYS_MS, type Retry, scheduleRetries } from '#events/retries.ts'
import { recordEvents } from '#events/spans.ts'
import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'
import type { Clock } from '#platform/clock.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { isContention, isTransient } from '#platform/database.ts'
import { errorText } from '#platform/error-text.ts'
import type { LogEvent } from '#platform/event.ts'
import { Postponed } from '#platform/postponed.ts'
import type { Consumer } from '#platform/service.ts'
import type { Spans } from '#platform/telemetry/spans.ts'
import type { Database } from '#platform/work.ts'

const BATCH = 500
/** A batch without effects saves its cursor at most this often. */
const SAVE_MS = 1_000
const TRANSIENT_MS = 250
/** Before what was put off is tried again: what it waits for may never make it wait, and the turns between would be nobody's. */
const BREATH_MS = 10
/** One that goes on stumbling, as without a database, tries again and tells of it more and more seldom. */
const STUMBLING = { firstMs: TRANSIENT_MS, mostMs: 5_000 }
const CONFLICT_MS = 5
/** After this many conflicts in a row a batch is halved, so that one contended row does not hold the rest. */
const CONFLICTS = 12

export type Runner = {
  readonly name: string
  readonly required: boolean
  readonly outside: boolean
  /** Milliseconds since the oldest event that this consumer has not handled was committed. */
  lagMs(): number
  /** The lowest position that may not have been handled on this node. */
  position(): number
  setShards(shards: readonly number[]): Promise<void>
  wake(): void
  holds(shard: number): boolean
  /** Tries the parked events of a subject again, in order, when its turn comes. */
  retry(retry: Retry): void
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
  loadEvents(positions: readonly number[]): Promise<LogEvent[]>
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
  /** In a row. */
  let stumbles = 0
  /** What the consumer waits for; until then new events wake nobody. */
  let postponed: Promise<unknown> | undefined
  /** Aborted when shards move on or this stops. */
  let inHand = new AbortController()
  let stopped = false
  let savedAt = 0
  let retryTimer: NodeJS.Timeout | undefined
  let saveTimer: NodeJS.Timeout | undefined
  const retries = createRetries({
    consumer,
    database,
    clock,
    logger,
    loadEvents: options.loadEvents,
    signal: () => inHand.signal,
    block: (key, on) => void (on ? blocked.add(key) : blocked.delete(key)),
  })

  const lowest = () => Math.min(...seen.values())

  function giveUp(): void {
    inHand.abort()
    inHand = new AbortController()
  }

  function wake(): void {
    if (stopped || postponed !== undefined) return
    if (busy !== undefined) {
      again = true
      return
    }
    busy = work()
      .then(() => {
        stumbles = 0
      })
      .catch((error) => {
        if (error instanceof Postponed) return postpone(error)
        stumbles += 1
        logger.error({ err: error, consumer: consumer.name }, 'a consumer stumbled; going on in a moment')
        loaded = false
        retryTimer ??= setTimeout(
          () => {
            retryTimer = undefined
            wake()
          },
          reconnectDelayMs(stumbles, 0, STUMBLING),
        )
      })
      .finally(() => {
        busy = undefined
        if (again && retryTimer === undefined) {
          again = false
          wake()
        }
      })
  }

  function postpone({ until }: Postponed): void {
    const breathe = () => new Promise<void>((resolve) => setTimeout(resolve, BREATH_MS))
    const waiting: Promise<void> = until.then(breathe, breathe).then(() => resume(waiting))
    postponed = waiting
  }

  /** @param waiting only when this is what is still waited for */
  function resume(waiting: Promise<unknown>): void {
    if (postponed !== waiting) return
    postponed = undefined
    wake()
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
    // Others may have been asked for meanwhile.
    if (wanted === shards) wanted = undefined
    loaded = true
    loads += 1
  }

  async function work(): Promise<void> {
    for (;;) {
      if (!loaded || wanted !== undefined) await load()
      if (stopped || seen.size === 0) return
      if (retries.size > 0) await retries.slice((shard) => seen.has(shard))
      if (consumer.ready !== undefined && lowest() < feed.head) await consumer.ready()
      const { events, upTo } = await feed.read(lowest(), consumer.batch ?? BATCH)
      const mine = events.filter((event) => event.position > (seen.get(event.shard) ?? Number.POSITIVE_INFINITY))
      const before = loads
      if (mine.length > 0) await handle(mine)
      if (loads !== before) continue
      for (const [shard, position] of seen) if (position < upTo) seen.set(shard, upTo)
      if (clock.wall() - savedAt >= SAVE_MS) await save()
      if (upTo >= feed.head && retries.size === 0 && wanted === undefined) {
        saveLater()
        return
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
        if (error instanceof Postponed) throw error
        const contended = isContention(error)
        seconds.observe(
          { consumer: consumer.name, result: contended ? 'conflict' : 'error' },
          (performance.now() - began) / 1000,
        )
        if (stopped) throw error
        if (isTransient(error) && !contended) {
          // The outcome of a lost COMMIT is unknown: what is stored decides.
          await new Promise((resolve) => setTimeout(resolve, TRANSIENT_MS))
          await load()
          return
        }
        if (contended) {
          if (await cursorsChanged(events)) return
          if (conflicts < CONFLICTS) {
            await new Promise((resolve) => setTimeout(resolve, CONFLICT_MS * conflicts))
            continue
          }
        }
        if (events.length === 1) {
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

  /** True when another node moved a cursor: this batch is not ours any more. */
  async function cursorsChanged(events: readonly LogEvent[]): Promise<boolean> {
    const positions = await readCursors(database.worker, consumer.name, [
      ...new Set(events.map((event) => event.shard)),
    ])
    const changed = [...positions].some(([shard, position]) => stored.get(shard) !== position)
    if (changed) await load()
    else blocked = await loadBlocked(database.worker, consumer.name, [...seen.keys()])
    return changed
  }

  async function commit(events: readonly LogEvent[]): Promise<void> {
    if (events.length === 0) return
    const began = performance.now()
    const free =
      blocked.size === 0 ? events : events.filter((event) => !blocked.has(subjectKey(event.tenant, event.subject)))
    const held =
      blocked.size === 0 ? [] : events.filter((event) => blocked.has(subjectKey(event.tenant, event.subject)))
    const writes = free.length === 0 ? null : await consumer.handle(free, database.worker, clock.now(), inHand.signal)
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
    const at = clock.wall()
    await database.transaction(async (tx) => {
      moveCursors(tx, consumer.name, moves, at)
      park(tx, consumer.name, [{ event, status: 'retrying', error: errorText(error) }], at)
      scheduleRetries(tx, [{ ...event, consumer: consumer.name }], at + RETRY_DELAYS_MS[0])
    })
    blocked.add(subjectKey(event.tenant, event.subject))
    moved(moves)
  }

  feed.onMoved(wake)
  return {
    name: consumer.name,
    required: consumer.required,
    outside: consumer.outside === true,
    lagMs: () => (seen.size === 0 ? 0 : feed.ageAfter(lowest())),
    // Shards that were given and not looked at yet may begin anywhere.
    position: () => (wanted !== undefined && wanted.length > 0 ? 0 : lowest()),
    async setShards(shards) {
      wanted = shards
      // What is in hand is finished, or given up, before another node may take a shard over.
      giveUp()
      await busy
      postponed = undefined
      if (seen.size > 0 && !stopped) await save().catch(() => {})
      wake()
    },
    wake,
    holds: (shard) => seen.has(shard),
    retry(retry) {
      retries.add(retry)
      wake()
    },
    async stop() {
      stopped = true
      giveUp()
      clearTimeout(retryTimer)
      clearTimeout(saveTimer)
      await busy
      await save().catch(() => {})
    },
  }
}
