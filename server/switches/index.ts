import type { DueKind } from '#platform/due-kind.ts'
import type { Service } from '#platform/service.ts'
import { switchRoutes } from '#switches/routes.ts'
import { purgeRecords } from '#switches/store.ts'
import { PURGE_KIND, switchState } from '#switches/switch.ts'

export { type Comparison, compareWays, type Example, type RecordTable } from '#switches/comparison.ts'
export { comparisonOf, windowFields } from '#switches/schemas.ts'
export { declareSwitch, type Outcome, type Switch, type SwitchSpec } from '#switches/switch.ts'
export { windowOf } from '#switches/window.ts'

const KEEP_MS = 7 * 86_400_000
const DAY_MS = 86_400_000
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

const purgeKind: DueKind = {
  kind: PURGE_KIND,
  clock: 'wall',
  batch: 10,
  async handle(rows, tx, now) {
    for (const { tenant, key, kind } of rows) {
      const gone = await purgeRecords(tx, tenant, key, now - KEEP_MS, PURGE_CHUNK)
      tx.schedule([{ kind, tenant, key, dueAt: gone === PURGE_CHUNK ? now : now + DAY_MS }])
    }
  },
}
