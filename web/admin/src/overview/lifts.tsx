import { Text } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { operations } from '../api/schema.d.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { flowNamesQuery } from '../flows/queries.ts'
import { ErrorState } from '../ui/error-state.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { onAxis, points } from './figures.ts'
import classes from './overview.module.css'
import { funnelQuery, type Narrowing, reportQuery } from './queries.ts'
import { Question } from './section.tsx'
import { overviewTexts } from './texts.ts'

type Report = operations['getFlowsByIdReport']['responses'][200]['content']['application/json']
type Lift = Report['versions'][number]['lifts'][number]

/** Flows that are compared at a look: those that dealt with most silences. */
const MOST = 3

/** What flows did more than leaving people alone, with the interval of the estimate. */
export function Lifts({ narrowing }: { narrowing: Narrowing }) {
  const t = useTexts(overviewTexts)
  const byFlow = useQuery(funnelQuery(narrowing, 'flow'))
  const names = useQuery(flowNamesQuery).data ?? []
  const ids = [...new Set(byFlow.data?.groups.flatMap(({ key }) => key ?? []))].slice(0, MOST)
  const reports = useQueries({ queries: ids.map((id) => reportQuery(id, narrowing)) })
  return (
    <Question asks={t('lift')} about={t('liftAbout')}>
      {byFlow.isPending || reports.some(({ isPending }) => isPending) ? (
        <Waiting lines={3} />
      ) : byFlow.isError ? (
        <ErrorState error={byFlow.error} retry={() => void byFlow.refetch()} />
      ) : ids.length === 0 ? (
        <Text c="dimmed">{t('noFlows')}</Text>
      ) : (
        <ul className={classes.lifts}>
          {reports.map(({ data, error, refetch }, i) => (
            <li key={ids[i]}>
              <FlowLift
                id={ids[i] ?? ''}
                name={names.find(({ id }) => id === ids[i])?.name ?? t('unnamed')}
                lifts={error ? undefined : (data?.versions[0]?.lifts ?? [])}
              />
              {error && <ErrorState error={error} retry={() => void refetch()} />}
            </li>
          ))}
        </ul>
      )}
    </Question>
  )
}

/** @param props.lifts undefined where they are not known */
function FlowLift({ id, name, lifts }: { id: string; name: string; lifts: readonly Lift[] | undefined }) {
  const t = useTexts(overviewTexts)
  return (
    <>
      <Link
        to="/flows/$flowId/report"
        params={{ flowId: id }}
        className={classes.flow}
        aria-label={t('report', { name })}
      >
        {name}
      </Link>
      {lifts?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('noHoldout')}
        </Text>
      )}
      {lifts?.map((lift) => (
        <OneLift key={lift.arm ?? ''} lift={lift} />
      ))}
    </>
  )
}

function OneLift({ lift }: { lift: Lift }) {
  const t = useTexts(overviewTexts)
  const language = useLanguage()
  const { difference, verdict, says, arm } = lift
  if (verdict === 'notEnoughData' || difference === null)
    return (
      <div>
        <strong>
          {arm && `${t('arm', { arm })}: `}
          {t('notEnough')}
        </strong>
        <Text size="sm" c="dimmed">
          {t('needs', { treated: lift.treated.people, holdout: lift.holdout.people })}
        </Text>
      </div>
    )
  const { low, high, value, zero } = onAxis(difference)
  const amount = t(difference.value >= 0 ? 'points' : 'pointsLess', {
    value: points(Math.abs(difference.value), language),
  })
  return (
    <div className={classes.lift} data-verdict={verdict}>
      <strong>
        {arm && `${t('arm', { arm })}: `}
        {verdict === 'noDifference' ? t('noDifference') : amount}
      </strong>{' '}
      <span className={classes.interval}>
        {verdict === 'noDifference' && `${amount}, `}
        {t('interval', { low: points(difference.low, language), high: points(difference.high, language) })}
      </span>
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" className={classes.axis} aria-hidden="true">
        <line x1="0" x2="100" y1="6" y2="6" data-part="axis" />
        <line x1={zero} x2={zero} y1="1" y2="11" data-part="zero" />
        <line x1={low} x2={high} y1="6" y2="6" data-part="span" />
        <line x1={value} x2={value} y1="2" y2="10" data-part="value" />
      </svg>
      <Text size="sm" c="dimmed">
        {says[language]}
      </Text>
    </div>
  )
}
