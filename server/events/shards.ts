import type { Logger } from 'pino'
import { crashPoint } from '#platform/crash-point.ts'
import { SHARDS } from '#platform/event.ts'
import type { Database } from '#platform/work.ts'

const LEASE_MS = 8_000
const RENEW_MS = 2_000
/** A node that was not seen for this long is no longer counted. */
const GONE_MS = 10_000

const SEEN = `insert into node (id, seen_at) values ($1, to_timestamp($2::double precision / 1000))
on conflict (id) do update set seen_at = excluded.seen_at`
const ALIVE = 'select count(*) as alive from node where seen_at > to_timestamp($1::double precision / 1000)'
const LEASES = 'select shard, node, fence, until from shard_lease order by shard'
const RENEW = `update shard_lease set until = to_timestamp($2::double precision / 1000) where node = $1 and shard = any($3::smallint[]) returning shard, fence`
// A lease that ran out, that nobody holds, or that our own dead predecessor held.
const TAKE = `update shard_lease set node = $1, fence = fence + 1, until = to_timestamp($2::double precision / 1000)
where shard in (select shard from shard_lease
  where shard = any($3::smallint[]) and (node is null or node = $1 or until < to_timestamp($4::double precision / 1000))
  for update skip locked)
returning shard, fence`
const RELEASE = 'update shard_lease set node = null where node = $1 and shard = any($2::smallint[])'
const LEAVE = 'delete from node where id = $1'

export type Shards = {
  /** Shards held now, with their fence. */
  held(): ReadonlyMap<number, number>
  /** Called with every change of what is held. `released` must finish what is in hand before it resolves. */
  onChange(fn: (held: ReadonlyMap<number, number>) => Promise<void>): void
  /** Nodes alive at the last look, this one included. */
  nodes(): number
  start(): Promise<void>
  stop(): Promise<void>
}

/** How many shards each of `nodes` should hold. */
const fairShare = (nodes: number): number => Math.ceil(SHARDS / Math.max(1, nodes))

/**
 * Leases over the shards of the log: a shard belongs to one node at a time, and shards spread over the nodes
 * that run. A node that cannot renew in time gives up by itself before the lease runs out.
 */
export function createShards(options: { database: Database; node: string; wall(): number; logger: Logger }): Shards {
  const { database, node, wall, logger } = options
  const held = new Map<number, number>()
  const listeners: ((held: ReadonlyMap<number, number>) => Promise<void>)[] = []
  let until = 0
  let alive = 1
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let renewing: Promise<void> = Promise.resolve()

  async function changed(): Promise<void> {
    for (const fn of listeners) await fn(held)
  }

  async function renew(): Promise<void> {
    const at = wall()
    await database.worker.query(SEEN, [node, at])
    const [count] = await database.worker.query<{ alive: number }>(ALIVE, [at - GONE_MS])
    alive = Math.max(1, Number(count?.alive ?? 1))
    const before = [...held.keys()].join()
    if (held.size > 0) {
      crashPoint('shards:renew')
      const kept = await database.worker.query<{ shard: number; fence: number }>(RENEW, [
        node,
        at + LEASE_MS,
        [...held.keys()],
      ])
      const still = new Map(kept.map(({ shard, fence }) => [shard, fence]))
      for (const [shard, fence] of held) if (still.get(shard) !== fence) held.delete(shard)
    }
    const share = fairShare(alive)
    if (held.size > share) await release([...held.keys()].slice(share))
    else if (held.size < share) await take(share - held.size, at)
    until = at + LEASE_MS
    if ([...held.keys()].join() !== before) await changed()
  }

  async function take(wanted: number, at: number): Promise<void> {
    const leases = await database.worker.query<{ shard: number; node: string | null; until: Date }>(LEASES)
    const free = leases
      .filter(
        (lease) => !held.has(lease.shard) && (lease.node === null || lease.node === node || lease.until.getTime() < at),
      )
      .map((lease) => lease.shard)
      .slice(0, wanted)
    if (free.length === 0) return
    const taken = await database.worker.query<{ shard: number; fence: number }>(TAKE, [node, at + LEASE_MS, free, at])
    for (const { shard, fence } of taken) held.set(shard, fence)
  }

  async function release(shards: readonly number[]): Promise<void> {
    for (const shard of shards) held.delete(shard)
    await changed()
    crashPoint('shards:release')
    await database.worker.query(RELEASE, [node, shards])
  }

  async function loseAll(): Promise<void> {
    if (held.size === 0) return
    logger.warn('the shard leases could not be renewed in time; giving them up')
    held.clear()
    await changed()
  }

  async function beat(): Promise<void> {
    try {
      await renew()
    } catch (error) {
      if (wall() > until - RENEW_MS) await loseAll()
      logger.warn({ err: (error as Error).message }, 'renewing the shard leases failed; trying again')
    }
    if (!stopped) {
      timer = setTimeout(() => {
        renewing = beat()
      }, RENEW_MS)
    }
  }

  return {
    held: () => held,
    onChange: (fn) => void listeners.push(fn),
    nodes: () => alive,
    async start() {
      await renew()
      timer = setTimeout(() => {
        renewing = beat()
      }, RENEW_MS)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await renewing
      clearTimeout(timer)
      const mine = [...held.keys()]
      try {
        if (mine.length > 0) await release(mine)
        await database.worker.query(LEAVE, [node])
      } catch {
        // The database is away: the leases run out by themselves.
        held.clear()
      }
    },
  }
}
