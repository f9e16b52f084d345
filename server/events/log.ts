import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'
import { type AppendAnswer, type AppendResult, appendStatement, buildBatch, readAnswer } from '#events/append.ts'
import { createCommitter } from '#events/committer.ts'
import { createCursors, retireCursors, slowestPosition } from '#events/cursors.ts'
import { createFeed, type Feed } from '#events/feed.ts'
import { type Retry, retryKind } from '#events/retries.ts'
import { createRunner, type Runner } from '#events/runner.ts'
import { countSetAside, MOST_COUNTED } from '#events/set-aside.ts'
import { createShards } from '#events/shards.ts'
import { recordEvents } from '#events/spans.ts'
import { ensurePartitions, eventsAt, readAfter, settledHead, storeSources } from '#events/store.ts'
import type { Clock } from '#platform/clock.ts'
import type { OpenDatabase } from '#platform/database.ts'
import type { DueKind } from '#platform/due-kind.ts'
import { type EventDraft, type LogEvent, SHARDS } from '#platform/event.ts'
import { uuidv7 } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Consumer } from '#platform/service.ts'
import type { Signals } from '#platform/signals.ts'
import { countedGauge } from '#platform/telemetry/counted-gauge.ts'
import { metricsOf } from '#platform/telemetry/metrics.ts'
import type { Spans } from '#platform/telemetry/spans.ts'
import { tellerOf } from '#platform/telemetry/tell.ts'
import type { WorkHooks } from '#platform/transaction.ts'

/** When required consumers lag by more than this, the committer slows. */
const SLOW_MS = 250
/** A tenant with events older than this that a required consumer has not handled, on any node, is turned away. */
const REFUSE_MS = 30_000
const PRESSURE_MS = 1_000
const PARTITIONS_MS = 60_000
const MAX_KNOWN_SOURCES = 10_000
const ALL_SHARDS = Array.from({ length: SHARDS }, (_, shard) => shard)

export type Log = {
  append(event: EventDraft): Promise<AppendResult>
  /** Several in one commit, in order: all or none. At most MAX_TOGETHER of them, and a megabyte of text. */
  appendTogether(events: readonly EventDraft[]): Promise<readonly AppendResult[]>
  /** Something was appended inside the database: readers look, on all nodes. */
  look(): void
  /** What comes into the log from now on, from all nodes, in order; until what is returned is called. */
  watch: Feed['watch']
  /** What a transaction that appends needs. */
  hook: WorkHooks['append']
  dueKinds: readonly DueKind[]
  /** Joins the consumers; call before `start`. */
  consume(consumers: readonly Consumer[]): void
  /** Nobody waits any more for consumers of these names; call before `start`. */
  retire(names: readonly string[]): void
  /**
   * Consumers that read from now on have their place: call before anything is taken in. From here on, what other nodes take in
   * is not passed over either.
   */
  prepare(): Promise<void>
  /** The consumers begin with what waits for them. */
  start(): Promise<void>
  /** Finishes what is in hand: doors must be closed before. */
  stop(): Promise<void>
  /** Null while a tenant's events are handled in time; else why a door turns it away. */
  overload(tenant: string): Problem | null
  /** Nodes that run at the last look, this one included. */
  nodes(): number
  lagMs(): number
  /** Resolves when every consumer on this node has handled what was committed before the call (tests, drain). */
  settled(): Promise<void>
}

