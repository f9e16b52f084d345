import { realpath, rm } from 'node:fs/promises'
import { endLeftServer } from '#platform/embedded/abandoned.ts'
import { pointedAt } from '#platform/embedded/cluster.ts'
import { takeOwnership } from '#platform/embedded/owner-lock.ts'

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
    if (cluster) await rm(cluster.home, { recursive: true, force: true })
  } finally {
    lock.release()
  }
  await rm(folder, { recursive: true, force: true })
}
