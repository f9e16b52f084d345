import { undoingAmong } from '#flows/moves/store.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import type { DueRow } from '#platform/due-kind.ts'
import type { Tx } from '#platform/work.ts'

const placeOf = ({ tenant, flowId, version }: Pick<RunRecord, 'tenant' | 'flowId' | 'version'>) =>
  `${tenant}\n${flowId}\n${version}`

/**
 * Runs that a publish moved and that is being taken back just now: who stood still when that was asked comes back, so none of them
 * acts before, whatever came due meanwhile (the program may have been away in between).
 */
export async function comingBack(tx: Tx, records: Iterable<RunRecord>): Promise<ReadonlySet<RunRecord>> {
  const moved = [...records].filter(({ run }) => run.moves !== undefined)
  if (moved.length === 0) return new Set()
  const versions = new Map(moved.map((record) => [placeOf(record), record]))
  const undoing = await undoingAmong(
    tx,
    [...versions.values()].map(({ tenant, flowId, version }) => ({ tenant, flowId, version })),
  )
  const held = new Set(undoing.map(placeOf))
  return new Set(moved.filter((record) => held.has(placeOf(record))))
}

/** The same rows once more, a while later. */
export const putOff = (tx: Tx, rows: readonly DueRow[], dueAt: number): void =>
  tx.schedule(rows.map(({ kind, tenant, key, payload }) => ({ kind, tenant, key, payload, dueAt })))
