import type { Logger } from 'pino'
import type { Clock } from '#platform/clock.ts'
import { crashPoint } from '#platform/crash-point.ts'
import { isTransient } from '#platform/database.ts'
import { BROKEN_OFF_MS } from '#platform/drain.ts'
import type { Spans } from '#platform/telemetry/spans.ts'
import type { Trace } from '#platform/trace-context.ts'
import type { Database } from '#platform/work.ts'
import { attemptTrace } from './attempt-trace.ts'
import { afterAttempt, type Breaker, CLOSED, FIRST_SLOTS, MOST_SLOTS, slotsAfter, stateOf } from './breaker.ts'
import type { Attempt, Cancelled, Channel, Delivery, Postponed, Prepared } from './delivery.ts'
import { createFairQueue, type FairQueue, type Lane } from './fair-queue.ts'
import type { Marker } from './marking/marker.ts'
import type { NodeLease } from './node/lease.ts'
import { endedUnsent, type Hold, outcomeOf, postponed } from './outcome.ts'
import { releaseRows } from './store.ts'

/** Most deliveries that one node has in hand, so that memory and a takeover stay bounded. */
const MOST_IN_HAND = 2_000
/** A target may have this many times the most slots in hand: what waits for its mark needs no slot. */
const AHEAD = 8
/** An attempt is begun only while the lease surely outlives one of the usual length. */
const USUAL_MS = 15_000
const LEASE_SPARE_MS = USUAL_MS + 500
/** A longer one hangs on the renewals: it is broken off before somebody else could make it too. */
const LEASE_LEFT_MS = 500
const LOOK_MS = 100

/** A row that this node holds, before it is made ready. */
export type Row = Hold & { delivery: Delivery; prepared?: Prepared }
export type Item = Row & { prepared: Prepared; channel: Channel }

export type TargetKnown = {
  breaker: Breaker
  /** The breaker's row is written, or about to be. */
  saved: boolean
  /** There are, or may be, due rows in the database that nobody has in hand. */
  backlog: boolean
  /** How many such rows this node has written. */
  left: number
  /** When something of it was done with last, in the milliseconds of `performance.now()`. */
  settledAt: number
  /** When the latest row went that has a pace to keep (wall ms). */
  pacedAt: number
  /** What serves it, once a row was seen. */
  channel: string | null
}

export type TargetLane = Lane<Item, TargetKnown>

/** What this node has in hand: made ready, sent in fair turns, and handed to the marker. */
export type Hand = {
  readonly queue: FairQueue<Item, TargetKnown>
  /** Takes rows that are leased to this run and counted in their lane; makes them ready where they are not. */
  accept(lane: TargetLane, rows: readonly Row[]): void
  has(delivery: Pick<Delivery, 'tenant' | 'id'>): boolean
  /** A row of ours was leased again to a later run of ours: its mark needs that fence. */
  refence(delivery: Pick<Delivery, 'tenant' | 'id'>, lease: number): boolean
  /** Counts a row as in hand that is marked without being sent. */
  hold(row: Row): void
  /** The mark is committed. */
  settle(delivery: Delivery): void
  /** Gives back rows that were claimed and not taken in hand; they stay counted until the database has them. */
  decline(rows: readonly Row[]): void
  /** Gives back what a lane has queued. */
  giveBack(lane: TargetLane): void
  /** Gives back those of these that are queued and surely not begun, and does not ask for them again: the next scan does. */
  giveBackUnbegun(deliveries: readonly Pick<Delivery, 'tenant' | 'id'>[]): Promise<void>
  /** Tries again to give back what could not be given back before. */
  returnRows(): Promise<void>
  pump(): void
  /** Resolves when nothing is being sent. */
  stop(withinMs: number): Promise<void>
}

