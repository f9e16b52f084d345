import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconArrowBackUp, IconHistory } from '@tabler/icons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body, type Schema } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { Actor } from '../../ui/actor.tsx'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { numberFormat } from '../../ui/formatters.ts'
import { exact } from '../../ui/moments.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { When } from '../../ui/when.tsx'
import { PublishDialog } from '../builder/publish-dialog.tsx'
import { ChangeList } from '../change-list.tsx'
import { FlowHead } from '../flow-head.tsx'
import type { Change } from '../model/changes.ts'
import { countWords } from '../model/changes.ts'
import { graphFrom, nodeOf } from '../model/graph.ts'
import { withStepWords } from '../model/step-words.ts'
import { differenceQuery, flowQuery, versionQuery } from '../queries.ts'
import { Canary } from './canary.tsx'
import { versionTexts } from './texts.ts'
import classes from './versions-page.module.css'

type Version = Schema<'FlowVersion'>

/** What a flow was, what changed between two points of it, and the ways back. */
export function VersionsPage() {
  const t = useTexts(versionTexts)
  const can = useCan()
  const { flowId } = useParams({ from: '/shell/flows/$flowId/versions' })
  const search = useSearch({ from: '/shell/flows/$flowId/versions' })
  const navigate = useNavigate({ from: '/flows/$flowId/versions' })
  const [again, setAgain] = useState<number | null>(null)
  const flow = useQuery(flowQuery(flowId))
  const versions = usePages<Version>(['flows', 'one', flowId, 'versions'], (cursor, signal) =>
    body(
      api.GET('/api/v1/flows/{id}/versions', {
        params: { path: { id: flowId }, query: { limit: 50, cursor } },
        signal,
      }),
    ),
  )
  const list = versions.data?.pages.flatMap(({ items }) => items) ?? []
  const published = flow.data?.published ?? null
  const undone = list.find((one) => one.undone)?.version
  const from = search.from ?? (published === null ? undefined : String(published))
  const to = search.to ?? 'draft'
  const against = useQuery({ ...versionQuery(flowId, again ?? 1), enabled: again !== null })
  const points = [
    { value: 'draft', label: t('draft') },
    ...list.map(({ version }) => ({ value: String(version), label: t('version', { version }) })),
  ]
  return (
    <>
      <FlowHead
        flowId={flowId}
        actions={
          can('flows:write') &&
          published !== null && (
            <>
              {flow.data?.canary == null && <Undo flowId={flowId} version={published} />}
              <Discard flowId={flowId} published={published} />
            </>
          )
        }
      />
      <Canary flowId={flowId} />
      {versions.isPending ? (
        <Waiting />
      ) : versions.isError ? (
        <ErrorState error={versions.error} retry={() => versions.refetch()} />
      ) : list.length === 0 ? (
        <EmptyState icon={IconHistory} title={t('none')}>
          {t('noneAbout')}
        </EmptyState>
      ) : (
        <div className={classes.both}>
          <section aria-label={t('versions')}>
            <ol className={classes.versions}>
              {list.map((version) => (
                <li key={version.version} data-used={version.version === published || undefined}>
                  <div className={classes.head}>
                    <button
                      type="button"
                      className={classes.choose}
                      aria-pressed={to === String(version.version)}
                      onClick={() => {
                        const before = list.find((one) => one.version < version.version)
                        void navigate({
                          search: {
                            to: String(version.version),
                            from: before === undefined ? undefined : String(before.version),
                          },
                        })
                      }}
                    >
                      {t('version', { version: version.version })}
                    </button>
                    {version.version === published && <StateBadge tone="good">{t('inUse')}</StateBadge>}
                    {version.canary?.state === 'returned' && <StateBadge tone="bad">{t('returned')}</StateBadge>}
                    {version.undone && <StateBadge tone="quiet">{t('undone')}</StateBadge>}
                  </div>
                  {version.note !== null && <p className={classes.note}>{version.note}</p>}
                  <p className={classes.who}>
                    <When at={version.publishedAt} /> · <Actor actor={version.publishedBy} />
                    {version.fromVersion !== null && ` · ${t('repeats', { version: version.fromVersion })}`}
                  </p>
                  {version.canary !== null && <Tried canary={version.canary} />}
                  {version.version === undone && <Undone flowId={flowId} version={version.version} />}
                  {can('flows:write') && version.version !== published && (
                    <Button size="compact-xs" variant="light" onClick={() => setAgain(version.version)}>
                      {t('rollback')}
                    </Button>
                  )}
                </li>
              ))}
            </ol>
            {versions.hasNextPage && (
              <Button variant="default" onClick={() => void versions.fetchNextPage()}>
                …
              </Button>
            )}
          </section>
          <section aria-label={t('difference')}>
            <Group align="flex-end" mb="md">
              <Select
                label={t('from')}
                w={180}
                data={points.filter(({ value }) => value !== 'draft')}
                value={from ?? null}
                onChange={(value) => navigate({ search: (before) => ({ ...before, from: value ?? undefined }) })}
              />
              <Select
                label={t('to')}
                w={180}
                data={points}
                value={to}
                onChange={(value) => navigate({ search: (before) => ({ ...before, to: value ?? undefined }) })}
              />
            </Group>
            <Difference flowId={flowId} from={from} to={to} />
          </section>
        </div>
      )}
      {again !== null && against.data !== undefined && (
        <PublishDialog
          flowId={flowId}
          fromVersion={again}
          published={published}
          graph={graphFrom(against.data.graph)}
          onClose={() => setAgain(null)}
        />
      )}
    </>
  )
}

