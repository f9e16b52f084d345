import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT_FOLDER } from '#platform/embedded/binaries.ts'
import { type Cluster, clusterAt, pointedAt } from '#platform/embedded/cluster.ts'
import { takeOwnership } from '#platform/embedded/owner-lock.ts'
import { endPostmaster, isAlive, isOurs, readPidFile } from '#platform/embedded/postmaster.ts'

/**
 * Looks for databases below /var/lib/cauce whose data directory was removed, and ends servers that still run on
 * them: nobody can reach those any more. Their files stay, since a data directory may only be unmounted.
 * @returns the folders that are no longer pointed to
 */
export async function endAbandoned(): Promise<string[]> {
  const abandoned: string[] = []
  for (const name of await readdir(ROOT_FOLDER).catch(() => [])) {
    const home = join(ROOT_FOLDER, name)
    const owner = await readFile(join(home, 'belongs-to'), 'utf8').catch(() => null)
    if (owner === null) continue
    // A pointer that cannot be read may well be its own.
    const pointed = await pointedAt(owner).catch(() => ({ home }))
    if (pointed?.home === home || !(await endServer(clusterAt(home, '')))) continue
    abandoned.push(home)
  }
  return abandoned
}

/** False when a process of ours has it in use. */
async function endServer(cluster: Cluster): Promise<boolean> {
  const lock = await takeOwnership(cluster.home, 0).catch(() => null)
  if (lock === null) return false
  try {
    await endLeftServer(cluster)
    return true
  } finally {
    lock.release()
  }
}

/** Ends the server that a killed process left running on the cluster, if there is one. Call as its owner. */
export async function endLeftServer(cluster: Cluster): Promise<void> {
  const found = await readPidFile(cluster)
  if (found && isAlive({ pid: found.pid }) && (await isOurs(found.pid, cluster))) {
    await endPostmaster({ pid: found.pid }, cluster, null)
  }
}
