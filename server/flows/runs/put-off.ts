import { undoingAmong } from '#flows/moves/store.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import type { DueRow } from '#platform/due-kind.ts'
import type { Tx } from '#platform/work.ts'

const versionOf = ({ tenant, flowId, version }: Pick<RunRecord, 'tenant' | 'flowId' | 'version'>) =>
  `${tenant}\n${flowId}\n${version}`

/** Runs that a publish moved which is being taken back just now, by their keys. */
async function comingBack(tx: Tx, records: ReadonlyMap<string, RunRecord>): Promise<ReadonlySet<string>> {
  const moved = [...records].filter(([, { run }]) => run.moves !== undefined)
  if (moved.length === 0) return new Set()
  const versions = new Map(
    moved.map(([, record]) => {
      const { tenant, flowId, version } = record
      return [versionOf(record), { tenant, flowId, version }]
    }),
  )
  const undoing = new Set((await undoingAmong(tx, [...versions.values()])).map(versionOf))
  return new Set(moved.flatMap(([key, record]) => (undoing.has(versionOf(record)) ? [key] : [])))
}

/**
 * What is told of runs, but for those that are coming back from a publish: who stood still when that was asked for does not act
 * before, whatever came due meanwhile (the program may have been away in between). Their rows come once more.
 * @param records the runs by `keyOf`; those that are coming back are taken out
 * @param dueAt when their rows come again
 */
export async function putOff<T extends { row: DueRow }>(
  tx: Tx,
  told: readonly T[],
  records: Map<string, RunRecord>,
  keyOf: (told: T) => string,
  dueAt: number,
): Promise<readonly T[]> {
  const back = await comingBack(tx, records)
  if (back.size === 0) return told
  const again = told.filter((one) => back.has(keyOf(one)))
  tx.schedule(again.map(({ row: { kind, tenant, key, payload } }) => ({ kind, tenant, key, payload, dueAt })))
  for (const key of back) records.delete(key)
  return told.filter((one) => !back.has(keyOf(one)))
}
