import type { Service } from '#platform/service.ts'
import { reportsConsumer } from '#reports/consumers.ts'
import { overviewRoute } from '#reports/overview.ts'
import { silenceRetention } from '#reports/retention.ts'
import { reportRoutes } from '#reports/routes.ts'
import { reportSettings } from '#reports/settings.ts'

export { keptSince } from '#reports/kept.ts'
export { noteTakenUp, noteTold, type TakenUp } from '#reports/store.ts'

/** What became of silences, told apart by what people manage by. */
export const reports: Service = {
  name: 'reports',
  settings: reportSettings,
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    const retention = silenceRetention(runtime)
    return {
      routes: [...reportRoutes(runtime), overviewRoute(runtime)],
      consumers: [reportsConsumer(runtime, retention)],
      dueKinds: [retention.dueKind],
    }
  },
}
