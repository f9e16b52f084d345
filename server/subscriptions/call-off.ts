import { cancelDeliveries } from '#deliveries/index.ts'
import type { DueKind } from '#platform/due-kind.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'
import { activeEndpoints } from './store.ts'
import { targetOf } from './subscription.ts'

/** Calls off the rest of what waits for an endpoint that gets nothing more. */
const CALL_OFF_KIND = 'subscription.call-off'
/** What one transaction calls off: days of a busy stream may wait. */
const PORTION = 2_000

/** Calls off what waits for a subscription: a portion in the caller's transaction, the rest soon after its commit. */
export async function callOff(tx: Tx, tenant: string, id: string, runtime: Pick<Runtime, 'clock'>): Promise<void> {
  const ended = await cancelDeliveries(tx, tenant, { target: targetOf(id), most: PORTION }, runtime)
  if (ended === PORTION) tx.schedule([{ kind: CALL_OFF_KIND, tenant, key: id, dueAt: runtime.clock.wall() }])
}

export function callOffKind(runtime: Pick<Runtime, 'clock'>): DueKind {
  return {
    kind: CALL_OFF_KIND,
    clock: 'wall',
    batch: 5,
    async handle(rows, tx) {
      const keys = rows.map(({ tenant, key }) => ({ tenant, id: key }))
      const active = new Set((await activeEndpoints(tx, keys)).map(({ tenant, id }) => `${tenant}\n${id}`))
      // What waits for one that was enabled meanwhile is sent after all.
      const off = keys.filter(({ tenant, id }) => !active.has(`${tenant}\n${id}`))
      for (const { tenant, id } of off) await callOff(tx, tenant, id, runtime)
    },
  }
}
