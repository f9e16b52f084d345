import { Text } from '@mantine/core'
import { IconCheck, IconRipple } from '@tabler/icons-react'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schema } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { flowNamesQuery } from '../flows/queries.ts'
import { queuesQuery } from '../queues/query.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorState } from '../ui/error-state.tsx'
import { numberFormat } from '../ui/formatters.ts'
import { percent } from '../ui/percent.ts'
import { ToneMark } from '../ui/state-badge.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { Lasting } from '../ui/when.tsx'
import { STAGE_TONES, STAGES, shareOf } from './figures.ts'
import classes from './overview.module.css'
import { type Narrowing, standingQuery } from './queries.ts'
import { Question } from './section.tsx'
import { overviewTexts } from './texts.ts'

/** What leads to the first figures, where there are none yet, and what of it is done. */
function FirstSteps() {
  const t = useTexts(overviewTexts)
  const can = useCan()
  const queues = useQuery({ ...queuesQuery, enabled: can('queues:read') })
  const flows = useQuery({ ...flowNamesQuery, enabled: can('flows:read') })
  const standing = useQuery(standingQuery)
  return (
    <ol className={classes.steps}>
      {can('queues:write') && (
        <Step done={queues.data?.some(({ max_inactive_patient_warning_time: time }) => time != null)}>
          <Link to="/settings/queues">{t('stepQueue')}</Link>
        </Step>
      )}
      {can('conversations:write') && (
        <Step done={standing.data && standing.data.conversations.open > 0}>
          <Link to="/people">{t('stepPerson')}</Link>
        </Step>
      )}
      {can('flows:write') && (
        <Step done={flows.data?.some(({ status }) => status === 'published')}>
          <Link to="/flows">{t('stepFlow')}</Link>
        </Step>
      )}
    </ol>
  )
}

function Step({ done = false, children }: { done?: boolean | undefined; children: ReactNode }) {
  const t = useTexts(overviewTexts)
  return (
    <li>
      {children}
      {done && <IconCheck size={18} className={classes.done} role="img" aria-label={t('stepDone')} />}
    </li>
  )
}

/** From silence to return or close: how many came so far. Each figure opens its rows. */
export function Funnel(props: { funnel: UseQueryResult<Schema<'FunnelReport'>>; narrowing: Narrowing }) {
  const { funnel, narrowing } = props
  const t = useTexts(overviewTexts)
  const language = useLanguage()
  if (funnel.isPending)
    return (
      <Question asks={t('funnel')}>
        <Waiting lines={6} height={28} gap={10} />
      </Question>
    )
  if (funnel.isError) return <ErrorState error={funnel.error} retry={() => void funnel.refetch()} />
  const [all] = funnel.data.groups
  if (all === undefined) {
    const filtered = Object.entries(narrowing).some(([name, value]) => name !== 'period' && value !== undefined)
    return (
      <Question asks={t('funnel')}>
        <EmptyState
          icon={IconRipple}
          heading={3}
          title={t(filtered ? 'noneFiltered' : 'none')}
          action={!filtered && <FirstSteps />}
        >
          {t(filtered ? 'noneFilteredAbout' : 'noneAbout')}
        </EmptyState>
      </Question>
    )
  }
  return (
    <>
      <Question asks={t('funnel')} about={t('fresh')}>
        <ol className={classes.funnel}>
          {STAGES.map((stage) => {
            const share = shareOf(all[stage], all.detected)
            return (
              <li key={stage}>
                <Link
                  to="/overview/silences"
                  search={{ ...narrowing, stage: stage === 'detected' ? undefined : stage }}
                  className={classes.stage}
                >
                  <span className={classes.name}>
                    <ToneMark tone={STAGE_TONES[stage]} />
                    {t(stage)}
                  </span>
                  <span className={classes.track} aria-hidden="true">
                    <span
                      className={classes.bar}
                      data-tone={STAGE_TONES[stage]}
                      style={{ width: `${Math.max(share * 100, all[stage] > 0 ? 1 : 0)}%` }}
                    />
                  </span>
                  <span className={classes.number}>{numberFormat(language).format(all[stage])}</span>
                  <span className={classes.share}>
                    {stage === 'detected' ? '' : percent(share, language)}
                    {stage !== 'detected' && <span className={classes.unseen}> {t('ofAll')}</span>}
                  </span>
                </Link>
              </li>
            )
          })}
        </ol>
        {funnel.data.partial && (
          <Text size="sm" c="dimmed">
            {t('partial')}
          </Text>
        )}
      </Question>
      <Question asks={t('time')} about={all.timeToReturn !== null && t('timeOf', { count: all.recovered })}>
        {all.timeToReturn === null ? (
          <Text c="dimmed">{t('noReturns')}</Text>
        ) : (
          <dl className={classes.times}>
            <div>
              <dt>{t('median')}</dt>
              <dd>
                <Link to="/overview/silences" search={{ ...narrowing, stage: 'recovered' }}>
                  <Lasting of={all.timeToReturn.medianMs} />
                </Link>
              </dd>
            </div>
            <div>
              <dt>{t('p90')}</dt>
              <dd>
                <Link to="/overview/silences" search={{ ...narrowing, stage: 'recovered' }}>
                  <Lasting of={all.timeToReturn.p90Ms} />
                </Link>
              </dd>
            </div>
          </dl>
        )}
      </Question>
    </>
  )
}
