import { daysAgo } from '#platform/retention.ts'
import type { Runtime } from '#platform/service.ts'
import { reportSettings } from '#reports/settings.ts'

/** Domain time before which reports know nothing any more. The days are those of the wall, whatever the pace of domain time. */
export const keptSince = ({ clock, settings }: Pick<Runtime, 'clock' | 'settings'>): number =>
  daysAgo(clock, settings.of(reportSettings).CAUCE_REPORT_RETENTION_DAYS)
