import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconClockHour4, IconPlus } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { api, body, type Schema } from '../api/client.ts'
import { useLive } from '../api/live.ts'
import { usePages } from '../api/pages.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { CsvButton } from '../ui/csv-button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { When } from '../ui/when.tsx'
import { AddTimer } from './forms.tsx'
import { TimerState } from './state.tsx'
import { timersTexts } from './texts.ts'
import { TimerDetail } from './timer.tsx'

/** Timers by due time: what other systems want to be called for, or have born, later. */
export function Timers() {
  const t = useTexts(timersTexts)
  const can = useCan()
  const { status, selected } = useSearch({ from: '/shell/settings/timers' })
  const [adding, add] = useDisclosure()
  const page = (cursor?: string, signal?: AbortSignal) =>
    body(api.GET('/api/v1/timers', { params: { query: { limit: 50, cursor, status } }, signal }))
  const pages = usePages(['timers', 'list', { status }], page)
  // Of one that is moved or cancelled, and of a call, no event tells by its type.
  useLive(['timers', 'list'], () => true, 3_000)
  const doesWords = ({ event, callbackUrl }: Schema<'Timer'>) =>
    event ? t('makes', { type: event.type }) : t('calls', { url: callbackUrl })
  const make = can('timers:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} actions={make} />
      <FilterBar
        filters={[
          {
            kind: 'choice',
            name: 'status',
            label: t('state'),
            options: (['scheduled', 'fired', 'failed', 'cancelled'] as const).map((value) => ({
              value,
              label: t(value),
            })),
          },
        ]}
      >
        <CsvButton
          name={t('file')}
          page={page}
          columns={[
            { title: t('id'), value: ({ id }) => id },
            { title: t('does'), value: doesWords },
            { title: t('due'), value: ({ dueAt }) => dueAt, moment: true },
            { title: t('state'), value: ({ status }) => t(status) },
            { title: t('created'), value: ({ createdAt }) => createdAt, moment: true },
          ]}
        />
      </FilterBar>
      <WithDetail
        detail={selected !== undefined && { title: selected, content: <TimerDetail key={selected} id={selected} /> }}
      >
        <DataTable
          label={t('title')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={[
            { key: 'does', title: t('does'), render: doesWords },
            { key: 'due', title: t('due'), width: '320px', render: ({ dueAt }) => <When dated at={dueAt} /> },
            { key: 'state', title: t('state'), width: '170px', render: (timer) => <TimerState {...timer} /> },
            { key: 'id', title: t('id'), wideOnly: true, render: ({ id }) => <code>{id}</code> },
          ]}
          empty={
            status ? (
              <EmptyState icon={IconClockHour4} title={t('emptyFiltered')} />
            ) : (
              <EmptyState icon={IconClockHour4} title={t('empty')} action={make}>
                {t('emptyAbout')}
              </EmptyState>
            )
          }
        />
      </WithDetail>
      {adding && <AddTimer close={add.close} />}
    </>
  )
}