export function createHand(options: {
  database: Database
  clock: Pick<Clock, 'wall'>
  logger: Logger
  channels: ReadonlyMap<string, Channel>
  lease: NodeLease
  marker: Marker
  spans: Spans
  random: () => number
  /** The breaker of a target opened or closed, or its rows were given back. */
  onTarget(lane: TargetLane): void
  onAttempt(channel: string, attempt: Attempt, seconds: number): void
}): Hand {
  const { database, clock, logger, channels, lease, random } = options
  const queue = createFairQueue<Item, TargetKnown>(MOST_IN_HAND, FIRST_SLOTS, MOST_SLOTS * AHEAD, () => ({
    breaker: CLOSED,
    saved: false,
    backlog: false,
    left: 0,
    settledAt: Number.NEGATIVE_INFINITY,
    pacedAt: Number.NEGATIVE_INFINITY,
    channel: null,
  }))
  const items = new Map<string, Row>()
  let toReturn: Row[] = []
  const aborts = new Set<AbortController>()
  let stopped = false

  const keyOf = ({ tenant, id }: Pick<Delivery, 'tenant' | 'id'>) => `${tenant}\n${id}`
  const laneOf = ({ tenant, target }: Delivery) => queue.lane(tenant, target)

  function forget(delivery: Delivery): void {
    if (items.delete(keyOf(delivery))) queue.done(laneOf(delivery))
  }

  async function makeReady(channel: Channel, rows: readonly Row[]): Promise<void> {
    let prepared: readonly (Prepared | Cancelled | Postponed)[]
    try {
      prepared = await channel.prepare(
        rows.map(({ delivery }) => delivery),
        database.worker,
      )
      if (prepared.length !== rows.length) throw new Error(`channel ${channel.name} prepared not all of its rows`)
    } catch (error) {
      await notReady(channel, rows, error)
      return
    }
    rows.forEach((row, i) => {
      const made = prepared[i] as Prepared | Cancelled | Postponed
      if ('cancelled' in made) {
        options.marker.add(endedUnsent(row.delivery, row, 'cancelled', clock.wall(), made.cancelled))
      } else if ('postponedTo' in made) {
        options.marker.add(postponed(row.delivery, row, clock.wall(), made))
      } else {
        enqueue(Object.assign(row, { prepared: made, channel }))
      }
    })
    pump()
  }

  /** The row that cannot be prepared is found by halving and counts a failed attempt; the others go on. */
  async function notReady(channel: Channel, rows: readonly Row[], error: unknown): Promise<void> {
    if (isTransient(error)) {
      logger.warn({ err: error, channel: channel.name }, 'deliveries could not be prepared; they wait')
      giveRowsBack(rows)
    } else if (rows.length > 1) {
      const half = rows.length >> 1
      await makeReady(channel, rows.slice(0, half))
      await makeReady(channel, rows.slice(half))
    } else {
      for (const row of rows) {
        const { tenant, id } = row.delivery
        logger.error({ err: error, tenantId: tenant, deliveryId: id }, 'a delivery could not be prepared')
        const attempt: Attempt = { verdict: 'retry', error: 'the delivery could not be prepared' }
        const times = { at: clock.wall(), latencyMs: 0, random: random() }
        options.marker.add(outcomeOf(Object.assign(row, { prepared: { summary: '' } }), channel, attempt, times))
      }
    }
  }

  function enqueue(item: Item): void {
    const lane = laneOf(item.delivery)
    lane.state.channel ??= item.channel.name
    // The breaker opened while the row was made ready.
    if (lane.held) giveRowsBack([item])
    else queue.push(lane, item)
  }

  /** From now on they are not in hand; they count until the database has them back. */
  function giveRowsBack(rows: readonly Row[]): void {
    if (rows.length === 0) return
    for (const { delivery } of rows) items.delete(keyOf(delivery))
    toReturn.push(...rows)
    void returnRows()
  }

  async function returnRows(): Promise<void> {
    const rows = toReturn
    toReturn = []
    for (const lane of await release(rows)) {
      lane.state.backlog = true
      options.onTarget(lane)
    }
  }

  /** @returns the lanes of those that the database has back; the next tick tries again with the others */
  async function release(rows: readonly Row[]): Promise<ReadonlySet<TargetLane>> {
    const lanes = new Set<TargetLane>()
    for (const [fence, group] of Map.groupBy(rows, (row) => row.lease)) {
      const given = group.map(({ delivery }) => delivery)
      try {
        await releaseRows(database.worker, given, fence)
      } catch {
        toReturn.push(...group)
        continue
      }
      for (const delivery of given) {
        const lane = laneOf(delivery)
        queue.done(lane)
        lanes.add(lane)
      }
    }
    return lanes
  }

  async function giveBackUnbegun(deliveries: readonly Pick<Delivery, 'tenant' | 'id'>[]): Promise<void> {
    const keys = new Set(deliveries.map(keyOf))
    const held = [...keys].flatMap((key) => items.get(key) ?? [])
    const given: Row[] = []
    for (const lane of new Set(held.map(({ delivery }) => laneOf(delivery)))) {
      const isGiven = ({ delivery }: Item) => keys.has(keyOf(delivery)) && delivery.takenOver !== true
      given.push(...lane.queue.filter(isGiven))
      lane.queue = lane.queue.filter((item) => !isGiven(item))
    }
    for (const { delivery } of given) items.delete(keyOf(delivery))
    await release(given)
  }

  function pump(): void {
    while (!stopped && lease.remainingMs(clock.wall()) > LEASE_SPARE_MS) {
      const next = queue.next()
      if (next === undefined) return
      start(next.lane, next.item)
    }
  }

  function start(lane: TargetLane, item: Item): void {
    const { channel } = item
    const abort = new AbortController()
    const trace = attemptTrace(item.delivery, item.delivery.attempts + 1)
    const began = performance.now()
    let over = false
    const settle = (attempt: Attempt, timedOut: boolean) => {
      if (over) return
      over = true
      clearTimeout(timer)
      clearInterval(watch)
      aborts.delete(abort)
      finish(lane, item, trace, attempt, performance.now() - began, timedOut)
    }
    let late = false
    const timer = setTimeout(() => {
      late = true
      const error = `no answer within ${channel.timeoutMs / 1000} s`
      abort.abort(new Error(error))
      // A channel to which what has come by then is enough says so now; what says nothing has no answer.
      setImmediate(() => settle({ verdict: 'retry', error }, true))
    }, channel.timeoutMs)
    const watch = channel.timeoutMs > USUAL_MS ? setInterval(leased, LOOK_MS) : undefined
    function leased(): void {
      if (lease.remainingMs(clock.wall()) >= LEASE_LEFT_MS) return
      const error = 'the lease of this node ran out'
      abort.abort(new Error(error))
      settle({ verdict: 'retry', error }, false)
    }
    aborts.add(abort)
    crashPoint('deliveries:before-send')
    const failed = (error: unknown) => settle({ verdict: 'retry', error: reasonOf(error) }, late)
    try {
      channel.send(item.prepared, item.delivery, abort.signal, trace).then((attempt) => settle(attempt, late), failed)
    } catch (error) {
      setImmediate(failed, error)
    }
  }

  function finish(
    lane: TargetLane,
    item: Item,
    trace: Trace,
    attempt: Attempt,
    latencyMs: number,
    timedOut: boolean,
  ): void {
    if (stopped && attempt.verdict !== 'delivered' && aborted) {
      // We broke it off: no failed attempt, the row is free when the run ends.
      queue.sent(lane)
      forget(item.delivery)
      return
    }
    const at = clock.wall()
    crashPoint('deliveries:after-send')
    const outcome = outcomeOf(item, item.channel, attempt, { at, latencyMs, random: random() })
    if (item.channel.care?.concerns(item.prepared, item.delivery, attempt.verdict, at) === true) outcome.noted = true
    options.marker.add(outcome)
    options.onAttempt(item.channel.name, attempt, latencyMs / 1000)
    if (options.spans.enabled) recordSpan(item, trace, attempt, latencyMs)
    lane.slots = slotsAfter(lane.slots, attempt.verdict, timedOut)
    const before = lane.state.breaker
    const after = afterAttempt(before, attempt, at, random())
    queue.sent(lane)
    if (after !== before) {
      lane.state.breaker = after
      const opened = after.openUntil !== null && stateOf(after, at) === 'open'
      if (opened && !lane.held) {
        lane.held = true
        giveBack(lane)
      }
      if (opened || before.openUntil !== null) options.onTarget(lane)
    }
    // What is queued was made ready before the receiver was known to be gone: its channel decides again.
    if (attempt.verdict === 'dead') giveBack(lane)
    pump()
  }

  function recordSpan({ delivery, channel }: Item, trace: Trace, { verdict, status }: Attempt, tookMs: number): void {
    const { traceparent: parent, id, eventId } = delivery
    options.spans.record({
      name: `deliver ${channel.name}`,
      kind: 'client',
      traceparent: trace,
      parent,
      endMs: Date.now(),
      tookMs,
      attributes: {
        'cauce.delivery.id': id,
        ...(eventId === null ? {} : { 'cauce.event.id': eventId }),
        ...(status === undefined ? {} : { 'http.response.status_code': status }),
      },
      ...(verdict === 'delivered' ? {} : { error: verdict }),
    })
  }

  function giveBack(lane: TargetLane): void {
    giveRowsBack(queue.drain(lane))
  }

  let aborted = false
  return {
    queue,
    accept(lane, rows) {
      const waiting = new Map<Channel, Row[]>()
      for (const row of rows) {
        const key = keyOf(row.delivery)
        if (items.has(key)) {
          // In hand already: it must not be counted or sent twice.
          queue.done(lane)
          continue
        }
        items.set(key, row)
        const channel = channels.get(row.delivery.channel)
        if (channel === undefined) giveRowsBack([row])
        else if (row.prepared !== undefined) enqueue(Object.assign(row, { prepared: row.prepared, channel }))
        else {
          const list = waiting.get(channel)
          if (list === undefined) waiting.set(channel, [row])
          else list.push(row)
        }
      }
      for (const [channel, list] of waiting) void makeReady(channel, list)
    },
    has: (delivery) => items.has(keyOf(delivery)),
    refence(delivery, fence) {
      const item = items.get(keyOf(delivery))
      if (item !== undefined) item.lease = fence
      return item !== undefined
    },
    hold: (row) => void items.set(keyOf(row.delivery), row),
    settle: forget,
    decline: giveRowsBack,
    giveBack,
    giveBackUnbegun,
    returnRows,
    pump,
    async stop(withinMs) {
      stopped = true
      const until = performance.now() + withinMs
      while (aborts.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
      aborted = true
      for (const abort of [...aborts]) abort.abort(new Error('the program stops'))
      while (aborts.size > 0 && performance.now() < until + BROKEN_OFF_MS)
        await new Promise((resolve) => setTimeout(resolve, 5))
    },
  }
}

/** Why there was no answer. Of several addresses that all failed, the first one's reason. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error && error.message !== '' ? error.message : 'the attempt failed'
}
