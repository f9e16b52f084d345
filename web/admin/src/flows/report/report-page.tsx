import { Alert, Button, Select, Stack, Table, Text } from '@mantine/core'
import { IconScale } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { api, body, type Schema } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { durationWords, lengthWords } from '../../ui/durations.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { listFormat, numberFormat } from '../../ui/formatters.ts'
import { isoOf } from '../../ui/iso-duration.ts'
import { brief } from '../../ui/moments.ts'
import { percent } from '../../ui/percent.ts'
import { spanOf } from '../../ui/periods.ts'
import { StateBadge, type Tone } from '../../ui/state-badge.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { FlowHead } from '../flow-head.tsx'
import { whenWords } from '../model/event-words.ts'
import { flowQuery } from '../queries.ts'
import { missingOf } from './missing.ts'
import classes from './report-page.module.css'
import { reportTexts } from './texts.ts'

type Arm = Schema<'ArmReport'>
type Version = Schema<'VersionReport'>
type Winner = Schema<'Winner'>

/** Whether the flow works: what came of the people of each arm, and how much more than of those who got nothing. */
export function ReportPage() {
  const t = useTexts(reportTexts)
  const { flowId } = useParams({ from: '/shell/flows/$flowId/report' })
  const { node, version, period, from, to } = useSearch({ from: '/shell/flows/$flowId/report' })
  const report = useQuery({
    queryKey: ['flows', 'one', flowId, 'report', node, version, period, from, to],
    queryFn: async ({ signal }) =>
      body(
        api.GET('/api/v1/flows/{id}/report', {
          params: {
            path: { id: flowId },
            query: {
              ...(node === undefined ? {} : { node }),
              ...(version === undefined ? {} : { version: Number(version) }),
              ...spanOf({ period, from, to }, 'domain'),
            },
          },
          signal,
        }),
      ),
  })
  const data = report.data
  const flow = useQuery(flowQuery(flowId)).data
  const missing = data === undefined || flow === undefined ? null : missingOf(data, flow.published !== null)
  const entered = data?.versions.some(({ arms }) => arms.some((arm) => arm.entered > 0)) ?? false
  return (
    <>
      <FlowHead flowId={flowId} about={t('about')} />
      <FilterBar
        filters={[
          { kind: 'period', name: 'period', usual: 'P30D', refused: report.error },
          ...((data?.splits.length ?? 0) > 1
            ? ([
                {
                  kind: 'own',
                  name: 'node',
                  field: (value: string | undefined, set: (value: string | undefined) => void) => (
                    <Select
                      aria-label={t('split')}
                      data={data?.splits ?? []}
                      value={value ?? data?.node ?? null}
                      onChange={(chosen) => set(chosen ?? undefined)}
                    />
                  ),
                },
              ] as const)
            : []),
        ]}
      />
      {report.isPending && <Waiting />}
      {report.isError && <ErrorState error={report.error} retry={() => report.refetch()} />}
      {data?.partial && <Alert color="yellow">{t('partial')}</Alert>}
      {missing === 'people' && (
        <EmptyState icon={IconScale} title={t('none')}>
          {t('noneAbout')}
        </EmptyState>
      )}
      {missing === 'split' && !entered && (
        <EmptyState icon={IconScale} title={t('noSplit')} action={<ToDrawing flowId={flowId} />}>
          {t('noSplitAbout')}
        </EmptyState>
      )}
      {entered && (missing === 'split' || missing === 'control') && (
        <Alert color="yellow" title={t(missing === 'split' ? 'noSplit' : 'noControl')} mb="lg">
          <Stack gap="xs" align="flex-start">
            {t(missing === 'split' ? 'noSplitAbout' : 'noControlAbout')}
            <ToDrawing flowId={flowId} />
          </Stack>
        </Alert>
      )}
      {entered && (
        <Stack gap={40}>
          {data?.versions
            .filter(({ arms }) => arms.some((arm) => arm.entered > 0))
            .map((one) => (
              <VersionReport key={one.version} flowId={flowId} node={data.node} report={one} />
            ))}
        </Stack>
      )}
    </>
  )
}

