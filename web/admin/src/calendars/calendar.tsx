import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api, body, tagged } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useConcerned } from '../queues/concerned.tsx'
import { useQueues } from '../queues/query.ts'
import { AddRow } from '../ui/add-row.tsx'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { CopyId } from '../ui/copy.tsx'
import { Facts } from '../ui/facts.tsx'
import { useFormAct } from '../ui/form.tsx'
import { FormFoot } from '../ui/form-foot.tsx'
import { useMeanwhile } from '../ui/meanwhile.ts'
import { Unsaved } from '../ui/unsaved.tsx'
import { zonesWith } from '../ui/zones.ts'
import { DAYS, openingsOf, openingsWords, readOpenings } from './openings.ts'
import type { Calendar } from './query.ts'
import { calendarsTexts } from './texts.ts'

type Holiday = { from: string; to: string; name: string }
type Exception = { date: string; hours: string; name: string }
type Values = {
  name: string
  timeZone: string
  mon: string
  tue: string
  wed: string
  thu: string
  fri: string
  sat: string
  sun: string
  holidays: Holiday[]
  exceptions: Exception[]
}

const valuesOf = (calendar: Calendar): Values => ({
  name: calendar.name ?? '',
  timeZone: calendar.timeZone,
  ...(Object.fromEntries(DAYS.map((day) => [day, openingsWords(calendar.week[day])])) as Record<
    (typeof DAYS)[number],
    string
  >),
  holidays: (calendar.holidays ?? []).map((holiday) =>
    'date' in holiday
      ? { from: holiday.date, to: '', name: holiday.name ?? '' }
      : { from: holiday.from, to: holiday.to, name: holiday.name ?? '' },
  ),
  exceptions: (calendar.exceptions ?? []).map(({ date, openings, name = '' }) => ({
    date,
    hours: openingsWords(openings),
    name,
  })),
})

const nameIn = (name: string) => (name.trim() === '' ? {} : { name: name.trim() })

const bodyOf = (values: Values) => ({
  ...nameIn(values.name),
  timeZone: values.timeZone,
  week: Object.fromEntries(
    DAYS.map((day) => [day, openingsOf(values[day])] as const).filter(([, hours]) => hours.length > 0),
  ),
  holidays: values.holidays.map(({ from, to, name }) =>
    to === '' || to === from ? { date: from, ...nameIn(name) } : { from, to, ...nameIn(name) },
  ),
  exceptions: values.exceptions.map(({ date, hours, name }) => ({
    date,
    openings: openingsOf(hours),
    ...nameIn(name),
  })),
})

