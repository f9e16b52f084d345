import { cancelDeliveries, holdUnbegun } from '#deliveries/index.ts'
import type { Asked } from '#flows/moving.ts'
import { deliveryIdOf } from '#flows/runs/made.ts'
import { type Notifier, TAKEN_BACK } from '#notifications/index.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/**
 * Calls off what runs have asked for and nobody has begun: of each run all of it, or nothing.
 * @param asking by the ids of the runs
 * @param now domain milliseconds
 * @returns the ids of the runs of which nothing will leave
 */
export async function recall(
  tx: Tx,
  tenant: string,
  asking: ReadonlyMap<string, readonly Asked[]>,
  { runtime, notifier, now }: { runtime: Pick<Runtime, 'database' | 'clock'>; notifier: Notifier; now: number },
): Promise<ReadonlySet<string>> {
  const idsOf = (asked: Iterable<readonly Asked[]>, wanted: Asked['by']) =>
    [...asked].flat().flatMap(({ effectId, by }) => (by === wanted ? [deliveryIdOf(effectId)] : []))
  const told = await notifier.holdUnbegun(tx, tenant, idsOf(asking.values(), 'notification'))
  const called = await holdUnbegun(tx, tenant, idsOf(asking.values(), 'delivery'), runtime)
  const isFree = ({ effectId, by }: Asked) => (by === 'notification' ? told.ids : called).has(deliveryIdOf(effectId))
  const free = new Map([...asking].filter(([, asked]) => asked.every(isFree)))
  if (free.size === 0) return new Set()
  await told.withdraw(idsOf(free.values(), 'notification'), TAKEN_BACK, now)
  await cancelDeliveries(tx, tenant, { ids: idsOf(free.values(), 'delivery') }, runtime)
  return new Set(free.keys())
}
