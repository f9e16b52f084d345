import { TOPIC } from '#flags/change.ts'
import type { FlagSpec, FlagValue } from '#flags/flag.ts'
import { flagRoutes } from '#flags/routes.ts'
import { type Flag, flagState } from '#flags/state.ts'
import type { Runtime, Service } from '#platform/service.ts'

export { changeFlag, followed, TOPIC as FLAGS_CHANGED } from '#flags/change.ts'
export type { FlagSpec } from '#flags/flag.ts'
export type { Flag } from '#flags/state.ts'

/**
 * Makes a flag known; called when the context that owns it opens. What it gives back is read synchronously:
 *
 *     const refused = declareFlag(runtime, { name: 'shop_closed', default: false, scope: 'tenant', live: true, effect: … })
 *     if (refused.of(event.tenant)) …
 */
export const declareFlag = <T extends FlagValue>(runtime: Pick<Runtime, 'database'>, spec: FlagSpec<T>): Flag<T> =>
  flagState(runtime.database).declare(spec)

/** What people switch while the program runs. */
export const flags: Service = {
  name: 'flags',
  settings: {},
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    const { database, changes } = runtime
    const state = flagState(database)
    changes.on(TOPIC, () => state.load(database.worker))
    return { routes: flagRoutes(runtime) }
  },
}
