import { IconClipboardCheck } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body } from '../api/client.ts'
import { useLive } from '../api/live.ts'
import { usePages } from '../api/pages.ts'
import { useTexts } from '../app/texts.ts'
import { useFlowNames } from '../flows/names.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { useListed } from '../ui/listed.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { When } from '../ui/when.tsx'
import { type Approval, ApprovalDetail, ApprovalState, Asked } from './approval.tsx'
import { STATUSES } from './statuses.ts'
import { approvalsTexts } from './texts.ts'

/** What runs ask people of the team, the newest first. */
export function Approvals() {
  const t = useTexts(approvalsTexts)
  const { status, selected } = useSearch({ from: '/shell/approvals' })
  const flowName = useFlowNames()
  const pages = usePages(['approvals', 'list', { status }], (cursor, signal) =>
    body(api.GET('/api/v1/approvals', { params: { query: { limit: 50, cursor, status } }, signal })),
  )
  useLive(['approvals'], () => true, 4_000)
  const detailOf = useListed({ selected, pages, idOf: ({ id }: Approval) => id })
  const columns = useMemo<Column<Approval>[]>(
    () => [
      { key: 'asks', title: t('asks'), render: ({ text }) => <bdi>{text}</bdi> },
      {
        key: 'flow',
        title: t('flow'),
        width: '20%',
        wideOnly: true,
        render: ({ flowId }) => flowName(flowId) ?? '—',
      },
      { key: 'asked', title: t('asked'), width: '180px', render: (approval) => <Asked of={approval} /> },
      { key: 'state', title: t('state'), width: '180px', render: (approval) => <ApprovalState {...approval} /> },
      { key: 'when', title: t('when'), width: '130px', render: ({ askedAt }) => <When at={askedAt} /> },
    ],
    [t, flowName],
  )
  return (
    <WithDetail
      detail={detailOf((open) => ({
        title: flowName(open.flowId) ?? t('title'),
        content: <ApprovalDetail key={open.id} approval={open} />,
      }))}
    >
      <PageHead title={t('title')} about={t('about')} />
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'status',
            label: t('state'),
            options: STATUSES.map((value) => ({ value, label: t(value) })),
          },
        ]}
      />
      <DataTable
        label={t('title')}
        pages={pages}
        rowId={({ id }) => id}
        selected={selected}
        opens
        columns={columns}
        empty={
          status ? (
            <EmptyState icon={IconClipboardCheck} title={t('none')} />
          ) : (
            <EmptyState icon={IconClipboardCheck} title={t('empty')}>
              {t('emptyAbout')}
            </EmptyState>
          )
        }
      />
    </WithDetail>
  )
}
