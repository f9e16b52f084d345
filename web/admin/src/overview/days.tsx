import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { Link, useNavigate } from '@tanstack/react-router'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { dateFormat, numberFormat } from '../ui/formatters.ts'
import { type Group, spanOfDay } from './figures.ts'
import classes from './overview.module.css'
import type { Narrowing } from './queries.ts'
import { overviewTexts } from './texts.ts'

/** A figure of each day, and the stage whose rows it opens. */
const FIGURES = [
  { name: 'detected', stage: undefined, color: 'var(--quiet-mark)' },
  { name: 'recovered', stage: 'recovered', color: 'var(--good-mark)' },
] as const

/**
 * Day by day: who fell silent, and who of them came back; beside the picture the same as a table for who cannot see it.
 * @param props.from since when they were counted
 */
export default function Days(props: { groups: readonly Group[]; from: string; narrowing: Narrowing }) {
  const { groups, from, narrowing } = props
  const t = useTexts(overviewTexts)
  const language = useLanguage()
  const navigate = useNavigate()
  const date = dateFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const number = numberFormat(language)
  const rows = groups
    .flatMap(({ key, detected, recovered }) => (key === null ? [] : [{ key, detected, recovered }]))
    .sort((a, b) => a.key.localeCompare(b.key))
    .map(({ key, ...figures }) => ({
      ...figures,
      day: date.format(new Date(`${key}T00:00:00Z`)),
      mine: { period: undefined, ...spanOfDay(key, { from, to: narrowing.to }) },
    }))
  return (
    <div className={classes.days}>
      <div aria-hidden="true">
        <BarChart
          h={240}
          data={rows}
          dataKey="day"
          withLegend
          series={FIGURES.map(({ name, color }) => ({ name, color, label: t(name) }))}
          barProps={({ name }) => ({
            isAnimationActive: false,
            radius: 3,
            cursor: 'pointer',
            onClick: (_, index) => {
              const search = { ...narrowing, ...rows[index]?.mine, stage: stageOf(name) }
              void navigate({ to: '/overview/silences', search })
            },
          })}
          maxBarWidth={28}
          // It cannot be walked through by keyboard; the table below is for that.
          barChartProps={{ accessibilityLayer: false }}
          // They are people.
          yAxisProps={{ allowDecimals: false }}
          tickLine="none"
          gridAxis="x"
        />
      </div>
      {/* A table would keep the width of its words. */}
      <div className={classes.spoken}>
        <table className={classes.groups}>
          <caption className={classes.unseen}>{t('perDay')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('by-day')}</th>
              {FIGURES.map(({ name }) => (
                <th key={name} scope="col" data-align="right">
                  {t(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ day, mine, ...figures }) => (
              <tr key={day}>
                <th scope="row">
                  <Link to="/overview" search={(before) => ({ ...before, ...mine })}>
                    {day}
                  </Link>
                </th>
                {FIGURES.map(({ name, stage }) => (
                  <td key={name} data-align="right">
                    <Link to="/overview/silences" search={{ ...narrowing, ...mine, stage }}>
                      {number.format(figures[name])}
                    </Link>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

const stageOf = (figure: string) => FIGURES.find(({ name }) => name === figure)?.stage
