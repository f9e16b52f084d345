import { Button } from '@mantine/core'
import { IconPlus, IconRoute } from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { api, body } from '../../api/client.ts'
import { useLive } from '../../api/live.ts'
import { usePages } from '../../api/pages.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { When } from '../../ui/when.tsx'
import type { Flow } from '../queries.ts'
import { FlowBadge } from '../status-badge.tsx'
import { flowTexts } from '../texts.ts'
import { NewFlow } from './new-flow.tsx'
import { RunsBar } from './runs-bar.tsx'

/** All flows with their state and figures. */
export function FlowList() {
  const t = useTexts(flowTexts)
  const can = useCan()
  const navigate = useNavigate()
  const { q, status, new: making } = useSearch({ from: '/shell/flows' })
  const pages = usePages(['flows', 'list', { q, status }], (cursor, signal) =>
    body(api.GET('/api/v1/flows', { params: { query: { limit: 100, cursor, q, status } }, signal })),
  )
  useLive(['flows', 'list'], ({ type }) => type.startsWith('flow.') || type.startsWith('encounter.'), 5_000)
  const columns: Column<Flow>[] = [
    { key: 'name', title: t('name'), render: ({ name }) => name },
    {
      key: 'status',
      title: t('status'),
      width: '190px',
      render: (flow) => <FlowBadge status={flow.status} version={flow.published} />,
    },
    { key: 'runs', title: t('recent'), width: '260px', render: ({ runs }) => <RunsBar runs={runs} /> },
    { key: 'last', title: t('lastRun'), width: '150px', render: ({ lastRunAt }) => <When at={lastRunAt} /> },
    {
      key: 'changed',
      title: t('changed'),
      width: '150px',
      wideOnly: true,
      render: (flow) => <When at={flow.updatedAt} />,
    },
  ]
  const create = can('flows:write') && (
    <Button
      leftSection={<IconPlus size={16} />}
      renderRoot={(props) => <Link {...props} to="/flows" search={{ q, status, new: 'sample' }} />}
    >
      {t('newFlow')}
    </Button>
  )
  const filtered = q !== undefined || status !== undefined
  return (
    <>
      <PageHead title={t('title')} about={t('about')} actions={create} />
      <FilterBar
        filters={[
          { kind: 'text', name: 'q', label: t('search') },
          {
            kind: 'choice',
            name: 'status',
            label: t('status'),
            options: [
              { value: 'published', label: t('statusPublished') },
              { value: 'draft', label: t('statusDraft') },
              { value: 'stopped', label: t('statusStopped') },
            ],
          },
        ]}
      />
      <DataTable
        label={t('title')}
        pages={pages}
        columns={columns}
        rowId={({ id }) => id}
        link={({ id }) => ({ to: '/flows/$flowId', params: { flowId: id } })}
        empty={
          filtered ? (
            <EmptyState icon={IconRoute} title={t('noneFound')}>
              {t('noneFoundAbout')}
            </EmptyState>
          ) : (
            <EmptyState icon={IconRoute} title={t('noneTitle')} action={create}>
              {t('noneAbout')}
            </EmptyState>
          )
        }
      />
      {making !== undefined && can('flows:write') && (
        <NewFlow
          way={making}
          onWay={(way) => navigate({ to: '/flows', search: { q, status, new: way }, replace: true })}
          onClose={() => navigate({ to: '/flows', search: { q, status } })}
        />
      )}
    </>
  )
}
