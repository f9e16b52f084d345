import type { Logger } from 'pino'
import type { Database } from '#platform/work.ts'
import { addSlots, releaseSlots, renewSlots, type TakenSlot, takeSlots } from '../store.ts'

const LEASE_MS = 8_000
const RENEW_MS = 2_000

export type SessionLeases = {
  /** Whether the slot is surely ours at this moment. */
  holds(slot: number): boolean
  held(): readonly number[]
  start(): Promise<void>
  /** Looks at once: something may have changed. */
  look(): void
  /** A slot that is no longer needed was removed. */
  dropped(slot: number): void
  /** Gives all back; those who have them must have stopped. */
  stop(): Promise<void>
}

/**
 * Leases over the sessions at the broker: each belongs to one node at a time, and they spread over the nodes that run. A
 * node that cannot renew in time gives up by itself, before another one may take over.
 * @param gained called for a slot that became ours; `lost` must let go of it before it resolves
 */
export function createSessionLeases(options: {
  database: Database
  node: string
  count: number
  nodes(): number
  wall(): number
  logger: Logger
  gained(slot: TakenSlot): void
  lost(slot: number): Promise<void>
  /** After each look at the leases. */
  beat(): Promise<void>
}): SessionLeases {
  const { database, node, count, wall, logger } = options
  const db = database.worker
  const held = new Set<number>()
  let slots = count
  let until = 0
  let looking = false
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let renewing: Promise<void> = Promise.resolve()

  async function lose(these: readonly number[]): Promise<void> {
    for (const slot of these) held.delete(slot)
    await Promise.all(these.map((slot) => options.lost(slot)))
  }

  async function renew(): Promise<void> {
    const at = wall()
    const kept = held.size === 0 ? [] : await renewSlots(db, node, at + LEASE_MS, [...held])
    await lose([...held].filter((slot) => !kept.includes(slot)))
    until = at + LEASE_MS
    const share = Math.ceil(slots / Math.max(1, options.nodes()))
    if (held.size > share) {
      const surplus = [...held].sort((a, b) => a - b).slice(share)
      await lose(surplus)
      await releaseSlots(db, node, surplus)
    } else if (held.size < share) {
      for (const taken of await takeSlots(db, node, until, share - held.size, at, [...held])) {
        held.add(taken.slot)
        options.gained(taken)
      }
    }
  }

  async function beat(): Promise<void> {
    try {
      await renew()
      await options.beat()
    } catch (error) {
      logger.warn({ err: (error as Error).message }, 'renewing the leases of the MQTT sessions failed; trying again')
      if (held.size > 0 && wall() > until - RENEW_MS) await lose([...held])
    }
    if (!stopped) timer = setTimeout(next, looking ? 0 : RENEW_MS)
    looking = false
  }

  function next(): void {
    timer = undefined
    renewing = beat()
  }

  return {
    holds: (slot) => held.has(slot) && wall() < until,
    held: () => [...held],
    async start() {
      slots = await addSlots(db, count)
      next()
      await renewing
    },
    look() {
      if (stopped) return
      looking = timer === undefined
      if (looking) return
      clearTimeout(timer)
      next()
    },
    dropped(slot) {
      if (held.delete(slot)) slots -= 1
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await renewing
      clearTimeout(timer)
      const mine = [...held]
      await lose(mine)
      // Away: they run out by themselves.
      await releaseSlots(db, node, mine).catch(() => {})
    },
  }
}
