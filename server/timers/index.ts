import type { Service } from '#platform/service.ts'
import { dueKinds } from './due.ts'
import { timerRetention } from './retention.ts'
import { timerRoutes } from './routes.ts'
import { timerSettings } from './settings.ts'

/** One-shot timers: at a time, in plain or business time, something is called or an event is born. */
export const timers: Service = {
  name: 'timers',
  settings: timerSettings,
  migrations: new URL('./migrations/', import.meta.url),
  open(runtime) {
    const retention = timerRetention(runtime, runtime.settings.of(timerSettings).CAUCE_TIMER_RETENTION_DAYS)
    return {
      routes: timerRoutes(runtime, retention),
      dueKinds: [...dueKinds(runtime, retention), retention.dueKind],
    }
  },
}
