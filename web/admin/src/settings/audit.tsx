import { IconHistory } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useTexts } from '../app/texts.ts'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { When } from '../ui/when.tsx'
import { settingsTexts } from './texts.ts'

/** Who did what, the newest first. */
export function Audit() {
  const t = useTexts(settingsTexts)
  const filters = useSearch({ from: '/shell/settings/audit' })
  const pages = usePages(['settings', 'audit', filters], (cursor, signal) =>
    body(api.GET('/api/v1/audit', { params: { query: { limit: 50, cursor, ...filters } }, signal })),
  )
  return (
    <>
      <PageHead title={t('audit')} about={t('auditAbout')} />
      <FilterBar
        filters={[
          { kind: 'text', name: 'actor', label: t('actor') },
          { kind: 'text', name: 'action', label: t('action') },
          { kind: 'text', name: 'target', label: t('target') },
        ]}
      />
      <DataTable
        label={t('audit')}
        pages={pages}
        rowId={({ id }) => id}
        columns={[
          { key: 'action', title: t('action'), render: ({ action }) => action },
          { key: 'target', title: t('target'), render: ({ target }) => target },
          { key: 'actor', title: t('actor'), render: ({ actor }) => actor },
          { key: 'at', title: t('at'), width: '160px', render: ({ at }) => <When at={at} /> },
        ]}
        empty={
          Object.keys(filters).length > 0 ? (
            <EmptyState icon={IconHistory} title={t('auditNone')} />
          ) : (
            <EmptyState icon={IconHistory} title={t('auditEmpty')}>
              {t('auditEmptyAbout')}
            </EmptyState>
          )
        }
      />
    </>
  )
}
