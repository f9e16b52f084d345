import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clusterOf } from './cluster.ts'
import type { Started } from './start.ts'

/** Seconds of CPU used so far by the program's process and by its database's. */
export type CpuSeconds = { node: number; postgres: number }

const TICKS_PER_S = 100

/**
 * What the program has cost so far; zeros where there is no /proc. A cost per event says more than a rate while
 * others use the machine.
 */
export async function cpuOf({ pid, dataDir }: Pick<Started, 'pid' | 'dataDir'>): Promise<CpuSeconds> {
  if (process.platform !== 'linux') return { node: 0, postgres: 0 }
  const { data } = await clusterOf(dataDir)
  const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  const backends = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
    .filter((stat) => stat.pid === postmaster || stat.parent === postmaster)
  return {
    node: (statOf(pid)?.own ?? 0) / TICKS_PER_S,
    postgres: backends.reduce((sum, { own, reaped }) => sum + own + reaped, 0) / TICKS_PER_S,
  }
}

function statOf(pid: number): { pid: number; parent: number; own: number; reaped: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold blanks.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15)
    return { pid, parent: fields[1] ?? 0, own: user + system, reaped: childUser + childSystem }
  } catch {
    return null
  }
}

/** `node 41 µs, PostgreSQL 28 µs` for each of so many. */
export function costEach(before: CpuSeconds, after: CpuSeconds, count: number): string {
  const each = (from: number, to: number) => `${Math.round(((to - from) / count) * 1e6)} µs`
  return `CPU for each: Node ${each(before.node, after.node)}, PostgreSQL ${each(before.postgres, after.postgres)}`
}