/** Where the flow is changed so that it can be measured. */
function ToDrawing({ flowId }: { flowId: string }) {
  const t = useTexts(reportTexts)
  return (
    <Button variant="default" renderRoot={(root) => <Link to="/flows/$flowId" params={{ flowId }} {...root} />}>
      {t('toDrawing')}
    </Button>
  )
}

const VERDICTS: { readonly [verdict: string]: Tone } = {
  better: 'good',
  worse: 'bad',
  noDifference: 'quiet',
  notEnoughData: 'quiet',
}

function VersionReport(props: { flowId: string; node: string; report: Version }) {
  const { flowId, node, report } = props
  const rowsOf = (arm: Arm): RowsOf => ({ flowId, version: report.version, node, arm: arm.arm })
  const t = useTexts(reportTexts)
  const language = useLanguage()
  const { goal, arms, lifts, spread, winner } = report
  return (
    <section>
      <h2 className={classes.heading}>
        {t('question')} <span>v{report.version}</span>
      </h2>
      <Text c="dimmed" size="sm" mb="sm">
        {goal === null
          ? t('noGoal')
          : t('goal', {
              event: whenWords(goal.event, language),
              time: durationWords({ iso: isoOf(goal.withinMs), business: false }, language),
            })}
      </Text>
      {lifts.map((lift) => (
        <div key={lift.arm ?? ''} className={classes.lift}>
          <StateBadge tone={VERDICTS[lift.verdict] ?? 'quiet'}>{t(lift.verdict)}</StateBadge>
          <Text>
            {lift.arm !== null && <b>{lift.arm}: </b>}
            {lift.says[language]}
          </Text>
        </div>
      ))}
      {spread?.suspicious && spread.says !== null && (
        <Alert color="red" title={t('suspicious')} my="sm">
          {spread.says[language]}
        </Alert>
      )}
      {winner !== null && (
        <Alert color={winner.state === 'won' ? 'green' : 'gray'} my="sm">
          {winner.state === 'won'
            ? t('winnerWon', { arm: winner.arm })
            : winner.state === 'running'
              ? t('winnerRunning')
              : winner.state === 'undecided'
                ? t('winnerUndecided')
                : t('winnerEnded')}
          {winner.promoted && ` · ${t('promoted')}`}
          {winner.state === 'running' && goal !== null && <Search winner={winner} withinMs={goal.withinMs} />}
        </Alert>
      )}
      <Rates arms={arms} rowsOf={rowsOf} />
      <h3 className={classes.subheading}>{t('funnel')}</h3>
      <Table.ScrollContainer
        minWidth={560}
        scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('funnel') } }}
      >
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('arm')}</th>
              {STAGES.map((name) => (
                <th key={name} scope="col">
                  {t(name)}
                </th>
              ))}
              <th scope="col">{t('median')}</th>
            </tr>
          </thead>
          <tbody>
            {arms.map((arm) => (
              <tr key={arm.arm}>
                <th scope="row">
                  {arm.arm === '' ? t('whole') : arm.arm} {arm.holdout && <small>{t('control')}</small>}
                </th>
                {STAGES.map((stage) => (
                  <td key={stage}>
                    {arm[stage] === 0 ? 0 : <Rows of={rowsOf(arm)} stage={stage} count={arm[stage]} />}
                  </td>
                ))}
                <td>{arm.timeToReturn === null ? '—' : lengthWords(arm.timeToReturn.medianMs, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Table.ScrollContainer>
    </section>
  )
}

const STAGES = ['entered', 'sent', 'delivered', 'followed', 'recovered'] as const

/** Of whom a figure is, besides how far they came. */
type RowsOf = { flowId: string; version: number; node: string; arm: string }

/** A figure, which opens its rows: of the same period. */
function Rows(props: { of: RowsOf; stage: (typeof STAGES)[number]; observed?: true; count: number; words?: string }) {
  const { of, stage, observed, count, words } = props
  const { flowId, version, node, arm } = of
  const t = useTexts(reportTexts)
  const language = useLanguage()
  const { period, from, to } = useSearch({ from: '/shell/flows/$flowId/report' })
  const shown = words ?? numberFormat(language).format(count)
  return (
    <Link
      to="/flows/$flowId/report/people"
      params={{ flowId }}
      search={{
        ...{ period, from, to, version: String(version), observed },
        node: node === '' ? undefined : node,
        arm: arm === '' ? undefined : arm,
        stage: stage === 'entered' ? undefined : stage,
      }}
      aria-label={words === undefined ? `${t(stage)}: ${shown}` : undefined}
    >
      {shown}
    </Link>
  )
}

/** How far the search for a winner has come, and until when it goes on. */
function Search({ winner, withinMs }: { winner: Winner; withinMs: number }) {
  const t = useTexts(reportTexts)
  const language = useLanguage()
  const { minimum, counts, windowsEndAt } = winner
  if (minimum === null) return null
  const time = durationWords({ iso: isoOf(withinMs), business: false }, language)
  const soFar = counts.map(({ arm, people }) => t('winnerCount', { arm, people, minimum }))
  return (
    <Text size="sm" mt={4}>
      {t('winnerRule', { minimum, time })} {t('winnerSoFar', { counts: listFormat(language).format(soFar) })}{' '}
      {windowsEndAt === null ? t('winnerMore') : t('winnerUntil', { at: brief(Date.parse(windowsEndAt), language) })}
    </Text>
  )
}

/** Where the scale of rates is marked. */
const MARKS = [0, 0.25, 0.5, 0.75, 1]
const at = (share: number) => `${share * 100}%`

/** The rate of each arm with its interval, on one scale: of all people. */
function Rates({ arms, rowsOf }: { arms: readonly Arm[]; rowsOf: (arm: Arm) => RowsOf }) {
  const t = useTexts(reportTexts)
  const language = useLanguage()
  return (
    <ul className={classes.rates}>
      {arms.map((arm) => (
        <li key={arm.arm}>
          <span className={classes.name}>
            {arm.arm === '' ? t('whole') : arm.arm}
            {arm.holdout && <small>{t('control')}</small>}
          </span>
          {arm.rate === null ? (
            <span className={classes.unknown}>{t('notEnough')}</span>
          ) : (
            <>
              <span className={classes.scale} aria-hidden>
                <span
                  className={classes.bar}
                  data-holdout={arm.holdout || undefined}
                  style={{ width: at(arm.rate.value) }}
                />
                <span
                  className={classes.interval}
                  style={{ left: at(arm.rate.low), width: at(arm.rate.high - arm.rate.low) }}
                />
              </span>
              <span className={classes.figure}>
                <b>{percent(arm.rate.value, language, 1)}</b>
                <small>
                  <Rows
                    of={rowsOf(arm)}
                    stage="entered"
                    observed
                    count={arm.observed}
                    words={t('of', { hits: arm.observedRecovered, people: arm.observed })}
                  />
                  ,{' '}
                  {t('interval', {
                    low: percent(arm.rate.low, language, 1),
                    high: percent(arm.rate.high, language, 1),
                  })}
                </small>
              </span>
            </>
          )}
        </li>
      ))}
      {arms.some(({ rate }) => rate !== null) && (
        <li aria-hidden>
          <span className={classes.marks}>
            {MARKS.map((mark) => (
              <span key={mark} style={{ left: at(mark) }}>
                {percent(mark, language)}
              </span>
            ))}
          </span>
        </li>
      )}
    </ul>
  )
}