/** A calendar, to read and to change: each day's hours are written as people write them. */
export function CalendarDetail({ calendar, gone }: { calendar: Calendar; gone: () => void }) {
  const t = useTexts(calendarsTexts)
  const locked = !useCan()('queues:write')
  const using = useQueues().filter(({ calendarId }) => calendarId === calendar.id)
  const hours = (given: string) => {
    const read = readOpenings(given)
    return typeof read === 'string' ? t(read) : null
  }
  const day = (given: string) => (given === '' ? t('needDate') : null)
  const form = useForm<Values>({
    initialValues: valuesOf(calendar),
    validate: {
      ...Object.fromEntries(DAYS.map((each) => [each, hours])),
      holidays: { from: day },
      exceptions: { date: day, hours },
    },
  })
  const params = { path: { id: calendar.id } }
  const save = useMeanwhile(form, valuesOf(calendar), (field) => t(field))
  const concerned = useConcerned('calendar')
  const acting = useFormAct(form, {
    act: async (values) => {
      const preview = await body(api.POST('/api/v1/calendars/{id}/preview', { params, body: bodyOf(values) }))
      if (!(await concerned.agreed(preview))) return null
      return save(
        values,
        () => tagged(api.GET('/api/v1/calendars/{id}', { params })),
        ({ it }) => valuesOf(it),
        (values, { ifMatch }) => api.PUT('/api/v1/calendars/{id}', { params, headers: ifMatch, body: bodyOf(values) }),
      )
    },
    done: (saved) => (saved === null ? '' : t('saved')),
    refresh: [['calendars']],
  })
  return (
    <Stack gap="md">
      {concerned.question}
      <Facts
        facts={[
          [t('id'), <CopyId key="id" id={calendar.id} />],
          [t('usedBy'), <UsedBy key="used" queues={using} />],
        ]}
      />
      <form onSubmit={acting.submit} noValidate>
        <fieldset disabled={locked} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
          <Stack gap="sm">
            <TextInput label={t('name')} {...form.getInputProps('name')} />
            <Select
              label={t('timeZone')}
              searchable
              limit={60}
              data={zonesWith(calendar.timeZone)}
              {...form.getInputProps('timeZone')}
            />
            <Title order={3} size="h4">
              {t('week')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('hoursAbout')}
            </Text>
            {DAYS.map((each) => (
              <TextInput
                key={each}
                label={t(each)}
                placeholder={t('closed')}
                {...form.getInputProps(each)}
                onBlur={({ currentTarget }) => {
                  const read = readOpenings(currentTarget.value)
                  if (typeof read !== 'string') form.setFieldValue(each, openingsWords(read))
                }}
              />
            ))}
            {!locked && (
              <Group>
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => {
                    for (const each of ['tue', 'wed', 'thu', 'fri'] as const)
                      form.setFieldValue(each, form.getValues().mon)
                  }}
                >
                  {t('asMonday')}
                </Button>
              </Group>
            )}
            <Title order={3} size="h4">
              {t('holidays')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('holidaysAbout')}
            </Text>
            {form.values.holidays.map((_, i) => (
              <Row
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
                key={i}
                name={t('holidayN', { number: i + 1 })}
                remove={locked ? undefined : () => form.removeListItem('holidays', i)}
              >
                <TextInput type="date" label={t('from')} {...form.getInputProps(`holidays.${i}.from`)} />
                <TextInput type="date" label={t('to')} {...form.getInputProps(`holidays.${i}.to`)} />
                <TextInput label={t('what')} {...form.getInputProps(`holidays.${i}.name`)} />
              </Row>
            ))}
            {!locked && (
              <AddRow
                label={t('addHoliday')}
                add={() => form.insertListItem('holidays', { from: '', to: '', name: '' })}
              />
            )}
            <Title order={3} size="h4">
              {t('exceptions')}
            </Title>
            {form.values.exceptions.map((_, i) => (
              <Row
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
                key={i}
                name={t('exceptionN', { number: i + 1 })}
                remove={locked ? undefined : () => form.removeListItem('exceptions', i)}
              >
                <TextInput type="date" label={t('from')} {...form.getInputProps(`exceptions.${i}.date`)} />
                <TextInput
                  label={t('hours')}
                  placeholder={t('closed')}
                  {...form.getInputProps(`exceptions.${i}.hours`)}
                />
                <TextInput label={t('what')} {...form.getInputProps(`exceptions.${i}.name`)} />
              </Row>
            ))}
            {!locked && (
              <AddRow
                label={t('addException')}
                add={() => form.insertListItem('exceptions', { date: '', hours: '', name: '' })}
              />
            )}
            <Unsaved when={form.isDirty() && !acting.pending} />
            {acting.problem}
            {!locked && (
              <FormFoot>
                <Button type="submit" loading={acting.pending} disabled={!form.isDirty()}>
                  {t('save')}
                </Button>
              </FormFoot>
            )}
          </Stack>
        </fieldset>
      </form>
      {!locked && using.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('deleteUsed')}
        </Text>
      )}
      {!locked && using.length === 0 && (
        <Group>
          <ConfirmAct
            label={t('delete')}
            button={{ variant: 'subtle', color: 'red' }}
            title={t('deleteAsk', { name: calendar.name || calendar.id })}
            consequence={t('deleteAbout')}
            confirm={t('delete')}
            danger
            act={() => api.DELETE('/api/v1/calendars/{id}', { params })}
            done={t('deleted')}
            refresh={[['calendars']]}
            after={gone}
          />
        </Group>
      )}
    </Stack>
  )
}

function Row({ name, remove, children }: { name: string; remove?: (() => void) | undefined; children: ReactNode }) {
  const t = useTexts(calendarsTexts)
  return (
    <Group role="group" aria-label={name} gap={8} align="flex-end" grow preventGrowOverflow={false} wrap="wrap">
      {children}
      {remove && (
        <ActionIcon flex="0 0 auto" onClick={remove} aria-label={t('remove', { what: name.toLowerCase() })}>
          <IconTrash size={16} />
        </ActionIcon>
      )}
    </Group>
  )
}

/** The queues that count in it, with the way to each. */
function UsedBy({ queues }: { queues: ReturnType<typeof useQueues> }) {
  const t = useTexts(calendarsTexts)
  if (queues.length === 0) return <>{t('usedByNone')}</>
  return (
    <Group gap={8}>
      {queues.map((queue) => (
        <Link key={queue.id} to="/settings/queues" search={{ selected: queue.id }}>
          {queue.name ?? queue.id}
        </Link>
      ))}
    </Group>
  )
}
