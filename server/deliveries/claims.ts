import type { Logger } from 'pino'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/work.ts'
import { CLOSED, FIRST_SLOTS, stateOf } from './breaker.ts'
import type { Channel } from './delivery.ts'
import type { Hand, TargetLane } from './hand.ts'
import type { Marker } from './marking/marker.ts'
import type { NodeLease } from './node/lease.ts'
import { endedUnsent } from './outcome.ts'
import { EXPECT_MS, inTurn, nextAskAt } from './pace/pace.ts'
import { putOff } from './pace/store.ts'
import { spanMs } from './schedule.ts'
import {
  type Claimed,
  claimRows,
  leasedOfTargets,
  releaseRows,
  saveTargets,
  scanTargets,
  type TargetState,
  type TargetWork,
  type Wanted,
} from './store.ts'

const SCAN_MS = 1_000
/** A scan over very many targets takes a twentieth of the time, more only where that would be too seldom. */
const SCAN_SHARE = 20
const SCAN_SELDOM_MS = 10_000
/** Rows claimed with one statement, over all targets. */
const CLAIM_ROWS = 500
const CLAIM_PER_TARGET = 250
/** A claim whose answer was lost is over by then, also where the server did not hear of the loss. */
const UNANSWERED_MS = 5_000
/** What waited behind an open breaker longer than its schedule could have lasted is given up in such portions. */
const EXPIRE_ROWS = 200

export type Claims = {
  /** The lane has rows in the database that nobody has in hand. */
  backlog(lane: TargetLane): void
  /** Its breaker changed, or rows were given back. */
  target(lane: TargetLane): void
  /** Rows of the lane become due one after the other from now to this wall time. */
  expect(lane: TargetLane, last: number): void
  /** A row of the lane is due at this wall time; what lies further ahead is found by the scan. */
  dueAt(lane: TargetLane, at: number): void
  /** Claims while there is room and work. */
  run(): void
  /** Looks at the targets in the database: what this node was not told of. */
  scan(now: number): Promise<void>
  /** Resolves when what the claim under way brings is in hand: until then a row of it looks as if others had it. */
  received(): Promise<void>
  /** Resolves when no claim is under way. */
  stop(): Promise<void>
}

/** Claimed rows of a lane before their turn, which comes from that moment on (wall ms). */
type Early = { lane: TargetLane; rows: readonly Claimed[]; from: number }

