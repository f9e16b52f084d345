import type { Service } from '#platform/service.ts'
import { reportsConsumer } from '#reports/consumers.ts'
import { overviewRoute } from '#reports/overview.ts'
import { reportRoutes } from '#reports/routes.ts'

export { noteTakenUp, noteTold, type TakenUp } from '#reports/store.ts'

/** What became of silences, told apart by what people manage by. */
export const reports: Service = {
  name: 'reports',
  settings: {},
  migrations: new URL('./migrations/', import.meta.url),
  open: (runtime) => ({
    routes: [...reportRoutes(runtime), overviewRoute(runtime)],
    consumers: [reportsConsumer(runtime)],
  }),
}
