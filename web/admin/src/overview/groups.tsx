import { SegmentedControl, Select } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { NARROW } from '../app/theme.ts'
import { flowNamesQuery } from '../flows/queries.ts'
import { useQueues } from '../queues/query.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { numberFormat } from '../ui/formatters.ts'
import { percent } from '../ui/percent.ts'
import { Waiting } from '../ui/waiting.tsx'
import { Lasting } from '../ui/when.tsx'
import { type Group, shareOf } from './figures.ts'
import classes from './overview.module.css'
import { type By, funnelQuery, type Narrowing } from './queries.ts'
import { Question } from './section.tsx'
import { overviewTexts } from './texts.ts'

const BY = ['queue', 'brand', 'service', 'channel', 'flow', 'day'] as const

/** The chart library comes with the first who wants to see days. */
const Days = lazy(() => import('./days.tsx'))

/** The same figures told apart. A row narrows the whole page to itself. */
export function Groups({ by, narrowing }: { by: By; narrowing: Narrowing }) {
  const t = useTexts(overviewTexts)
  const navigate = useNavigate()
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const asked = useQuery(funnelQuery(narrowing, by))
  const options = BY.map((value) => ({ value, label: t(`by-${value}`) }))
  const choose = (value: string | null) =>
    value !== null &&
    void navigate({
      to: '/overview',
      search: (before) => ({ ...before, by: value === 'queue' ? undefined : (value as By) }),
      replace: true,
    })
  return (
    <Question asks={t(by === 'day' ? 'perDay' : 'groups')} about={by === 'day' && t('perDayAbout')}>
      {narrow ? (
        <Select aria-label={t('by')} data={options} value={by} onChange={choose} mb="xs" />
      ) : (
        <SegmentedControl aria-label={t('by')} size="xs" data={options} value={by} onChange={choose} mb="xs" />
      )}
      {asked.isPending ? (
        <Waiting lines={4} />
      ) : asked.isError ? (
        <ErrorState error={asked.error} retry={() => void asked.refetch()} />
      ) : by === 'day' ? (
        <Suspense fallback={<Waiting lines={6} />}>
          <Days groups={asked.data.groups} from={asked.data.from} narrowing={narrowing} />
        </Suspense>
      ) : (
        <Table groups={asked.data.groups} by={by} narrowing={narrowing} />
      )}
    </Question>
  )
}

function Table({ groups, by, narrowing }: { groups: readonly Group[]; by: Exclude<By, 'day'>; narrowing: Narrowing }) {
  const t = useTexts(overviewTexts)
  const language = useLanguage()
  const can = useCan()
  const queues = useQueues()
  const flows = useQuery({ ...flowNamesQuery, enabled: can('flows:read') }).data
  const nameOf = ({ key, version }: Group): string => {
    if (key === null) return t(by === 'flow' ? 'noFlow' : 'unknown')
    if (by === 'queue') return queues.find(({ id }) => id === key)?.name || key
    if (by !== 'flow') return key
    const name = flows?.find(({ id }) => id === key)?.name ?? t('unnamed')
    return version === null ? name : `${name} · ${t('version', { version })}`
  }
  const number = numberFormat(language)
  return (
    <table className={classes.groups}>
      <thead>
        <tr>
          <th scope="col">{t(`by-${by}`)}</th>
          <th scope="col" data-align="right">
            {t('silences')}
          </th>
          <th scope="col">{t('share')}</th>
          <th scope="col" data-wide>
            {t('half')}
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => {
          const share = shareOf(group.recovered, group.detected)
          const mine =
            group.key === null
              ? { without: by }
              : {
                  [by]: group.key,
                  ...(by === 'flow' && group.version !== null ? { version: String(group.version) } : {}),
                }
          return (
            <tr key={`${group.key} ${group.version}`}>
              <th scope="row">
                <Link to="/overview" search={(before) => ({ ...before, ...mine })}>
                  {nameOf(group)}
                </Link>
              </th>
              <td data-align="right">
                <Link to="/overview/silences" search={{ ...narrowing, ...mine }}>
                  {number.format(group.detected)}
                </Link>
              </td>
              <td>
                <span className={classes.inline}>
                  <span className={`${classes.track} ${classes.thin}`} aria-hidden="true">
                    <span className={classes.bar} data-tone="good" style={{ width: `${share * 100}%` }} />
                  </span>
                  <Link to="/overview/silences" search={{ ...narrowing, ...mine, stage: 'recovered' }}>
                    {percent(share, language)}
                  </Link>
                </span>
              </td>
              <td data-wide>
                <Lasting of={group.timeToReturn?.medianMs} />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
