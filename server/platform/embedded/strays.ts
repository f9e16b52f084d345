import { readdir, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Cluster } from '#platform/embedded/cluster.ts'

/**
 * Ends server processes that outlived their killed postmaster (one that was stopped, or hangs in the kernel). A
 * server process works in its cluster's folder, which tells it from every other. Only Linux shows that of all processes.
 */
export async function endStrays(cluster: Cluster): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const [folder, program] = await Promise.all(
      ['cwd', 'exe'].map((name) => readlink(`/proc/${pid}/${name}`).catch(() => '')),
    )
    if (folder !== cluster.data || !basename(program ?? '').startsWith('postgres')) continue
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // Gone in between.
    }
  }
}
