import { cancelDeliveries } from '#deliveries/index.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { Runtime } from '#platform/service.ts'
import { DISABLED_KIND } from './channels/webhook.ts'
import { readGone } from './store.ts'
import { disabledEvent, targetOf } from './subscription.ts'

/** After a 410 has disabled a subscription: calls off what waited for it and tells of it in the log. */
export function disabledKind(runtime: Pick<Runtime, 'clock'>): DueKind {
  return {
    kind: DISABLED_KIND,
    clock: 'wall',
    async handle(rows, tx) {
      const gone = await readGone(
        tx,
        rows.map(({ tenant, key }) => ({ tenant, id: key })),
      )
      await Promise.all(gone.map(({ tenant, id }) => cancelDeliveries(tx, tenant, { target: targetOf(id) }, runtime)))
      tx.append(gone.map((disabling) => disabledEvent(disabling, runtime.clock.now())))
    },
  }
}
