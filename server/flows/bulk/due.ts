import { retryRuns } from '#flows/again/retry.ts'
import { replayRuns } from '#flows/bulk/replay.ts'
import { type BulkRow, nextChosen, type Refusal, readBulk, refusal, saveBulk } from '#flows/bulk/store.ts'
import { wasOver } from '#flows/errors.ts'
import { advanceRecord } from '#flows/runs/advancing.ts'
import type { Catalog, TenantFlows } from '#flows/runs/catalog.ts'
import { lockRuns } from '#flows/runs/store.ts'
import { createWorld } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import type { Notifier } from '#notifications/index.ts'
import { crashPoint } from '#platform/crash-point.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { Runtime } from '#platform/service.ts'
import type { DueEntry, Tx } from '#platform/work.ts'

/** The next chunk of work on many runs; the key is its id. */
const BULK_KIND = 'flow.bulk'
/** Runs changed in one commit. */
const CHUNK = 200
/** Runs looked at for them. */
const WINDOW = 5_000
/** Reasons kept of runs that could not be changed. */
const REFUSALS = 20

export const bulkRow = (tenant: string, id: string, dueAt: number): DueEntry => ({
  kind: BULK_KIND,
  tenant,
  key: id,
  dueAt,
  payload: {},
})

type Outcome = { done: number; refused: Refusal[] }

/** Cancels, retries or replays runs in chunks; each chunk is one commit with the progress it made. */
export function bulkKind(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'settings' | 'publicUrl'>,
  catalog: Catalog,
  notifier: Notifier,
): DueKind {
  return {
    kind: BULK_KIND,
    clock: 'wall',
    batch: 1,
    async handle(rows, tx, wall) {
      for (const { tenant, key } of rows) {
        const row = await readBulk(tx, tenant, key, true)
        if (row === undefined || row.state === 'done') continue
        const chunk = Math.min(CHUNK, row.perSecond)
        const { ids, last, looked } = await nextChosen(tx, row, { limit: chunk, window: WINDOW })
        const flows = (await catalog.of(tx, [tenant])).get(tenant)
        if (ids.length > 0) {
          const { done, refused } = await act(tx, row, ids, flows)
          row.done += done
          row.refused += refused.length
          row.refusals = [...row.refusals, ...refused].slice(0, REFUSALS)
        }
        if (last !== null) Object.assign(row, { afterAt: last.at, afterId: last.id })
        if (ids.length < chunk && looked < WINDOW) Object.assign(row, { state: 'done', endedAt: new Date(wall) })
        saveBulk(tx, row)
        if (row.state === 'running') {
          tx.schedule([bulkRow(tenant, row.id, wall + Math.ceil((ids.length * 1_000) / row.perSecond))])
        }
      }
      crashPoint('flows:bulk')
    },
  }

  async function act(tx: Tx, row: BulkRow, ids: readonly string[], flows: TenantFlows | undefined): Promise<Outcome> {
    const { tenant, action } = row
    if (action === 'cancel') return cancel(tx, row, ids, flows)
    if (action === 'replay') return replayRuns(tx, row, ids, { runtime, flows, notifier })
    const { retried, refused } = await retryRuns(tx, tenant, ids, { runtime, flows, notifier })
    return { done: retried.length, refused: [...refused].map(([id, why]) => refusal(id, why)) }
  }

  async function cancel(
    tx: Tx,
    { tenant, reason }: BulkRow,
    ids: readonly string[],
    flows: TenantFlows | undefined,
  ): Promise<Outcome> {
    const now = runtime.clock.now()
    const world = createWorld(tx, runtime)
    const records = await lockRuns(
      tx,
      ids.map((id) => ({ tenant, id })),
    )
    const stopped = records.filter((record) => {
      const flow = flows?.version(record.flowId, record.version)
      return (
        flow !== undefined &&
        advanceRecord(record, flow, { kind: 'cancel', reason: reason ?? 'cancelled by hand' }, now, world)
      )
    })
    const writes = await prepareWrites(stopped, { db: tx, runtime, notifier, now })
    writes?.(tx)
    const over = new Set(stopped.map(({ run }) => run.id))
    const refused = ids.filter((id) => !over.has(id)).map((id) => refusal(id, wasOver()))
    return { done: stopped.length, refused }
  }
}
