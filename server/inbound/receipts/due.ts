import type { DueKind } from '#platform/due-kind.ts'
import type { DueEntry } from '#platform/work.ts'
import { purgeReceipts } from './store.ts'

export const RETENTION_KIND = 'inbound.retention'
const EVERY_MS = 3_600_000
const DAY_MS = 86_400_000
/** Rows of one transaction: each may hold a megabyte. */
const PORTION = 500

/** The next look at what is too old, at the full hour: what comes meanwhile must not put it off. */
export const nextRetention = (tenant: string, endpoint: string, now: number): DueEntry => ({
  kind: RETENTION_KIND,
  tenant,
  key: endpoint,
  dueAt: (Math.floor(now / EVERY_MS) + 1) * EVERY_MS,
})

/** All that an endpoint received goes, in portions: it was removed. */
export const purgeAll = (tenant: string, endpoint: string, now: number): DueEntry => ({
  kind: RETENTION_KIND,
  tenant,
  key: `${GONE}${endpoint}`,
  dueAt: now,
})
const GONE = 'gone:'

/** Forgets what is too old, as long as anything is left. */
export function retentionKind(keepDays: number): DueKind {
  return {
    kind: RETENTION_KIND,
    clock: 'wall',
    batch: 5,
    async handle(rows, tx, now) {
      for (const { tenant, key } of rows) {
        const isGone = key.startsWith(GONE)
        const endpoint = isGone ? key.slice(GONE.length) : key
        const { gone, left } = await purgeReceipts(
          tx,
          tenant,
          endpoint,
          isGone ? null : now - keepDays * DAY_MS,
          PORTION,
        )
        if (gone === PORTION) tx.schedule([{ kind: RETENTION_KIND, tenant, key, dueAt: now }])
        else if (left && !isGone) tx.schedule([nextRetention(tenant, endpoint, now)])
      }
    },
  }
}
