import type { DueKind } from '#platform/due-kind.ts'
import { leftOf } from '#platform/purge.ts'
import { retentionKind } from '#platform/retention.ts'
import type { DueEntry } from '#platform/work.ts'
import { purgeReceipts } from './store.ts'

/** The key is the id of the endpoint. */
export const RETENTION_KIND = 'inbound.retention'
const DAY_MS = 86_400_000
/** Rows of one transaction: each may hold a megabyte. */
const PORTION = 500
const GONE = 'gone:'

/** All that an endpoint received goes, in portions: it was removed. */
export const purgeAll = (tenant: string, endpoint: string, now: number): DueEntry => ({
  kind: RETENTION_KIND,
  tenant,
  key: `${GONE}${endpoint}`,
  dueAt: now,
})

/** Forgets what an endpoint received too long ago. */
export const receiptRetention = (keepDays: number): DueKind =>
  retentionKind({
    kind: RETENTION_KIND,
    batch: 5,
    async purge(tx, { tenant, key }, wall) {
      const isGone = key.startsWith(GONE)
      const endpoint = isGone ? key.slice(GONE.length) : key
      const before = isGone ? null : wall - keepDays * DAY_MS
      const { gone, left } = await purgeReceipts(tx, tenant, endpoint, before, PORTION)
      return leftOf({ gone, left: left && !isGone }, PORTION)
    },
  })
