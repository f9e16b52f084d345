import type { Runtime } from '#platform/service.ts'
import { reportSettings } from '#reports/settings.ts'

const DAY_MS = 86_400_000

/** Domain time before which reports know nothing any more. The days are those of the wall, whatever the pace of domain time. */
export const keptSince = ({ clock, settings }: Pick<Runtime, 'clock' | 'settings'>): number =>
  clock.now() - settings.of(reportSettings).CAUCE_REPORT_RETENTION_DAYS * DAY_MS * clock.scale