/** Takes rows from the database that were not taken in hand when they were written: retries, overflow, leftovers. */
export function createClaims(options: {
  database: Database
  clock: Pick<Clock, 'wall'>
  logger: Logger
  channels: ReadonlyMap<string, Channel>
  lease: NodeLease
  hand: Hand
  marker: Marker
  /** This node has written the row for itself, and waits for the answer to the commit. */
  isExpected(row: Pick<Claimed, 'tenant' | 'id'>): boolean
}): Claims {
  const { database, clock, logger, channels, lease, hand, marker } = options
  /** Lanes with a backlog, those served longest ago first. */
  const waiting = new Set<TargetLane>()
  /** Lanes that were told of rows since they were asked for last: the claim under way may not have seen them. */
  const told = new Set<TargetLane>()
  /** Lanes with something due soon, and when. */
  const later = new Map<TargetLane, number>()
  /** Lanes with rows that become due in turn, and the last one's time. */
  const expected = new Map<TargetLane, number>()
  let laterTimer: NodeJS.Timeout | undefined
  let laterAt = Number.POSITIVE_INFINITY
  let running: Promise<void> | undefined
  let again = false
  let scanAt = 0
  let scanEveryMs = SCAN_MS
  let stopped = false
  let unsaved: TargetLane[] = []
  let receiving: Promise<void> = Promise.resolve()
  let unanswered: { wanted: readonly Wanted[]; now: number; fence: number }[] = []

  function backlog(lane: TargetLane): void {
    lane.state.backlog = true
    waiting.add(lane)
    told.add(lane)
    run()
  }

  function wakeAt(lane: TargetLane, at: number): void {
    later.set(lane, Math.min(at, later.get(lane) ?? at))
    arm(at)
  }

  function arm(at: number): void {
    if (stopped || at >= laterAt) return
    clearTimeout(laterTimer)
    laterAt = at
    laterTimer = setTimeout(wake, Math.max(1, Math.min(SCAN_MS, at - clock.wall())))
  }

  function wake(): void {
    laterAt = Number.POSITIVE_INFINITY
    const now = clock.wall()
    let next = Number.POSITIVE_INFINITY
    for (const [lane, at] of later) {
      if (at <= now) {
        later.delete(lane)
        backlog(lane)
      } else if (at < next) next = at
    }
    arm(next)
  }

  /** How much to ask of a lane now: all that it may hold, or one probe when its breaker is half-open. */
  function wantOf(lane: TargetLane, now: number): number {
    if (lane.state.channel !== null && !channels.has(lane.state.channel)) return 0
    const state = stateOf(lane.state.breaker, now)
    if (state === 'open') return 0
    if (state === 'half-open') return lane.inHand === 0 ? 1 : 0
    const room = hand.queue.room(lane)
    // Not in driblets: a claim pays when it brings a good part of what the slots can send meanwhile.
    return room < 32 && lane.inHand > lane.slots ? 0 : Math.min(room, CLAIM_PER_TARGET)
  }

  function run(): void {
    if (stopped) return
    if (running !== undefined) {
      again = true
      return
    }
    running = new Promise<void>((resolve) => setImmediate(resolve))
      .then(claimAll)
      .catch((error: unknown) => logger.warn({ err: error }, 'claiming deliveries failed; the next scan tries again'))
      .finally(() => {
        running = undefined
        if (again) {
          again = false
          run()
        }
      })
  }

  async function claimAll(): Promise<void> {
    while (!stopped && waiting.size > 0) {
      const now = clock.wall()
      const fence = lease.current(now)
      if (fence === null) return
      const asked = ask(now)
      if (asked.size === 0) return
      const claim = take(asked, now, fence)
      receiving = claim.then(
        () => {},
        () => {},
      )
      for (const each of await claim) await keepPace(each, fence)
      hand.pump()
    }
  }

  /** @returns what has to be given back, since it is not its turn */
  async function take(asked: ReadonlyMap<TargetLane, number>, now: number, fence: number): Promise<Early[]> {
    const wanted = [...asked].map(([{ tenant, target: name }, most]) => ({
      tenant,
      target: name,
      most,
      before: null,
      untried: null,
    }))
    let rows: Claimed[]
    try {
      rows = await claimRows(database.worker, wanted, now, fence)
    } catch (error) {
      for (const [lane, most] of asked) for (let i = 0; i < most; i++) hand.queue.done(lane)
      unanswered.push({ wanted, now, fence })
      throw error
    }
    const byLane = Map.groupBy(rows, (row) => hand.queue.lane(row.tenant, row.target))
    return [...asked].flatMap(([lane, most]) => receive(lane, byLane.get(lane) ?? [], most, fence, now))
  }

  /** Frees what claims leased to this run whose answers were lost: as long as it lives nobody else would take it. */
  async function freeUnanswered(now: number): Promise<void> {
    for (const claim of unanswered.filter((each) => now >= each.now + UNANSWERED_MS)) {
      const leased = await leasedOfTargets(database.worker, claim.wanted, claim.now, claim.fence)
      const unknown = leased.filter((row) => !hand.has(row) && !options.isExpected(row))
      // Somebody who died may have had them in hand before.
      const rows = unknown.map((row) => ({ ...row, takenOver: true }))
      if (rows.length > 0) {
        logger.info({ deliveries: rows.length }, 'freed deliveries of a claim that went unanswered')
        await releaseRows(database.worker, rows, claim.fence)
      }
      unanswered = unanswered.filter((each) => each !== claim)
    }
  }

  /** Chooses lanes in turn and counts what is asked as in hand already, so that room is not given out twice. */
  function ask(now: number): Map<TargetLane, number> {
    const asked = new Map<TargetLane, number>()
    let left = CLAIM_ROWS
    for (const lane of [...waiting]) {
      if (left <= 0) break
      const most = Math.min(left, wantOf(lane, now))
      if (most <= 0) continue
      for (let i = 0; i < most; i++) hand.queue.take(lane)
      asked.set(lane, most)
      told.delete(lane)
      left -= most
      waiting.delete(lane)
      waiting.add(lane)
    }
    return asked
  }

  /** @returns what has to be given back, since it is not its turn */
  function receive(lane: TargetLane, rows: readonly Claimed[], most: number, fence: number, asOf: number): Early[] {
    for (let i = rows.length; i < most; i++) hand.queue.done(lane)
    lane.state.left = Math.max(0, lane.state.left - rows.length)
    const isProbe = stateOf(lane.state.breaker, clock.wall()) === 'half-open'
    if (isProbe) {
      lane.held = false
      lane.slots = 1
    }
    const fresh = rows.filter((row) => {
      if (!hand.refence(row, fence)) return true
      hand.queue.done(lane)
      return false
    })
    lane.state.channel ??= fresh[0]?.channel ?? null
    // A probe has its turn whatever went before it, and is the first of those that keep a pace behind it.
    const { go, wait, lastAt, from } = inTurn(fresh, isProbe ? Number.NEGATIVE_INFINITY : lane.state.pacedAt, asOf)
    lane.state.pacedAt = isProbe && fresh.length > 0 ? asOf : lastAt
    if (rows.length < most && !told.has(lane)) {
      // All that was due is in hand; what comes later is expected, told of or found by the scan.
      waiting.delete(lane)
      lane.state.backlog = false
      lane.state.left = 0
      const last = expected.get(lane)
      const spacingMs = go.findLast((row) => row.spacingMs !== null)?.spacingMs
      const next = spacingMs == null ? asOf + EXPECT_MS : Math.max(asOf + 1, nextAskAt(lane.state.pacedAt, spacingMs))
      if (last !== undefined && last > asOf) wakeAt(lane, Math.min(last, next))
      else expected.delete(lane)
    }
    hand.accept(
      lane,
      go.map((delivery) => ({ delivery, lease: fence })),
    )
    return wait.length === 0 ? [] : [{ lane, rows: wait, from }]
  }

  async function keepPace({ lane, rows, from }: Early, fence: number): Promise<void> {
    try {
      const ids = rows.map(({ id }) => id)
      const last = await putOff(database.worker, lane, ids, fence, from)
      for (let i = 0; i < rows.length; i++) hand.queue.done(lane)
      expect(lane, last)
    } catch (error) {
      logger.warn({ err: error }, 'deliveries before their turn could not be put off; trying again')
      hand.decline(rows.map((delivery) => ({ delivery, lease: fence })))
    }
  }

  function expect(lane: TargetLane, last: number): void {
    expected.set(lane, Math.max(last, expected.get(lane) ?? last))
    backlog(lane)
  }

  /** A probe that ended well opens the lane; one that failed closes it for longer. */
  function target(lane: TargetLane): void {
    const { breaker } = lane.state
    if (breaker.openUntil === null) {
      if (lane.held) {
        lane.held = false
        hand.queue.changed(lane)
      }
      if (lane.state.saved) unsaved.push(lane)
      backlog(lane)
    } else {
      unsaved.push(lane)
      if (stateOf(breaker, clock.wall()) === 'open') wakeAt(lane, breaker.openUntil)
    }
  }

  async function saveBreakers(now: number): Promise<void> {
    const lanes = new Set(unsaved)
    unsaved = []
    const opened: TargetState[] = []
    const closed: TargetLane[] = []
    for (const lane of lanes) {
      const { breaker } = lane.state
      if (breaker.openUntil === null) closed.push(lane)
      else {
        opened.push({
          tenant: lane.tenant,
          target: lane.target,
          failures: breaker.failures,
          opens: breaker.opens,
          open_until: breaker.openUntil,
          opened_at: now,
        })
      }
    }
    try {
      await saveTargets(
        database.worker,
        opened,
        closed.map(({ tenant, target: name }) => ({ tenant, target: name })),
      )
      for (const lane of lanes) lane.state.saved = lane.state.breaker.openUntil !== null
    } catch (error) {
      unsaved.push(...lanes)
      throw error
    }
  }

  async function scan(now: number): Promise<void> {
    if (now < scanAt || stopped) return
    const fence = lease.current(now)
    if (fence === null) return
    const began = performance.now()
    if (unsaved.length > 0) await saveBreakers(now)
    await freeUnanswered(now)
    const found = await scanTargets(database.worker, now + scanEveryMs, now)
    const behindBreaker: TargetWork[] = []
    for (const work of found) {
      const channel = channels.get(work.channel)
      if (channel === undefined) continue
      const lane = hand.queue.lane(work.tenant, work.target)
      lane.state.channel = work.channel
      follow(lane, work)
      const state = stateOf(lane.state.breaker, now)
      if (state === 'open') {
        wakeAt(lane, lane.state.breaker.openUntil ?? now)
        if (work.since < now - channel.timeoutMs) behindBreaker.push(work)
      } else if (work.due <= now) backlog(lane)
      else wakeAt(lane, work.due)
    }
    const stale = behindBreaker.length === 0 ? [] : await staleOf(behindBreaker, now)
    if (stale.length > 0) await expire(stale, now, fence)
    hand.queue.forget(
      (lane) =>
        !lane.state.backlog &&
        lane.state.breaker === CLOSED &&
        !lane.state.saved &&
        lane.slots >= FIRST_SLOTS &&
        // Claims hold on to it: under another lane of the same target the rows would count for nobody.
        !waiting.has(lane) &&
        !later.has(lane) &&
        !expected.has(lane),
    )
    scanEveryMs = Math.min(SCAN_SELDOM_MS, Math.max(SCAN_MS, (performance.now() - began) * SCAN_SHARE))
    scanAt = now + scanEveryMs
  }

  /** Another node, or this one before a restart, knows of the breaker what we do not. */
  function follow(
    lane: TargetLane,
    known: { open_until: number | null; opens: number | null; failures: number | null },
  ) {
    const { state } = lane
    if (known.open_until !== null && state.breaker.openUntil === null && !state.saved) {
      state.breaker = { failures: known.failures ?? 0, opens: known.opens ?? 0, openUntil: known.open_until }
      state.saved = true
      lane.held = true
      hand.giveBack(lane)
    } else if (known.open_until === null && state.saved && state.breaker.openUntil !== null) {
      state.breaker = CLOSED
      state.saved = false
      lane.held = false
      hand.queue.changed(lane)
    }
  }

  /** Targets behind an open breaker with rows whose schedule, as it is now, is over. */
  async function staleOf(works: readonly TargetWork[], now: number): Promise<Wanted[]> {
    const stale: Wanted[] = []
    for (const [name, group] of Map.groupBy(works, (work) => work.channel)) {
      const channel = channels.get(name)
      if (channel === undefined) continue
      const own = (await channel.schedulesOf?.(group, database.worker)) ?? []
      const usual = now - spanMs(channel.schedule, channel.timeoutMs)
      group.forEach(({ tenant, target, due, since, tried }, i) => {
        const before = now - spanMs(own[i] ?? channel.schedule, channel.timeoutMs)
        // What was never tried has used nothing of a schedule of its target's own: it has as long as any other.
        const untried = Math.min(before, usual)
        const over = tried === 0 ? untried : before
        if (due < over || since < over) stale.push({ tenant, target, most: EXPIRE_ROWS, before, untried })
      })
    }
    return stale
  }

  async function expire(stale: readonly Wanted[], now: number, fence: number): Promise<void> {
    const wanted = stale.slice(0, 5)
    const rows = await claimRows(database.worker, wanted, now, fence).catch((error: unknown) => {
      unanswered.push({ wanted, now, fence })
      throw error
    })
    const reason = 'the target was not well for longer than the schedule lasts'
    for (const delivery of rows) {
      const lane = hand.queue.lane(delivery.tenant, delivery.target)
      hand.queue.take(lane)
      const row = { delivery, lease: fence }
      hand.hold(row)
      marker.add(endedUnsent(delivery, row, 'expired', now, reason))
    }
  }

  return {
    backlog,
    target,
    expect,
    dueAt(lane, at) {
      if (!stopped && at <= clock.wall() + scanEveryMs) wakeAt(lane, at)
    },
    run,
    scan,
    received: () => receiving,
    async stop() {
      stopped = true
      clearTimeout(laterTimer)
      await running
    },
  }
}
