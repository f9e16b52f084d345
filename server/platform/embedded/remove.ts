import { realpath, rm } from 'node:fs/promises'
import { endLeftServer } from '#platform/embedded/abandoned.ts'
import { pointedAt } from '#platform/embedded/cluster.ts'
import { takeOwnership } from '#platform/embedded/owner-lock.ts'

/** A program of the killed process may still be writing: it is waited for. */
const GONE = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }

/**
 * Removes a data directory with its database, wherever that lies, after ending a server that was left behind.
 * @throws when another process owns it, or when its pointer is damaged
 */
export async function removeEmbedded(dataDir: string): Promise<void> {
  const folder = await realpath(dataDir)
  const lock = await takeOwnership(folder, 0)
  try {
    const cluster = await pointedAt(folder)
    if (cluster) await endLeftServer(cluster)
    if (cluster) await rm(cluster.home, GONE)
  } finally {
    lock.release()
  }
  await rm(folder, GONE)
}
