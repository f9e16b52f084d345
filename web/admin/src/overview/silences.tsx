import { IconRipple } from '@tabler/icons-react'
import { Link, linkOptions, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useTexts } from '../app/texts.ts'
import { useQueues } from '../queues/query.ts'
import { CsvButton } from '../ui/csv-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Lasting, When } from '../ui/when.tsx'
import { STAGE_TONES } from './figures.ts'
import { OverviewFilters } from './filters.tsx'
import { wantedOf } from './queries.ts'
import { silencesTexts } from './silences.texts.ts'

type Silence = Schema<'Silence'>
const STAGES = ['warned', 'delivered', 'followed', 'recovered', 'closed'] as const
type Stage = (typeof STAGES)[number]

/** How far a silence came: the last thing that is known of it. */
function stageOf({ closedAt, recoveredAt, followedAt, deliveredAt, warnedAt }: Silence): Stage | 'open' {
  if (recoveredAt) return 'recovered'
  if (closedAt) return 'closed'
  if (followedAt) return 'followed'
  if (deliveredAt) return 'delivered'
  return warnedAt ? 'warned' : 'open'
}

const tookMs = ({ detectedAt, recoveredAt }: Silence) =>
  recoveredAt === null ? null : Date.parse(recoveredAt) - Date.parse(detectedAt)

const toConversation = ({ encounterId }: Silence) =>
  linkOptions({ to: '/conversations', search: { selected: encounterId } })

/** The rows behind a figure of the funnel. */
export function Silences() {
  const t = useTexts(silencesTexts)
  const { stage, ...narrowing } = useSearch({ from: '/shell/overview/silences' })
  const queues = useQueues()
  const filtered = [stage, ...Object.values(narrowing)].some((value) => value !== undefined)
  const page = (cursor?: string, signal?: AbortSignal) =>
    body(
      api.GET('/api/v1/reports/silences', {
        params: { query: { ...wantedOf(narrowing), stage, limit: 50, cursor } },
        signal,
      }),
    )
  const pages = usePages(['overview', 'silences', stage, narrowing], page)
  const columns = useMemo<Column<Silence>[]>(
    () => [
      {
        key: 'person',
        title: t('person'),
        render: ({ person, encounterId }) => person?.name ?? person?.id ?? encounterId,
      },
      {
        key: 'queue',
        title: t('queue'),
        width: '18%',
        render: ({ queueId }) => queues.find(({ id }) => id === queueId)?.name || queueId || '—',
      },
      {
        key: 'channel',
        title: t('channel'),
        width: '120px',
        wideOnly: true,
        render: ({ channel }) => channel ?? '—',
      },
      {
        key: 'now',
        title: t('now'),
        width: '180px',
        render: (silence) => {
          const now = stageOf(silence)
          return <StateBadge tone={now === 'open' ? 'quiet' : STAGE_TONES[now]}>{t(now)}</StateBadge>
        },
      },
      {
        key: 'after',
        title: t('after'),
        width: '220px',
        wideOnly: true,
        render: (silence) => <Lasting of={tookMs(silence)} />,
      },
      {
        key: 'detected',
        title: t('detected'),
        width: '150px',
        render: ({ detectedAt }) => <When at={detectedAt} />,
      },
    ],
    [t, queues],
  )
  return (
    <>
      <PageHead
        above={
          <Link to="/overview" search={narrowing}>
            {t('back')}
          </Link>
        }
        title={t(stage === undefined ? 'title' : `title-${stage}`)}
        about={t('about')}
      />
      <OverviewFilters
        refused={pages.error}
        more={[
          {
            kind: 'choice',
            name: 'stage',
            label: t('stage'),
            options: STAGES.map((value) => ({ value, label: t(value) })),
          },
        ]}
      >
        <CsvButton
          name={t('file')}
          page={page}
          columns={[
            { title: t('conversation'), value: ({ encounterId }: Silence) => encounterId },
            { title: t('person'), value: ({ person }) => person?.name ?? person?.id },
            { title: t('queue'), value: ({ queueId }) => queues.find(({ id }) => id === queueId)?.name || queueId },
            { title: t('channel'), value: ({ channel }) => channel },
            { title: t('detected'), value: ({ detectedAt }) => detectedAt, moment: true },
            { title: t('warned'), value: ({ warnedAt }) => warnedAt, moment: true },
            { title: t('delivered'), value: ({ deliveredAt }) => deliveredAt, moment: true },
            { title: t('followed'), value: ({ followedAt }) => followedAt, moment: true },
            { title: t('recovered'), value: ({ recoveredAt }) => recoveredAt, moment: true },
            { title: t('closed'), value: ({ closedAt }) => closedAt, moment: true },
          ]}
        />
      </OverviewFilters>
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ encounterId, silence }) => `${encounterId} ${silence}`}
        link={toConversation}
        columns={columns}
        empty={
          <EmptyState icon={IconRipple} title={t(filtered ? 'none' : 'empty')}>
            {t(filtered ? 'noneAbout' : 'emptyAbout')}
          </EmptyState>
        }
      />
    </>
  )
}