function Difference({ flowId, from, to }: { flowId: string; from: string | undefined; to: string }) {
  const t = useTexts(versionTexts)
  const language = useLanguage()
  const flow = useQuery(flowQuery(flowId))
  const version = useQuery({ ...versionQuery(flowId, Number(to)), enabled: to !== 'draft' })
  const difference = useQuery(differenceQuery(flowId, from, to))
  if (difference.isPending) return <Waiting lines={4} />
  if (difference.isError) return <ErrorState error={difference.error} retry={() => difference.refetch()} />
  const graph = graphFrom((to === 'draft' ? flow.data?.draft : version.data?.graph) ?? {})
  return (
    <Stack gap="sm">
      <Text fw={600}>
        {t('difference')}: {countWords(difference.data.counts, language)}
      </Text>
      <ChangeList changes={difference.data.changes as Change[]} graph={graph} />
    </Stack>
  )
}

/** Makes the draft what is published, where it is not. */
function Discard({ flowId, published }: { flowId: string; published: number }) {
  const t = useTexts(versionTexts)
  const difference = useQuery(differenceQuery(flowId, String(published), 'draft'))
  if (Object.keys(difference.data?.counts ?? {}).length === 0) return null
  return (
    <ConfirmAct
      label={t('restore')}
      title={t('restore')}
      consequence={t('restoreAbout')}
      confirm={t('restore')}
      danger
      act={() => body(api.DELETE('/api/v1/flows/{id}/draft', { params: { path: { id: flowId } } }))}
      done={t('restored')}
      refresh={[['flows']]}
    />
  )
}

/** What a publish has done to the runs of other versions, or what became of them when it was taken back. */
const moveQuery = (flowId: string, version: number) =>
  queryOptions({
    queryKey: ['flows', 'one', flowId, 'move', version],
    queryFn: async ({ signal }) =>
      body(
        api.GET('/api/v1/flows/{id}/versions/{version}/move', {
          params: { path: { id: flowId, version } },
          signal,
        }),
      ),
    retry: false,
    refetchInterval: ({ state }) => (state.data?.state === 'moving' || state.data?.state === 'undoing' ? 2_000 : false),
  })

