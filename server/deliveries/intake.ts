import type { Logger } from 'pino'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/work.ts'
import type { Channel, Delivery, DeliveryDraft } from './delivery.ts'
import type { Hand, Row, TargetLane } from './hand.ts'
import type { NodeLease } from './node/lease.ts'
import type { LocalDispatcher, Reservation } from './state.ts'
import { leasedOf } from './store.ts'

/**
 * When to look whether rows whose commit went unanswered are there after all. The first look gives the reserved
 * room back; the later ones are for a transaction that took long and then lost its connection.
 */
const LOOKS_MS = [2_000, 15_000, 120_000]

type Pending = {
  drafts: readonly DeliveryDraft[]
  lease: number
  at: number
  looks: number
  /** Those that a look found in the table, and took in hand. */
  found: ReadonlySet<string>
  release(): void
}

const NONE: ReadonlySet<string> = new Set()

/** Takes what is enqueued on this node in hand without reading it back. */
export function createIntake(options: {
  database: Database
  clock: Pick<Clock, 'wall'>
  logger: Logger
  channels: ReadonlyMap<string, Channel>
  lease: NodeLease
  hand: Hand
  /** Rows of this lane were left in the database. */
  onBacklog(lane: TargetLane): void
}): Pick<LocalDispatcher, 'lease' | 'reserve'> & {
  look(now: number): Promise<void>
  /** The row was written for this node, and the answer to its commit is on the way. */
  isExpected(row: Pick<DeliveryDraft, 'tenant' | 'id'>): boolean
} {
  const { database, clock, logger, channels, lease, hand } = options
  const pending = new Set<Pending>()

  function mayTake(draft: DeliveryDraft, lane: TargetLane, now: number): boolean {
    return (
      (draft.dueAt ?? now) <= now &&
      channels.has(draft.channel) &&
      // Rows that wait already go first.
      !lane.state.backlog &&
      !lane.held &&
      lane.state.breaker.openUntil === null &&
      hand.queue.room(lane) > 0
    )
  }

  function reserve(drafts: readonly DeliveryDraft[], now: number): Reservation {
    const fence = lease.current(now)
    const lanes = drafts.map((draft) => hand.queue.lane(draft.tenant, draft.target))
    const taken = drafts.map((draft, i) => {
      const lane = lanes[i] as TargetLane
      if (fence === null || !mayTake(draft, lane, now)) return false
      hand.queue.take(lane)
      return true
    })
    let reserved = true
    const release = () => {
      if (!reserved) return
      reserved = false
      taken.forEach((mine, i) => {
        if (mine) hand.queue.done(lanes[i] as TargetLane)
      })
    }
    const entry: Pending = {
      drafts: drafts.filter((_, i) => taken[i]),
      lease: fence ?? 0,
      at: now,
      looks: 0,
      found: NONE,
      release,
    }
    if (entry.drafts.length > 0) pending.add(entry)
    return {
      taken,
      dropped() {
        pending.delete(entry)
        release()
      },
      committed(written) {
        pending.delete(entry)
        const counted = reserved
        reserved = false
        const mine = new Map<TargetLane, Row[]>()
        drafts.forEach((draft, i) => {
          // A lane with nothing in hand may have been forgotten meanwhile: under the old one the rows would be lost.
          const lane = hand.queue.lane(draft.tenant, draft.target)
          if (!taken[i]) {
            lane.state.channel ??= draft.channel
            if ((draft.dueAt ?? now) <= clock.wall()) {
              lane.state.left += 1
              options.onBacklog(lane)
            }
          } else if (entry.found.has(draft.id)) {
            // In hand since a look came before this answer; it may have left already.
          } else if (written !== null && !written.has(draft.id)) {
            if (counted) hand.queue.done(lane)
          } else {
            if (!counted) hand.queue.take(lane)
            const row = { delivery: deliveryOf(draft, now), prepared: draft.prepared, lease: fence as number }
            const rows = mine.get(lane)
            if (rows === undefined) mine.set(lane, [row])
            else rows.push(row)
          }
        })
        // All of a lane at once: what has to be read to make them ready is then read together.
        for (const [lane, rows] of mine) hand.accept(lane, rows)
        hand.pump()
      },
    }
  }

  /** The commit of some rows was never answered: those that are there are sent. */
  async function look(now: number): Promise<void> {
    for (const entry of [...pending]) {
      if (now - entry.at < (LOOKS_MS[entry.looks] as number)) continue
      entry.looks += 1
      const unknown = entry.drafts.filter((draft) => !hand.has(draft))
      const there = unknown.length === 0 ? NONE : await leasedOf(database.worker, unknown, entry.lease)
      // Answered meanwhile: what was there may have left already.
      if (!pending.has(entry)) continue
      entry.release()
      entry.found = there
      if (entry.looks === LOOKS_MS.length || there.size > 0) pending.delete(entry)
      for (const draft of unknown) {
        if (!there.has(draft.id) || hand.has(draft)) continue
        logger.info({ tenantId: draft.tenant, deliveryId: draft.id }, 'took up a delivery whose commit went unanswered')
        const lane = hand.queue.lane(draft.tenant, draft.target)
        hand.queue.take(lane)
        hand.accept(lane, [{ delivery: deliveryOf(draft, entry.at), prepared: draft.prepared, lease: entry.lease }])
      }
    }
  }

  return {
    get lease() {
      return lease.current(clock.wall())
    },
    reserve,
    look,
    isExpected: ({ tenant, id }) =>
      [...pending].some(({ drafts }) => drafts.some((draft) => draft.id === id && draft.tenant === tenant)),
  }
}

const deliveryOf = (draft: DeliveryDraft, now: number): Delivery => ({
  tenant: draft.tenant,
  id: draft.id,
  channel: draft.channel,
  target: draft.target,
  eventPosition: draft.eventPosition ?? null,
  eventId: draft.eventId ?? null,
  request: draft.request ?? null,
  traceparent: draft.traceparent,
  cause: draft.cause,
  notifyOn: draft.notifyOn ?? null,
  attempts: 0,
  failures: 0,
  since: draft.dueAt ?? now,
  createdAt: now,
})
