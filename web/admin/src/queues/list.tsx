import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconStack2 } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { api, body } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useLanguage } from '../app/language.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useCalendars } from '../calendars/query.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { durationWords } from '../ui/durations.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { idTaken } from '../ui/ids.ts'
import { useListed } from '../ui/listed.tsx'
import { NameAndId } from '../ui/name-and-id.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { closeMinutes, durationOf } from './minutes.ts'
import { type Queue, queuesQuery } from './query.ts'
import { QueueDetail } from './queue.tsx'
import { queuesTexts } from './texts.ts'

/** Queues: how long each waits, in which hours, and what it says. */
export function Queues() {
  const t = useTexts(queuesTexts)
  const language = useLanguage()
  const can = useCan()
  const navigate = useNavigate()
  const { selected, q } = useSearch({ from: '/shell/settings/queues' })
  const [adding, add] = useDisclosure()
  const calendars = useCalendars()
  const pages = usePages(['queues', 'list', q], (cursor, signal) =>
    body(api.GET('/api/v1/queues', { params: { query: { limit: 100, cursor, q } }, signal })),
  )
  const detailOf = useListed({
    selected,
    pages,
    idOf: ({ id }: Queue) => id,
    ask: {
      key: ['queues', 'one'],
      of: (id, signal) => body(api.GET('/api/v1/queues/{id}', { params: { path: { id } }, signal })),
    },
  })
  const columns = useMemo<Column<Queue>[]>(() => {
    const time = (what: 'after' | 'afterWarning', minutes: number | null | undefined, { calendarId }: Queue) => {
      const duration = durationOf(minutes, Boolean(calendarId))
      return duration === null ? t('never') : t(what, { time: durationWords(duration, language) })
    }
    return [
      { key: 'name', title: t('name'), render: ({ name, id }) => name ?? id },
      {
        key: 'warns',
        title: t('warns'),
        render: (queue) => time('after', queue.max_inactive_patient_warning_time, queue),
      },
      {
        key: 'closes',
        title: t('closes'),
        render: (queue) =>
          queue.close_inactive_encounters ? time('afterWarning', closeMinutes(queue), queue) : t('noClose'),
      },
      {
        key: 'calendar',
        title: t('calendar'),
        render: ({ calendarId }) =>
          calendarId ? (calendars.find(({ id }) => id === calendarId)?.name ?? calendarId) : t('allHours'),
      },
      {
        key: 'languages',
        title: t('languages'),
        width: '110px',
        wideOnly: true,
        render: ({ warningTexts }) => Object.keys(warningTexts ?? {}).join(', ') || '—',
      },
    ]
  }, [t, language, calendars])
  const make = can('queues:write') && (
    <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
      {t('add')}
    </Button>
  )
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} actions={make} />
      <WithDetail
        detail={detailOf((open) => ({
          title: open.name ?? open.id,
          content: <QueueDetail key={open.id} queue={open} />,
        }))}
      >
        <FilterBar filters={[{ kind: 'text', name: 'q', label: t('search') }]} />
        <DataTable
          label={t('title')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={columns}
          empty={
            q === undefined ? (
              <EmptyState icon={IconStack2} title={t('empty')} action={make}>
                {t('emptyAbout')}
              </EmptyState>
            ) : (
              <EmptyState icon={IconStack2} title={t('none')}>
                {t('noneAbout')}
              </EmptyState>
            )
          }
        />
      </WithDetail>
      {adding && (
        <AddQueue close={add.close} made={(id) => navigate({ to: '/settings/queues', search: { selected: id } })} />
      )}
    </>
  )
}

function AddQueue({ close, made }: { close: () => void; made: (id: string) => void }) {
  const t = useTexts(queuesTexts)
  const queries = useQueryClient()
  const form = useForm({
    initialValues: { name: '', id: '' },
    validate: { id: (given) => (given.trim() === '' ? t('needId') : null) },
  })
  const acting = useFormAct(form, {
    act: async ({ name, id }) => {
      const queues = await queries.fetchQuery({ ...queuesQuery, staleTime: 0 })
      const other = queues.find((queue) => queue.id === id.trim())
      if (other !== undefined) throw idTaken(t('taken', { name: other.name ?? other.id }))
      return api.PUT('/api/v1/queues/{id}', {
        params: { path: { id: id.trim() } },
        body: { name: name.trim() === '' ? null : name.trim() },
      })
    },
    done: t('made'),
    refresh: [['queues']],
    after: (_, { id }) => {
      close()
      made(id.trim())
    },
  })
  return (
    <FormDialogue title={t('add')} opened close={close} acting={acting} confirm={t('add')}>
      <NameAndId form={form} label={t('name')} idAbout={t('idAbout')} />
    </FormDialogue>
  )
}
