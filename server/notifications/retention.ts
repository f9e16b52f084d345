import type { DueKind } from '#platform/due-kind.ts'
import { leftOf } from '#platform/purge.ts'
import { createLooks, daysAgo, retentionKind } from '#platform/retention.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import type { Plan } from './plan.ts'
import { settings } from './settings.ts'
import { purgeNotifications } from './store.ts'

const RETENTION_KIND = 'notification.retention'
const PORTION = 2_000

/** Lets notifications go, with what they said, whose fate was decided and that are old enough. */
export function notificationRetention({ clock, settings: values }: Pick<Runtime, 'clock' | 'settings'>): DueKind {
  const keepDays = values.of(settings).CAUCE_NOTIFICATION_RETENTION_DAYS
  return retentionKind({
    kind: RETENTION_KIND,
    batch: 5,
    async purge(tx, { tenant }) {
      return leftOf(await purgeNotifications(tx, tenant, daysAgo(clock, keepDays), PORTION), PORTION)
    },
  })
}

/** Called in the commit that writes new notifications: sees to it that they will be looked at. */
export function createNotificationLooks({ clock }: Pick<Runtime, 'clock'>): (tx: Tx, plans: readonly Plan[]) => void {
  const willBePurged = createLooks(RETENTION_KIND)
  return (tx, plans) => {
    for (const tenant of new Set(plans.map(({ row }) => row.tenant))) {
      willBePurged(tx, tenant, 'decided', clock.wall())
    }
  }
}
