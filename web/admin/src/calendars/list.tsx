import { Button, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDisclosure } from '@mantine/hooks'
import { IconCalendarTime, IconPlus } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { api, body, type Schema } from '../api/client.ts'
import { usePages } from '../api/pages.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { DataTable } from '../ui/data-table.tsx'
import { WithDetail } from '../ui/detail-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { idTaken } from '../ui/ids.ts'
import { useListed } from '../ui/listed.tsx'
import { NameAndId } from '../ui/name-and-id.tsx'
import { SettingsHead } from '../ui/page-head.tsx'
import { OWN_ZONE, zonesWith } from '../ui/zones.ts'
import { CalendarDetail } from './calendar.tsx'
import { weekOf } from './openings.ts'
import { calendarsQuery } from './query.ts'
import { calendarsTexts } from './texts.ts'

/** What a new calendar begins with; hours are then changed to what is true. */
const OFFICE = Object.fromEntries(
  (['mon', 'tue', 'wed', 'thu', 'fri'] as const).map((day) => [day, [{ from: '09:00', to: '18:00' }]]),
)

/** Business calendars: hours, holidays, time zone. */
export function Calendars() {
  const t = useTexts(calendarsTexts)
  const can = useCan()
  const navigate = useNavigate()
  const { selected } = useSearch({ from: '/shell/settings/calendars' })
  const [adding, add] = useDisclosure()
  const pages = usePages(['calendars', 'list'], (cursor, signal) =>
    body(api.GET('/api/v1/calendars', { params: { query: { limit: 100, cursor } }, signal })),
  )
  const detailOf = useListed({
    selected,
    pages,
    idOf: ({ id }: Schema<'Calendar'>) => id,
    ask: {
      key: ['calendars', 'one'],
      of: (id, signal) => body(api.GET('/api/v1/calendars/{id}', { params: { path: { id } }, signal })),
    },
  })
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
          title: open.name || open.id,
          content: (
            <CalendarDetail
              key={open.id}
              calendar={open}
              gone={() => navigate({ to: '/settings/calendars', search: {}, ignoreBlocker: true })}
            />
          ),
        }))}
      >
        <DataTable
          label={t('title')}
          pages={pages}
          rowId={({ id }) => id}
          selected={selected}
          opens
          columns={[
            { key: 'name', title: t('name'), render: ({ name, id }) => name || id },
            { key: 'zone', title: t('timeZone'), render: ({ timeZone }) => timeZone.replaceAll('_', ' ') },
            {
              key: 'week',
              title: t('week'),
              render: ({ week }) => {
                const spans = weekOf(week)
                if (spans.length === 0) return t('closed')
                return spans.map(({ from, to, hours }) => (
                  <div key={from}>
                    {t(from).slice(0, 3)}
                    {from !== to && `–${t(to).slice(0, 3)}`} {hours}
                  </div>
                ))
              },
            },
            {
              key: 'holidays',
              title: t('holidays'),
              width: '130px',
              render: ({ holidays = [] }) => t('countHolidays', { count: holidays.length }),
            },
          ]}
          empty={
            <EmptyState icon={IconCalendarTime} title={t('empty')} action={make}>
              {t('emptyAbout')}
            </EmptyState>
          }
        />
      </WithDetail>
      {adding && (
        <AddCalendar
          close={add.close}
          made={(id) => navigate({ to: '/settings/calendars', search: { selected: id } })}
        />
      )}
    </>
  )
}

function AddCalendar({ close, made }: { close: () => void; made: (id: string) => void }) {
  const t = useTexts(calendarsTexts)
  const queries = useQueryClient()
  const form = useForm({
    initialValues: { name: '', id: '', timeZone: OWN_ZONE as string | null },
    validate: {
      id: (given) => (given.trim() === '' ? t('needId') : null),
      timeZone: (given) => (given === null ? t('needZone') : null),
    },
  })
  const acting = useFormAct(form, {
    act: async ({ name, id, timeZone }) => {
      const calendars = await queries.fetchQuery({ ...calendarsQuery, staleTime: 0 })
      const other = calendars.find((calendar) => calendar.id === id.trim())
      if (other !== undefined) throw idTaken(t('taken', { name: other.name || other.id }))
      return api.PUT('/api/v1/calendars/{id}', {
        params: { path: { id: id.trim() } },
        body: { name: name.trim(), timeZone: timeZone as string, week: OFFICE },
      })
    },
    done: t('made'),
    refresh: [['calendars']],
    after: (_, { id }) => {
      close()
      made(id.trim())
    },
  })
  return (
    <FormDialogue title={t('add')} opened close={close} acting={acting} confirm={t('add')}>
      <NameAndId form={form} label={t('name')} idAbout={t('idAbout')} />
      <Select
        label={t('timeZone')}
        searchable
        required
        limit={60}
        data={zonesWith()}
        {...form.getInputProps('timeZone')}
      />
    </FormDialogue>
  )
}
