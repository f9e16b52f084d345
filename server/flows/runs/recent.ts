import { waitsOf } from '#flows/run.ts'
import { type RunRecord, reloaded } from '#flows/runs/record.ts'
import { createRecent } from '#platform/recent.ts'

/**
 * Runs that this node has just written and that wait for what becomes of an effect: most hear of it within
 * milliseconds, and need not be read back then. A run may have changed elsewhere since: its write is guarded by the
 * revision, and whoever finds it changed reads it again, since a run is given out once.
 */
export type RecentRuns = {
  /** Keeps those of the records that wait for an outcome; to be called after their commit. */
  keep(records: readonly RunRecord[]): void
  /** The run, if it is here and waits for the outcome of just this visit. */
  take(tenant: string, id: string, node: string, visit: number): RunRecord | undefined
}

export function createRecentRuns(): RecentRuns {
  const recent = createRecent<RunRecord>()
  const keyOf = (tenant: string, id: string) => `${tenant}\n${id}`
  return {
    keep(records) {
      for (const record of records) {
        if (waitsOf(record.run).some(({ kind }) => kind === 'outcome'))
          recent.put(keyOf(record.tenant, record.run.id), record, record.size)
      }
    },
    take(tenant, id, node, visit) {
      const record = recent.take(keyOf(tenant, id))
      if (record === undefined) return undefined
      const waits = waitsOf(record.run).some((parked) => parked.node === node && parked.visit === visit)
      return waits ? reloaded(record) : undefined
    },
  }
}
