import { leftOf } from '#platform/purge.ts'
import { retentionKind } from '#platform/retention.ts'
import type { Service } from '#platform/service.ts'
import { switchRoutes } from '#switches/routes.ts'
import { purgeRecords } from '#switches/store.ts'
import { EVERY_MS, PURGE_KIND, switchState } from '#switches/switch.ts'

export { type Comparison, compareWays, type Example, type RecordTable } from '#switches/comparison.ts'
export { comparisonOf, windowFields } from '#switches/schemas.ts'
export { declareSwitch, type Switch } from '#switches/switch.ts'
export { windowOf } from '#switches/window.ts'

const KEEP_MS = 7 * 86_400_000
const PURGE_CHUNK = 5_000

/** Two ways of doing the same: try one in the shadow of the other, compare, switch, switch back. */
export const switches: Service = {
  name: 'switches',
  settings: {},
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    return {
      routes: switchRoutes(runtime),
      dueKinds: [purgeKind],
      stop: async () => switchState(runtime.database).records?.idle(),
    }
  },
}

const purgeKind = retentionKind({
  kind: PURGE_KIND,
  everyMs: EVERY_MS,
  batch: 10,
  async purge(tx, { tenant, key }, wall) {
    return leftOf(await purgeRecords(tx, tenant, key, wall - KEEP_MS, PURGE_CHUNK), PURGE_CHUNK)
  },
})
