import type { Logger } from 'pino'
import type { Clock } from '#platform/clock.ts'
import type { Drain } from '#platform/drain.ts'
import type { Spans } from '#platform/telemetry/spans.ts'
import { settledWithin } from '#platform/within.ts'
import type { Database } from '#platform/work.ts'
import { createAhead } from './ahead.ts'
import { createClaims } from './claims.ts'
import type { Attempt, Channel, Delivery } from './delivery.ts'
import { createHand } from './hand.ts'
import { createIntake } from './intake.ts'
import { createMarker } from './marking/marker.ts'
import { lookAfterDays } from './marking/store.ts'
import { createNodeLease } from './node/lease.ts'
import type { Outcome } from './outcome.ts'
import type { LocalDispatcher } from './state.ts'

const TICK_MS = 250
const DAYS_MS = 3_600_000

export type Dispatcher = LocalDispatcher & {
  start(): Promise<void>
  stop(drain: Drain): Promise<void>
  /** In hand: reserved, queued, being sent, or waiting for the mark. */
  readonly inHand: number
  readonly sending: number
}

/** The one dispatcher of a node: all channels, all tenants, all targets. */
export function createDispatcher(options: {
  database: Database
  clock: Clock
  logger: Logger
  spans: Spans
  channels: ReadonlyMap<string, Channel>
  keepDays: number
  random?: () => number
  onAttempt?(channel: string, attempt: Attempt, seconds: number): void
  onEnded?(outcomes: readonly Outcome[]): void
}): Dispatcher {
  const { database, clock, logger, channels } = options
  const lease = createNodeLease({ db: database.worker, clock, logger, onChange: onLease })
  const marker = createMarker({ database, clock, logger, channels, keepDays: options.keepDays, settled, received })
  const hand = createHand({
    database,
    clock,
    logger,
    channels,
    lease,
    marker,
    spans: options.spans,
    random: options.random ?? Math.random,
    onTarget: (lane) => claims.target(lane),
    onAttempt: options.onAttempt ?? (() => {}),
  })
  const ahead = createAhead(hand.queue)
  const isExpected = (row: Pick<Delivery, 'tenant' | 'id'>) => intake.isExpected(row)
  const claims = createClaims({ database, clock, logger, channels, lease, hand, marker, isExpected })
  const intake = createIntake({ database, clock, logger, channels, lease, hand, onBacklog: claims.backlog })
  let timer: NodeJS.Timeout | undefined
  let ticking: Promise<void> = Promise.resolve()
  let daysAt = 0
  let stopped = false

  function onLease(fresh: boolean): void {
    // Under a new run the queued rows have a fence of the past: they are free, and claimed again like any other.
    if (fresh) {
      for (const lane of hand.queue.lanes()) {
        if (lane.queue.length > 0) hand.giveBack(lane)
      }
    }
    hand.pump()
  }

  function received(): Promise<void> {
    return claims.received()
  }

  function settled(outcomes: readonly Outcome[]): void {
    for (const { delivery, nextAt } of outcomes) {
      const lane = hand.queue.lane(delivery.tenant, delivery.target)
      hand.settle(delivery)
      ahead.settled(lane)
      if (nextAt !== null) claims.dueAt(lane, nextAt)
    }
    options.onEnded?.(outcomes)
    ahead.moved()
    claims.run()
  }

  async function tick(): Promise<void> {
    const now = clock.wall()
    try {
      if (now >= daysAt) {
        await lookAfterDays(database.worker, now, options.keepDays)
        daysAt = now + DAYS_MS
      }
      await hand.returnRows()
      await intake.look(now)
      await claims.scan(now)
    } catch (error) {
      logger.warn({ err: error }, 'looking for deliveries failed; trying again')
    }
    if (!stopped) {
      timer = setTimeout(() => {
        ticking = tick()
      }, TICK_MS)
    }
  }

  return {
    get lease() {
      return intake.lease
    },
    reserve: (drafts, now) => intake.reserve(drafts, now),
    ready: ahead.ready,
    get inHand() {
      return hand.queue.inHand
    },
    get sending() {
      return hand.queue.sending
    },
    wake(tenant, rows) {
      const last = new Map<string, number>()
      for (const { target, dueAt } of rows) last.set(target, Math.max(dueAt, last.get(target) ?? dueAt))
      for (const [target, at] of last) claims.expect(hand.queue.lane(tenant, target), at)
    },
    giveBackUnbegun: hand.giveBackUnbegun,
    probe({ tenant, target }) {
      const lane = hand.queue.lane(tenant, target)
      const { breaker } = lane.state
      if (breaker.openUntil !== null) lane.state.breaker = { ...breaker, openUntil: clock.wall() }
      claims.backlog(lane)
    },
    async start() {
      await lookAfterDays(database.worker, clock.wall(), options.keepDays)
      daysAt = clock.wall() + DAYS_MS
      await lease.start()
      ticking = tick()
    },
    async stop(drain) {
      stopped = true
      clearTimeout(timer)
      await ticking
      clearTimeout(timer)
      await claims.stop()
      await hand.stop(drain.left('deliveries'))
      await settledWithin(marker.idle(), drain.left('marks'))
      await lease.stop().catch(() => {
        // The database is away: the lease runs out by itself.
      })
    },
  }
}
