import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { dateFormat } from '../ui/formatters.ts'
import type { Group } from './figures.ts'
import classes from './overview.module.css'
import { overviewTexts } from './texts.ts'

/** Day by day: who fell silent, and who of them came back; beside the picture the same as a table for who cannot see it. */
export default function Days({ groups }: { groups: readonly Group[] }) {
  const t = useTexts(overviewTexts)
  const language = useLanguage()
  const day = dateFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const rows = groups
    .filter(({ key }) => key !== null)
    .sort((a, b) => (a.key ?? '').localeCompare(b.key ?? ''))
    .map(({ key, detected, recovered }) => ({ day: day.format(new Date(`${key}T00:00:00Z`)), detected, recovered }))
  return (
    <>
      <div aria-hidden="true">
        <BarChart
          h={240}
          data={rows}
          dataKey="day"
          withLegend
          series={[
            { name: 'detected', label: t('detected'), color: 'var(--quiet-mark)' },
            { name: 'recovered', label: t('recovered'), color: 'var(--good-mark)' },
          ]}
          barProps={{ isAnimationActive: false, radius: 3 }}
          maxBarWidth={28}
          // It cannot be walked through by keyboard; the table below is for that.
          barChartProps={{ accessibilityLayer: false }}
          tickLine="none"
          gridAxis="x"
        />
      </div>
      <table className={classes.unseen}>
        <caption>{t('perDay')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('by-day')}</th>
            <th scope="col">{t('detected')}</th>
            <th scope="col">{t('recovered')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.day}>
              <th scope="row">{row.day}</th>
              <td>{row.detected}</td>
              <td>{row.recovered}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