/** The log of this node: its committer, the tail in memory, the shards it holds and the consumers over them. */
export async function openLog(options: {
  database: OpenDatabase
  clock: Clock
  logger: Logger
  metrics: Registry
  spans: Spans
  signals: Signals
  node: string
}): Promise<Log> {
  const { database, clock, logger, signals, spans } = options
  await ensurePartitions(database.worker)
  const feed = createFeed(
    await settledHead(database),
    (after, rows, bytes) => readAfter(database.worker, after, rows, bytes),
    clock.wall,
  )
  const shards = createShards({ database, node: options.node, wall: clock.wall, logger })
  const runners: Runner[] = []
  const tell = tellerOf(logger)
  const { consumerProcessingSeconds: seconds } = metricsOf(options.metrics)
  new Gauge({
    name: 'cauce_outbox_pending',
    help: 'Events in the log that wait for a reader, on this node',
    labelNames: ['topic'],
    registers: [options.metrics],
    collect() {
      this.set({ topic: 'log' }, backlog())
    },
  })
  new Gauge({
    name: 'cauce_outbox_oldest_age_seconds',
    help: 'Age of the oldest event that a required consumer has not handled, on this node',
    registers: [options.metrics],
    collect() {
      this.set(oldestMs() / 1000)
    },
  })
  new Gauge({
    name: 'cauce_consumer_lag_seconds',
    help: 'Age of the oldest event that a consumer has not handled, on this node',
    labelNames: ['consumer'],
    registers: [options.metrics],
    collect() {
      for (const runner of runners) this.set({ consumer: runner.name }, runner.lagMs() / 1000)
    },
  })

  countedGauge(
    options.metrics,
    { name: 'cauce_events_set_aside', help: `Events that were given up, at most ${MOST_COUNTED}` },
    () => countSetAside(database.worker),
  )

  let committedUpTo = feed.head
  function committed(base: number, { fresh, last, again }: ReturnType<typeof readAnswer>): void {
    committedUpTo = Math.max(committedUpTo, last)
    if (fresh.length > 0) feed.push(base, fresh, last)
    else if (again) feed.look()
    else return
    if (spans.enabled) recordEvents(spans, 'append log', 'producer', fresh, 0)
    for (const event of fresh) tell(wordsFor(event), () => idsOf(event))
    if (shards.nodes() > 1) signals.send('log')
  }

  const knownSources = new Set<string>()
  function knowSources(events: readonly EventDraft[]): Promise<void> | undefined {
    const fresh = new Map<string, { tenant: string; source: string }>()
    for (const { tenant, source } of events) {
      const key = `${tenant}\n${source}`
      if (!knownSources.has(key)) fresh.set(key, { tenant, source })
    }
    if (fresh.size === 0) return undefined
    return storeSources(database.worker, [...fresh.values()]).then(() => {
      if (knownSources.size > MAX_KNOWN_SOURCES) knownSources.clear()
      for (const key of fresh.keys()) knownSources.add(key)
    })
  }

  /** Positions between the head and the slowest required consumer of this node. */
  const backlog = () => {
    const positions = runners.filter((runner) => runner.required).map((runner) => runner.position())
    return Math.max(0, feed.head - Math.min(feed.head, ...positions.filter(Number.isFinite)))
  }
  /** Those whose lag slows the doors and at last closes them. */
  const pressing = () => runners.filter((runner) => runner.required && !runner.outside)
  const lagMs = () => Math.max(0, ...pressing().map((runner) => runner.lagMs()))
  const oldestMs = () => Math.max(0, ...runners.filter((runner) => runner.required).map((runner) => runner.lagMs()))

  const committer = createCommitter({
    database,
    logger,
    now: clock.now,
    wall: clock.wall,
    newId: () => uuidv7(clock.wall()),
    paceMs: () => {
      const lag = lagMs()
      return lag < SLOW_MS ? 0 : Math.min(100, 5 + (lag - SLOW_MS) / 50)
    },
    committed,
    knowSources,
  })
  new Gauge({
    name: 'cauce_intake_waiting',
    help: 'Events that wait for their commit on this node',
    registers: [options.metrics],
    collect() {
      this.set(committer.depth)
    },
  })

  const runnerOf = ({ consumer }: Retry) => runners.find(({ name }) => name === consumer)
  const retries = retryKind(
    (retry) => runnerOf(retry)?.retry(retry),
    (retry) => runnerOf(retry)?.holds(retry.shard) === true,
  )

  let behind: ReadonlySet<string> = new Set()
  async function measurePressure(): Promise<void> {
    const position = await slowestPosition(
      database.worker,
      pressing().map(({ name }) => name),
    )
    behind = position === null ? new Set() : feed.tenantsBehind(position, REFUSE_MS)
  }

  let partitions: NodeJS.Timeout | undefined
  let pressure: NodeJS.Timeout | undefined
  shards.onChange(async (held) => {
    await Promise.all(runners.map((runner) => runner.setShards([...held.keys()])))
  })
  signals.on('log', () => feed.look())

  const fromNow: Consumer[] = []
  const retired: string[] = []
  return {
    append: (event) => committer.append(event),
    appendTogether: (events) => committer.appendTogether(events),
    look() {
      feed.look()
      signals.send('log')
    },
    watch: feed.watch,
    hook(events) {
      const batch = buildBatch(events, clock.now(), clock.wall())
      return {
        text: appendStatement(batch),
        // What the program says itself is said again only after a lost commit.
        values: [batch.json, uuidv7(clock.wall()), false],
        committed(rows) {
          const answer = rows[0] as AppendAnswer
          committed(answer.base, readAnswer(batch, answer))
        },
      }
    },
    dueKinds: [retries],
    consume(consumers) {
      for (const consumer of consumers) {
        if (consumer.from === 'now') fromNow.push(consumer)
        runners.push(
          createRunner({
            consumer,
            database,
            feed,
            clock,
            logger,
            seconds,
            spans,
            loadEvents: (positions) => eventsAt(database.worker, positions),
          }),
        )
      }
    },
    retire: (names) => void retired.push(...names),
    async prepare() {
      const at = clock.wall()
      if (retired.length > 0) await retireCursors(database.worker, retired)
      // Before any shard is held, and in every shard.
      for (const consumer of fromNow) await createCursors(database.worker, consumer, ALL_SHARDS, feed.head, at)
    },
    async start() {
      await shards.start()
      // A database that is away leaves things as they were.
      pressure = setInterval(() => void measurePressure().catch(() => {}), PRESSURE_MS)
      partitions = setInterval(() => {
        ensurePartitions(database.worker).catch((error) =>
          logger.error({ err: error }, 'making the next partition of the log failed'),
        )
      }, PARTITIONS_MS)
    },
    async stop() {
      clearInterval(partitions)
      clearInterval(pressure)
      await committer.stop()
      await Promise.all(runners.map((runner) => runner.stop()))
      await feed.stop()
      await shards.stop()
    },
    overload: (tenant) =>
      behind.has(tenant)
        ? new Problem(429, 'overload', 'The readers of your events lag. Send it again later.', { retryAfterS: 5 })
        : null,
    nodes: shards.nodes,
    lagMs,
    async settled() {
      const head = committedUpTo
      while (runners.some((runner) => shards.held().size > 0 && runner.position() < head)) {
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    },
  }
}

/** How log lines name an event. */
const idsOf = ({ traceparent, tenant, id, type, encounterId, origin, position }: LogEvent) => ({
  traceId: traceparent?.slice(3, 35),
  tenantId: tenant,
  eventId: id,
  type,
  encounterId: encounterId ?? undefined,
  origin,
  position,
})

/** What the changes of a conversation are called in the log of the program. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['encounter.created', 'encounter opened'],
  ['encounter.tmipw_expired', 'encounter warned'],
  ['encounter.resumed', 'encounter recovered'],
  ['encounter.closed', 'encounter closed'],
  ['encounter.reopened', 'encounter reopened'],
])

const wordsFor = ({ origin, type }: LogEvent): string =>
  origin === 'internal' ? (WORDS.get(type) ?? 'event born') : 'event taken'
