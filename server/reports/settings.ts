import { integer } from '#platform/settings.ts'

export const reportSettings = {
  CAUCE_REPORT_RETENTION_DAYS: integer(
    'Days for which reports know what became of silences and of the people of experiments; they look no further back.',
    400,
    { min: 31, max: 3_650 },
  ),
}
