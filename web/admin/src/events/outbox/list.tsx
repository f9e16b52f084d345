import { IconListDetails } from '@tabler/icons-react'
import { linkOptions, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body, type Schema } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useTexts } from '../../app/texts.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/filter-bar.tsx'
import { StateBadge, type Tone } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { EventName } from '../explorer/name.tsx'
import { EventsHead } from '../head.tsx'
import { eventsTexts } from '../texts.ts'

type OutboxRow = Schema<'OutboxRow'>

const toEvent = ({ id }: OutboxRow) => linkOptions({ to: '/events/$id', params: { id } })

const STATUSES = ['pending', 'published', 'failed'] as const
const TONES: Record<(typeof STATUSES)[number], Tone> = { pending: 'current', published: 'good', failed: 'bad' }

/** The log as the rows of an outbox: what waits, what all have passed, what was set aside. */
export function Outbox() {
  const t = useTexts(eventsTexts)
  const filters = useSearch({ from: '/shell/events/outbox' })
  const pages = usePages(['events', 'outbox', filters], (cursor, signal) =>
    body(api.GET('/backoffice/events/outbox', { params: { query: { limit: 50, cursor, ...filters } }, signal })),
  )
  const filtered = Object.keys(filters).length > 0
  const columns = useMemo<Column<OutboxRow>[]>(
    () => [
      { key: 'what', title: t('what'), render: ({ event_type }) => <EventName type={event_type} /> },
      {
        key: 'state',
        title: t('state'),
        width: '130px',
        render: ({ status }) => <StateBadge tone={TONES[status]}>{t(status)}</StateBadge>,
      },
      { key: 'error', title: t('error'), width: '30%', wideOnly: true, render: ({ error }) => error ?? '—' },
      { key: 'when', title: t('when'), width: '140px', render: ({ created_at }) => <When at={created_at} /> },
    ],
    [t],
  )
  return (
    <>
      <EventsHead about={t('outboxAbout')} />
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'status',
            label: t('state'),
            options: STATUSES.map((value) => ({ value, label: t(value) })),
          },
          { kind: 'text', name: 'type', label: t('type'), placeholder: t('typeSample') },
        ]}
      />
      <DataTable
        label={t('outbox')}
        pages={pages}
        rowId={({ id, created_at }) => `${id} ${created_at}`}
        link={toEvent}
        columns={columns}
        empty={
          <EmptyState icon={IconListDetails} title={t(filtered ? 'outboxNone' : 'outboxEmpty')}>
            {t(filtered ? 'outboxNoneAbout' : 'outboxEmptyAbout')}
          </EmptyState>
        }
      />
    </>
  )
}
