import type { Service } from '#platform/service.ts'
import { dueKinds } from './due.ts'
import { timerRoutes } from './routes.ts'

/** One-shot timers: at a time, in plain or business time, something is called or an event is born. */
export const timers: Service = {
  name: 'timers',
  settings: {},
  migrations: new URL('./migrations/', import.meta.url),
  open: (runtime) => ({ routes: timerRoutes(runtime), dueKinds: dueKinds(runtime) }),
}
