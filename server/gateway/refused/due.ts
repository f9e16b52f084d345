import { purgeRefused } from '#gateway/refused/store.ts'
import type { DueKind } from '#platform/due-kind.ts'
import { retentionKind } from '#platform/retention.ts'

export const RETENTION_KIND = 'gateway.retention'
const DAY_MS = 86_400_000

/** Forgets what is too old or too much. */
export const refusedRetention = (keepDays: number): DueKind =>
  retentionKind({
    kind: RETENTION_KIND,
    purge: async (tx, { tenant }, wall) =>
      (await purgeRefused(tx, tenant, wall - keepDays * DAY_MS)) > 0 ? 'later' : 'none',
  })
