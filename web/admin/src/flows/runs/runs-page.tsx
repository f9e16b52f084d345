import { Alert, Button, Menu } from '@mantine/core'
import { IconChevronDown, IconClockHour4, IconHandClick, IconListDetails } from '@tabler/icons-react'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { usePages } from '../../api/pages.ts'
import { type Language, useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { CsvButton } from '../../ui/csv-button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { WithDetail } from '../../ui/detail-pane.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { When } from '../../ui/when.tsx'
import { FlowHead } from '../flow-head.tsx'
import { EMPTY, graphFrom, nodeOf } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { outcomeWords } from '../model/outcome-words.ts'
import { nameOf } from '../model/sentences.ts'
import { stepWords } from '../model/step-words.ts'
import { flowQuery, type Run, versionQuery, whomOf } from '../queries.ts'
import { RUN_STATES, RunBadge } from '../status-badge.tsx'
import { flowTexts } from '../texts.ts'
import { askedOf } from './asked.ts'
import { BeginDialog } from './begin-dialog.tsx'
import { type BulkAction, BulkDialog } from './bulk-dialog.tsx'
import { RunDetail } from './run-detail.tsx'
import { runTexts } from './texts.ts'

/** The runs of a flow: who stands where, what failed, and what can be done about it. */
export function RunsPage() {
  const t = useTexts(runTexts)
  const words = useTexts(flowTexts)
  const language = useLanguage()
  const can = useCan()
  const { flowId } = useParams({ from: '/shell/flows/$flowId/runs' })
  const { selected, waiting: _waiting, ...filters } = useSearch({ from: '/shell/flows/$flowId/runs' })
  const [bulk, setBulk] = useState<BulkAction | null>(null)
  const [beginning, setBeginning] = useState(false)
  const page = async (cursor: string | undefined, signal?: AbortSignal) =>
    body(
      api.GET('/api/v1/flows/{id}/runs', {
        params: { path: { id: flowId }, query: { limit: 50, cursor, ...askedOf(filters) } },
        ...(signal === undefined ? {} : { signal }),
      }),
    )
  const runs = usePages(['flows', 'runs', flowId, filters], page)
  useLive(['flows', 'runs', flowId], () => true, 3_000)
  const flow = useQuery(flowQuery(flowId))
  const triggers = graphFrom(flow.data?.draft ?? {}).nodes.filter(({ type }) => type === 'trigger')
  const manual = triggers.some(({ data }) => data.manual === true)
  const onlyManual = manual && triggers.every(({ data }) => data.manual === true)
  const drawn = flow.data?.draft
  const stepOf = useSteps(flowId, drawn, runs.data?.pages.flatMap(({ items }) => items) ?? [])
  const columns = useMemo<Column<Run>[]>(
    () => [
      { key: 'subject', title: t('subject'), render: (run) => whomOf(run) },
      { key: 'status', title: t('status'), width: '140px', render: (run) => <RunBadge status={run.status} /> },
      {
        key: 'outcome',
        title: t('outcomeOrStep'),
        render: ({ outcome, nodeId, version }) => {
          if (outcome !== null) return outcomeWords(outcome, language)
          return nodeId === null ? '—' : t('atStep', { step: stepWords(nodeId, (id) => stepOf(id, version), language) })
        },
      },
      {
        key: 'version',
        title: t('version'),
        width: '90px',
        align: 'right',
        wideOnly: true,
        render: (run) => run.version,
      },
      { key: 'started', title: t('started'), width: '140px', render: (run) => <When at={run.startedAt} /> },
      { key: 'ended', title: t('ended'), width: '140px', render: (run) => <When at={run.endedAt} /> },
    ],
    [t, language, stepOf],
  )
  const filtered = Object.keys(filters).length > 0
  const latest = flow.data?.latestVersion ?? 0
  const outcomes = new Set([
    ...graphFrom(flow.data?.draft ?? {}).nodes.map(({ type, data }) => (type === 'end' ? data.outcome : undefined)),
    ...(runs.data?.pages.flatMap(({ items }) => items.map(({ outcome }) => outcome)) ?? []),
    filters.outcome,
  ])
  return (
    <>
      <FlowHead
        flowId={flowId}
        actions={
          <>
            {manual && flow.data?.published != null && can('flows:run') && (
              <Button variant="default" leftSection={<IconHandClick size={16} />} onClick={() => setBeginning(true)}>
                {t('begin')}
              </Button>
            )}
            {can('flows:write') && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button variant="default" rightSection={<IconChevronDown size={16} />}>
                    {t('many')}
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setBulk('cancel')}>{t('bulkCancel')}</Menu.Item>
                  <Menu.Item onClick={() => setBulk('retry')}>{t('bulkRetry')}</Menu.Item>
                  <Menu.Item onClick={() => setBulk('replay')}>{t('bulkReplay')}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
            <CsvButton<Run>
              name={t('csvName')}
              page={page}
              columns={[
                { title: t('csvId'), value: ({ id }) => id },
                { title: t('subject'), value: ({ subject: about }) => about },
                { title: t('person'), value: ({ person }) => person?.name ?? person?.id },
                { title: t('key'), value: ({ key }) => key },
                { title: t('status'), value: (run) => words(RUN_STATES[run.status].word) },
                { title: t('step'), value: ({ nodeId }) => nodeId },
                { title: t('outcome'), value: ({ outcome }) => outcome && outcomeWords(outcome, language) },
                { title: t('version'), value: ({ version }) => version },
                { title: t('started'), value: ({ startedAt }) => startedAt, moment: true },
                { title: t('ended'), value: ({ endedAt }) => endedAt, moment: true },
              ]}
            />
          </>
        }
      />
      <InLine flowId={flowId} />
      <WithDetail
        detail={
          selected !== undefined && {
            title: t('path'),
            content: <RunDetail key={selected} flowId={flowId} id={selected} />,
          }
        }
      >
        <FilterBar
          filters={[
            { kind: 'text', name: 'q', label: t('search') },
            {
              kind: 'choice',
              name: 'status',
              label: t('status'),
              options: Object.entries(RUN_STATES).map(([value, { word }]) => ({ value, label: words(word) })),
            },
            {
              kind: 'choice',
              name: 'version',
              label: t('version'),
              options: Array.from({ length: latest }, (_, before) => String(latest - before)).map((value) => ({
                value,
                label: t('inVersion', { version: value }),
              })),
            },
            {
              kind: 'choice',
              name: 'outcome',
              label: t('outcome'),
              options: [...outcomes]
                .filter((value) => typeof value === 'string' && value !== '')
                .map((value) => ({ value: value as string, label: outcomeWords(value as string, language) }))
                .toSorted((one, other) => one.label.localeCompare(other.label, language)),
            },
            {
              kind: 'choice',
              name: 'step',
              label: t('step'),
              rare: true,
              options: stepsOf(drawn, filters.step, language),
            },
            { kind: 'period', name: 'period', refused: runs.error },
          ]}
        />
        <DataTable
          label={t('runs')}
          pages={runs}
          columns={columns}
          rowId={({ id }) => id}
          selected={selected}
          opens
          empty={
            runs.hasNextPage ? (
              <EmptyState
                icon={IconListDetails}
                title={t('lookFurther')}
                action={
                  <Button variant="default" loading={runs.isFetchingNextPage} onClick={() => runs.fetchNextPage()}>
                    {t('lookFurtherAct')}
                  </Button>
                }
              >
                {t('lookFurtherAbout')}
              </EmptyState>
            ) : (
              <EmptyState icon={IconListDetails} title={filtered ? t('noneFound') : t('none')}>
                {t(filtered ? 'noneFoundAbout' : onlyManual ? 'noneByHand' : 'noneAbout')}
              </EmptyState>
            )
          }
        />
      </WithDetail>
      {bulk !== null && (
        <BulkDialog flowId={flowId} action={bulk} listed={askedOf(filters)} onClose={() => setBulk(null)} />
      )}
      {beginning && <BeginDialog flowId={flowId} onClose={() => setBeginning(false)} />}
    </>
  )
}

const graphsOf = (versions: readonly { data: { version: number; graph: unknown } | undefined }[]) =>
  new Map(versions.flatMap(({ data }) => (data === undefined ? [] : [[data.version, graphFrom(data.graph)] as const])))

/** Steps by their ids: as the draft has them, else as the version does that a run goes by, which may stand on one that is gone. */
function useSteps(flowId: string, drawn: unknown, rows: readonly Run[]) {
  const graph = useMemo(() => graphFrom(drawn ?? {}), [drawn])
  const gone = rows.flatMap(({ nodeId, version }) =>
    drawn === undefined || nodeId === null || nodeOf(graph, nodeId) !== undefined ? [] : [version],
  )
  const earlier = useQueries({
    queries: [...new Set(gone)].map((version) => versionQuery(flowId, version)),
    combine: graphsOf,
  })
  return useCallback(
    (id: string, version: number) => nodeOf(graph, id) ?? nodeOf(earlier.get(version) ?? EMPTY, id),
    [graph, earlier],
  )
}

/** Where runs may wait or fail; what stands in the address is there too, though it be of an earlier version. */
function stepsOf(drawn: unknown, asked: string | undefined, language: Language) {
  const steps = graphFrom(drawn)
    .nodes.filter(({ type }) => KINDS.get(type)?.starts === undefined)
    .map((node) => ({ value: node.id, label: nameOf(node, language) }))
    .toSorted((one, other) => one.label.localeCompare(other.label, language))
  if (asked === undefined || steps.some(({ value }) => value === asked)) return steps
  return [...steps, { value: asked, label: asked }]
}

/** What waits to begin a run, where the flow lets them in by turns. */
function InLine({ flowId }: { flowId: string }) {
  const t = useTexts(runTexts)
  const entries = useQuery({
    queryKey: ['flows', 'runs', flowId, 'entries'],
    queryFn: async ({ signal }) =>
      body(api.GET('/api/v1/flows/{id}/entries', { params: { path: { id: flowId }, query: { limit: 10 } }, signal })),
  })
  const items = entries.data?.items ?? []
  if (items.length === 0) return null
  const why = { time: 'lineTime', run: 'lineRun', turn: 'lineTurn' } as const
  return (
    <Alert color="yellow" icon={<IconClockHour4 size={18} />} title={t('inLine', { count: items.length })} mb="md">
      {items.map(({ id, subject, waitsFor, readyAt }) => (
        <div key={id}>
          {subject}: {t(why[waitsFor])} (<When at={readyAt} />)
        </div>
      ))}
    </Alert>
  )
}
