import type { DueKind } from '#platform/due-kind.ts'
import { leftOf } from '#platform/purge.ts'
import { createLooks, retentionKind } from '#platform/retention.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { keptSince } from '#reports/kept.ts'
import { purgeSilences } from '#reports/store.ts'

const RETENTION_KIND = 'report.retention'
const PORTION = 5_000

/** Lets silences go that no report shows any more. */
export function silenceRetention(runtime: Pick<Runtime, 'clock' | 'settings'>) {
  const willBePurged = createLooks(RETENTION_KIND)
  const dueKind = retentionKind({
    kind: RETENTION_KIND,
    batch: 5,
    async purge(tx, { tenant }) {
      return leftOf(await purgeSilences(tx, tenant, keptSince(runtime), PORTION), PORTION)
    },
  })
  return {
    dueKind,
    /** Called in the commit that notes silences of these tenants. */
    noted(tx: Tx, tenants: Iterable<string>): void {
      for (const tenant of new Set(tenants)) willBePurged(tx, tenant, 'silences', runtime.clock.wall())
    },
  } satisfies { dueKind: DueKind; noted(tx: Tx, tenants: Iterable<string>): void }
}

export type SilenceRetention = ReturnType<typeof silenceRetention>
