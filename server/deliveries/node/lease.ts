import type { Logger } from 'pino'
import type { Clock } from '#platform/clock.ts'
import type { Db } from '#platform/work.ts'
import { isAlive, thisPlace } from './place.ts'
import { endRuns, forgetRuns, openRun, renewRun, runsAt } from './store.ts'

/**
 * An attempt of the usual length takes 15 s at most and is begun only when more than that is left; a longer one is broken
 * off when the renewals stop. The lease is renewed each second and barely longer, so that after a crash the rows are
 * free within these 18 s wherever the next start is, and at once when it is where the crash was.
 */
const LEASE_MS = 18_000
const RENEW_MS = 1_000
const FORGET_MS = 86_400_000

/** Runs of this very process: a test may hold several, and none of them is a dead predecessor. */
const ours = new Set<number>()

export type NodeLease = {
  /** The number of the present run; null while there is none that holds. */
  current(now: number): number | null
  /** Milliseconds that the present run surely holds. */
  remainingMs(now: number): number
  start(): Promise<void>
  /** Frees whatever is still leased to this run. */
  stop(): Promise<void>
}

/**
 * This node's word that it is alive, renewed each second: all rows it has in hand hang on this one row.
 * @param onChange called after each renewal, with true when the run is a new one: rows of the one before are free
 */
export function createNodeLease(options: {
  db: Db
  clock: Pick<Clock, 'wall'>
  logger: Logger
  onChange(fresh: boolean): void
}): NodeLease {
  const { db, clock, logger, onChange } = options
  let run: { id: number; until: number } | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let beating: Promise<void> = Promise.resolve()

  async function open(): Promise<void> {
    const now = clock.wall()
    const id = await openRun(db, thisPlace(), process.pid, now, now + LEASE_MS)
    ours.add(id)
    run = { id, until: now + LEASE_MS }
  }

  /** Ends the runs of processes that are seen to be dead, so that nobody waits for their leases. */
  async function buryDead(): Promise<void> {
    const now = clock.wall()
    const runs = await runsAt(db, thisPlace(), now)
    await endRuns(
      db,
      runs.filter(({ id, pid }) => !ours.has(id) && (pid === process.pid || !isAlive(pid))).map(({ id }) => id),
    )
    await forgetRuns(db, now - FORGET_MS)
  }

  async function beat(): Promise<void> {
    try {
      const now = clock.wall()
      if (run !== undefined && (await renewRun(db, run.id, now, now + LEASE_MS))) {
        run.until = now + LEASE_MS
        onChange(false)
      } else {
        logger.warn('the lease of this node ran out; its deliveries in hand begin again under a new one')
        if (run !== undefined) ours.delete(run.id)
        run = undefined
        await open()
        onChange(true)
      }
    } catch (error) {
      logger.warn({ err: error instanceof Error ? error.message : error }, 'the delivery lease was not renewed')
    }
    plan()
  }

  function plan(): void {
    if (stopped) return
    timer = setTimeout(() => {
      beating = beat()
    }, RENEW_MS)
  }

  return {
    current: (now) => (run !== undefined && run.until > now ? run.id : null),
    remainingMs: (now) => (run === undefined ? 0 : run.until - now),
    async start() {
      await buryDead()
      await open()
      plan()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await beating
      if (run === undefined) return
      ours.delete(run.id)
      await endRuns(db, [run.id])
      run = undefined
    },
  }
}
