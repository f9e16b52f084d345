import { integer } from '#platform/settings.ts'

export const timerSettings = {
  CAUCE_TIMER_RETENTION_DAYS: integer(
    'Days for which timers that fired, failed or were cancelled are kept; then their ids are free again.',
    30,
    { min: 1, max: 3650 },
  ),
}
