import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { PersonSelect } from '../people/person-select.tsx'
import type { CsvColumn } from '../ui/csv.ts'
import { CsvButton } from '../ui/csv-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { spanOf } from '../ui/periods.ts'
import { When } from '../ui/when.tsx'
import { askedWords, receiverOf } from './about.ts'
import { NotificationDetail, NotificationTitle } from './detail.tsx'
import { Parts } from './parts.tsx'
import { templatesQuery } from './query.ts'
import { Held, useReason } from './reason.tsx'
import { stateTexts } from './state.texts.ts'
import { NotificationState, useChannelTitle } from './state.tsx'
import { TemplateLabel } from './template-label.tsx'
import { templateName } from './template-name.ts'
import { notificationTexts } from './texts.ts'

type Row = Schema<'Notification'>

const STATUSES = ['held', 'queued', 'sent', 'failed', 'suppressed', 'cancelled'] as const
const CHANNELS = ['push', 'email', 'inbox'] as const

/** What was said to whom, and why it went out or did not. */
export function NotificationLog() {
  const t = useTexts(notificationTexts)
  const { selected, ...filters } = useSearch({ from: '/shell/notifications' })
  const page = (cursor: string | undefined, signal?: AbortSignal) => {
    const { person, period, from, to, ...same } = filters
    const query = { ...same, contactId: person, ...spanOf({ period, from, to }, 'domain'), cursor, limit: 50 }
    return body(api.GET('/api/v1/notifications', { params: { query }, signal }))
  }
  const pages = usePages(['notifications', 'log', filters], page)
  const columns = useColumns()
  const csv = useCsvColumns()
  return (
    <WithDetail
      detail={
        selected !== undefined && {
          title: <NotificationTitle id={selected} />,
          content: <NotificationDetail key={selected} id={selected} />,
        }
      }
    >
      <PageHead title={t('title')} about={t('about')} />
      <Parts />
      <Filters>
        <CsvButton name={t('csvName')} columns={csv} page={page} />
      </Filters>
      <DataTable
        label={t('log')}
        pages={pages}
        rowId={({ id }) => id}
        opens
        selected={selected}
        columns={columns}
        empty={
          Object.keys(filters).length > 0 ? (
            <EmptyState icon={IconBell} title={t('none')}>
              {t('noneAbout')}
            </EmptyState>
          ) : (
            <EmptyState icon={IconBell} title={t('empty')}>
              {t('emptyAbout')}
            </EmptyState>
          )
        }
      />
    </WithDetail>
  )
}

function Filters({ children }: { children: React.ReactNode }) {
  const t = useTexts(notificationTexts)
  const states = useTexts(stateTexts)
  const can = useCan()
  const language = useLanguage()
  const templates = useQuery({ ...templatesQuery, enabled: can('templates:read') })
  return (
    <FilterBar
      filters={[
        ...(can('conversations:read')
          ? [
              {
                kind: 'own' as const,
                name: 'person',
                field: (value: string | undefined, set: (value: string | undefined) => void) => (
                  <PersonSelect value={value} onChange={set} />
                ),
              },
            ]
          : []),
        {
          kind: 'choice',
          name: 'status',
          label: t('status'),
          options: STATUSES.map((value) => ({ value, label: states(value) })),
        },
        {
          kind: 'choice',
          name: 'channel',
          label: t('channel'),
          options: CHANNELS.map((value) => ({ value, label: states(value) })),
        },
        { kind: 'period', name: 'period' },
        {
          kind: 'choice',
          name: 'template',
          label: t('template'),
          rare: true,
          options: (templates.data?.items ?? []).map(({ key }) => ({
            value: key,
            label: templateName(key, language),
          })),
        },
        { kind: 'text', name: 'category', label: t('category'), rare: true },
      ]}
    >
      {children}
    </FilterBar>
  )
}

function useColumns(): readonly Column<Row>[] {
  const t = useTexts(notificationTexts)
  const channelTitle = useChannelTitle()
  const reason = useReason()
  return useMemo(() => {
    const why = ({ reason: noted, status, sendAt, ...row }: Row) => {
      if (status === 'held' && sendAt !== null) return <Held sendAt={sendAt} reason={noted} />
      if (noted !== null) return reason(noted)
      const asked = askedWords(row)
      return asked === null ? '—' : t(asked.key, asked.values)
    }
    return [
      { key: 'says', title: t('saying'), render: ({ title, body }) => title ?? body ?? t('notWritten') },
      { key: 'to', title: t('to'), width: '16%', render: (row) => receiverOf(row) ?? t('nobody') },
      {
        key: 'status',
        title: t('status'),
        width: '160px',
        render: ({ status }) => <NotificationState status={status} />,
      },
      { key: 'channel', title: t('channel'), width: '88px', render: ({ channel }) => channelTitle(channel) },
      {
        key: 'why',
        title: t('why'),
        width: '21%',
        wideOnly: true,
        render: (row) => why(row),
      },
      {
        key: 'template',
        title: t('template'),
        width: '12%',
        wideOnly: true,
        render: ({ template }) => (template === null ? '—' : <TemplateLabel template={template} />),
      },
      { key: 'asked', title: t('asked'), width: '108px', render: ({ createdAt }) => <When at={createdAt} /> },
    ]
  }, [t, channelTitle, reason])
}

function useCsvColumns(): CsvColumn<Row>[] {
  const t = useTexts(notificationTexts)
  const states = useTexts(stateTexts)
  const channelTitle = useChannelTitle()
  const reason = useReason()
  return [
    { title: t('id'), value: ({ id }) => id },
    { title: t('asked'), value: ({ createdAt }) => createdAt, moment: true },
    { title: t('to'), value: (row) => receiverOf(row) },
    { title: t('status'), value: ({ status }) => states(status) },
    { title: t('channel'), value: ({ channel }) => channelTitle(channel) },
    {
      title: t('why'),
      value: ({ reason: noted, ...row }) => {
        const asked = askedWords(row)
        return noted === null ? asked && t(asked.key, asked.values) : reason(noted)
      },
    },
    { title: t('template'), value: ({ template }) => template },
    { title: t('saying'), value: ({ title, body }) => title ?? body },
  ]
}
