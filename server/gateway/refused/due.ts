import { purgeRefused } from '#gateway/refused/store.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { DueEntry } from '#platform/work.ts'

export const RETENTION_KIND = 'gateway.retention'
const EVERY_MS = 3_600_000
const DAY_MS = 86_400_000

/**
 * The next look at what is too old or too much; while nothing is kept there is none. At full hours: what is refused
 * meanwhile must not put it off again and again.
 */
export const nextRetention = (tenant: string, now: number): DueEntry => ({
  kind: RETENTION_KIND,
  tenant,
  key: 'refused',
  dueAt: (Math.floor(now / EVERY_MS) + 1) * EVERY_MS,
})

export function retentionKind(keepDays: number): DueKind {
  return {
    kind: RETENTION_KIND,
    clock: 'wall',
    async handle(rows, tx, now) {
      for (const { tenant } of rows) {
        const left = await purgeRefused(tx, tenant, now - keepDays * DAY_MS)
        if (left > 0) tx.schedule([nextRetention(tenant, now)])
      }
    },
  }
}
