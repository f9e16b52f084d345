import { wholeRuns } from '#flows/again/store.ts'
import { replayJudge } from '#flows/bulk/replayable.ts'
import { type BulkRow, type Refusal, refusal } from '#flows/bulk/store.ts'
import { lookRow } from '#flows/entry/arrivals.ts'
import type { Entry } from '#flows/entry/entry.ts'
import { insertEntries } from '#flows/entry/store.ts'
import { notPublished } from '#flows/errors.ts'
import type { TenantFlows } from '#flows/runs/catalog.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import type { Notifier } from '#notifications/index.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

type How = {
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'settings' | 'publicUrl'>
  flows: TenantFlows | undefined
  notifier: Notifier
}

/**
 * Begins a new run for each of some runs, of what is published now, with the event that began the old one; where the flow
 * lets its runs begin in turn, they take theirs.
 */
export async function replayRuns(
  tx: Tx,
  row: BulkRow,
  ids: readonly string[],
  { runtime, flows, notifier }: How,
): Promise<{ done: number; refused: Refusal[] }> {
  const { tenant, flowId } = row
  const published = flows?.published(flowId)
  if (published === undefined) return { done: 0, refused: ids.map((id) => refusal(id, notPublished())) }
  const now = runtime.clock.now()
  const { able, refused } = await replayJudge(row, published, runtime, now)(tx, await wholeRuns(tx, tenant, ids))
  const fresh: RunRecord[] = []
  const waiting: Entry[] = []
  for (const { becomes } of able) {
    const made = becomes()
    if ('record' in made) fresh.push(made.record)
    else waiting.push(made.entry)
  }
  insertEntries(tx, waiting)
  if (waiting.length > 0) tx.schedule([lookRow(tenant, { flowId, keys: [] }, row.id, now)])
  for (const record of fresh) record.lookAgain = true
  const writes = await prepareWrites(fresh, { db: tx, runtime, notifier, now })
  writes?.(tx)
  return { done: fresh.length + waiting.length, refused }
}
