import { open, stat, truncate } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '#platform/embedded/cluster.ts'
import { type Plan, startPostmaster } from '#platform/embedded/launch.ts'
import { AT_ONCE, ended, endPostmaster, isAlive, type Postmaster } from '#platform/embedded/postmaster.ts'

/** Of a logger, what is needed here (pino's fits). */
export type EmbeddedLogger = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
const LOG_LIMIT_BYTES = 8 * 1024 * 1024
const LOG_LOOK_MS = 60_000

/**
 * Starts the server again whenever it dies, at the same address, until `end`. While the cause lasts (a full disk) it
 * goes on trying, each time with a line in the log.
 */
export function keepRunning(plan: Plan, first: Postmaster, logger: EmbeddedLogger, onRestart?: () => void) {
  let current = first
  const { stopping, cluster, binaries } = plan
  const logLook = setInterval(() => void boundLog(cluster), LOG_LOOK_MS)
  logLook.unref()
  void boundLog(cluster)

  async function restart(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !stopping.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        current = (await startPostmaster(plan)).postmaster
        logger.warn({ pid: current.pid }, 'the embedded PostgreSQL runs again')
        return onRestart?.()
      } catch (error) {
        if (stopping.aborted) return
        logger.error({ err: error }, 'the embedded PostgreSQL could not be started again; trying on')
      }
      await delay(pauseMs, undefined, { signal: stopping, ref: false }).catch(() => {})
    }
  }

  const watching = (async () => {
    for (;;) {
      await ended(current, stopping)
      if (stopping.aborted) return
      logger.error({ pid: current.pid }, 'the embedded PostgreSQL ended by itself; starting it again')
      await restart()
    }
  })()

  return {
    pid: () => current.pid,
    /** After `stopping` was aborted. */
    async end(): Promise<void> {
      clearInterval(logLook)
      if (isAlive(current)) await endPostmaster(current, cluster, binaries.pgCtl)
      // A restart that was under way has called itself off and ended what it had begun.
      await watching
    },
    /** After `stopping` was aborted, where there is no time for a checkpoint. */
    async halt(): Promise<void> {
      if (isAlive(current)) await endPostmaster(current, cluster, binaries.pgCtl, AT_ONCE)
    },
  }
}

/** The server appends to an open file, so the newest part is kept beside and the file is emptied under it. */
async function boundLog(cluster: Cluster): Promise<void> {
  try {
    const { size } = await stat(cluster.log)
    if (size <= LOG_LIMIT_BYTES) return
    const from = await open(cluster.log, 'r')
    const to = await open(`${cluster.log}.1`, 'w', 0o600)
    try {
      const newest = Buffer.alloc(LOG_LIMIT_BYTES)
      const { bytesRead } = await from.read(newest, 0, newest.length, size - newest.length)
      await to.write(newest, 0, bytesRead)
    } finally {
      await Promise.all([from.close(), to.close()])
    }
    await truncate(cluster.log)
  } catch {
    // A log that cannot be cut is no reason to stop; the next look tries again.
  }
}
