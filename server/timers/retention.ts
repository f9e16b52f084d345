import type { DueKind } from '#platform/due-kind.ts'
import { leftOf } from '#platform/purge.ts'
import { createLooks, daysAgo, retentionKind } from '#platform/retention.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { purgeTimers } from './store.ts'
import type { Timer } from './timer.ts'

const RETENTION_KIND = 'timer.retention'
const PORTION = 2_000

/** Lets timers go that ended long ago. */
export function timerRetention({ clock }: Pick<Runtime, 'clock'>, keepDays: number) {
  const willBePurged = createLooks(RETENTION_KIND)
  const dueKind = retentionKind({
    kind: RETENTION_KIND,
    batch: 5,
    async purge(tx, { tenant }) {
      // Days of the wall, whatever the pace of the timers' own time.
      const before = daysAgo(clock, keepDays)
      return leftOf(await purgeTimers(tx, tenant, before, PORTION), PORTION)
    },
  })
  return {
    dueKind,
    /** Called in the commit that ends timers. */
    ended(tx: Tx, timers: readonly Timer[]): void {
      const tenants = new Set(timers.filter(({ status }) => status !== 'scheduled').map(({ tenant }) => tenant))
      for (const tenant of tenants) willBePurged(tx, tenant, 'ended', clock.wall())
    },
  } satisfies { dueKind: DueKind; ended(tx: Tx, timers: readonly Timer[]): void }
}

export type TimerRetention = ReturnType<typeof timerRetention>