type Why = Schema<'Move'>['why']

/** Why runs stand where they do, with the steps called as the version calls them, or as the one before it did. */
function Whys({ flowId, version, why }: { flowId: string; version: number; why: Why }) {
  const t = useTexts(versionTexts)
  const language = useLanguage()
  const now = useQuery({ ...versionQuery(flowId, version), enabled: why.length > 0 })
  const before = useQuery({ ...versionQuery(flowId, version - 1), enabled: why.length > 0 && version > 1 })
  const drawn = [now, before].flatMap(({ data }) => (data === undefined ? [] : [graphFrom(data.graph)]))
  const stepOf = (id: string) => drawn.flatMap((graph) => nodeOf(graph, id) ?? [])[0]
  return why.map(({ runs, says }) => (
    <span key={says.en} style={{ display: 'block' }}>
      {t('why', { count: runs, why: withStepWords(says, stepOf, language) })}
    </span>
  ))
}

/** What came of a version that a share of the new runs tried. One that runs still is told of above the list. */
function Tried({ canary }: { canary: NonNullable<Version['canary']> }) {
  const t = useTexts(versionTexts)
  const language = useLanguage()
  const { state, endedAt, failed, ended, percent, threshold } = canary
  if (state === 'running' || endedAt === null) return null
  const number = (value: number) => numberFormat(language, { maximumFractionDigits: 1 }).format(value)
  return (
    <p className={classes.who}>
      {t(`canary_${state}`, {
        at: exact(Date.parse(endedAt), language),
        failed: number(failed),
        ended: number(ended),
        percent: number(percent),
        threshold: number(threshold * 100),
      })}
    </p>
  )
}

/** Who came back when it was taken back, and who did not. */
function Undone({ flowId, version }: { flowId: string; version: number }) {
  const t = useTexts(versionTexts)
  const move = useQuery(moveQuery(flowId, version))
  const { moved = 0, stopped = 0, restored = 0, lost = 0 } = move.data?.runs ?? {}
  if (move.data === undefined || moved + stopped === 0) return null
  return (
    <p className={classes.who} role="status">
      {move.data.state === 'undoing'
        ? `${t('movingState')}: ${t('restoredSum', { restored, total: moved + stopped })}`
        : t(lost === 0 ? 'restoredAll' : 'restoredSum', { restored, total: moved + stopped })}
      <Whys flowId={flowId} version={version} why={move.data.why} />
    </p>
  )
}

/** Takes the latest publish back, while that can be done; and what it did to those who were inside. */
function Undo({ flowId, version }: { flowId: string; version: number }) {
  const t = useTexts(versionTexts)
  const language = useLanguage()
  const move = useQuery(moveQuery(flowId, version))
  const { undoUntil = null, previous = null, runs, state } = move.data ?? {}
  const { total = 0, moved = 0, stopped = 0, kept = 0 } = runs ?? {}
  // Whom nobody wanted to move is not counted among those who could not be.
  const stayed = move.data?.choice === 'stay' ? total : kept
  return (
    <>
      {total > 0 && (
        <Text size="sm" c="dimmed" role="status">
          {state === 'moving' || state === 'undoing' ? `${t('movingState')}: ` : ''}
          {t('movedSum', { moved, stopped, kept: stayed, total })}
          <Whys flowId={flowId} version={version} why={move.data?.why ?? []} />
        </Text>
      )}
      {undoUntil !== null && previous !== null && (
        <ConfirmAct
          label={t('undo')}
          button={{ leftSection: <IconArrowBackUp size={16} /> }}
          title={t('undo')}
          consequence={t('undoAbout', { until: exact(Date.parse(undoUntil), language) })}
          confirm={t('undo')}
          act={() => body(api.POST('/api/v1/flows/{id}/publish/undo', { params: { path: { id: flowId } } }))}
          done={t('undoDone')}
          refresh={[['flows']]}
        />
      )}
    </>
  )
}
