import { SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { api, body } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { useCalendars } from '../calendars/query.ts'
import { DurationInput } from '../ui/duration-input.tsx'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { MomentInput } from '../ui/moment-input.tsx'
import type { Timer } from './state.tsx'
import { timersTexts } from './texts.ts'

type Time = { by: 'delay' | 'moment'; delay: string | null; dueAt: string | null; calendar: string | null }

const timeOf = ({ by, delay, dueAt, calendar }: Time) =>
  by === 'moment' ? { dueAt: dueAt as string } : { delay: delay as string, ...(calendar === null ? {} : { calendar }) }

const timeRules = (t: (key: 'needDelay' | 'needMoment') => string) => ({
  delay: (given: string | null, { by }: Time) => (by === 'delay' && given === null ? t('needDelay') : null),
  dueAt: (given: string | null, { by }: Time) => (by === 'moment' && given === null ? t('needMoment') : null),
})

/** When: after some time, in the hours of a calendar where one is chosen, or at a moment. */
function TimeFields<V extends Time>({ form: of }: { form: UseFormReturnType<V> }) {
  const t = useTexts(timersTexts)
  const calendars = useCalendars()
  // The fields of the time alone, whatever else the form has.
  const form = of as unknown as UseFormReturnType<Time>
  const { by, delay, dueAt, calendar } = form.values
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t('when')}
        data={[
          { value: 'delay', label: t('in') },
          { value: 'moment', label: t('at') },
        ]}
        value={by}
        onChange={(value) => form.setFieldValue('by', value as Time['by'])}
      />
      {by === 'delay' ? (
        <>
          <DurationInput
            label={t('delay')}
            required
            business={calendar !== null}
            value={delay === null ? null : { iso: delay, business: calendar !== null }}
            onChange={(value) => form.setFieldValue('delay', value?.iso ?? null)}
            error={form.errors.delay}
          />
          {calendars.length > 0 && (
            <Select
              label={t('calendar')}
              description={t('calendarAbout')}
              placeholder={t('allHours')}
              clearable
              data={calendars.map(({ id, name }) => ({ value: id, label: name || id }))}
              {...form.getInputProps('calendar')}
            />
          )}
        </>
      ) : (
        <div>
          <MomentInput
            label={t('moment')}
            required
            value={dueAt}
            onChange={(value) => form.setFieldValue('dueAt', value)}
          />
          {form.errors.dueAt && (
            <Text size="sm" c="red" role="alert">
              {form.errors.dueAt}
            </Text>
          )}
        </div>
      )}
    </Stack>
  )
}

const NO_TIME: Time = { by: 'delay', delay: null, dueAt: null, calendar: null }

/** A new timer: when, and what is called or born then. */
export function AddTimer({ close }: { close: () => void }) {
  const t = useTexts(timersTexts)
  const form = useForm({
    initialValues: { ...NO_TIME, id: '', what: 'event' as 'event' | 'call', type: '', subject: '', callbackUrl: '' },
    validate: {
      ...timeRules(t),
      type: (given, { what }) => (what === 'event' && given.trim() === '' ? t('needType') : null),
      callbackUrl: (given, { what }) => (what === 'call' && !/^https?:\/\/\S+$/.test(given) ? t('needUrl') : null),
    },
  })
  const acting = useFormAct(form, {
    act: ({ id, what, type, subject, callbackUrl, ...time }) =>
      body(
        api.POST('/api/v1/timers', {
          body: {
            ...(id.trim() === '' ? {} : { id: id.trim() }),
            ...timeOf(time),
            ...(what === 'call'
              ? { callbackUrl }
              : { event: { type: type.trim(), ...(subject.trim() === '' ? {} : { subject: subject.trim() }) } }),
          },
        }),
      ),
    done: t('made'),
    refresh: [['timers']],
    after: close,
    fields: { 'event.type': 'type', 'event.subject': 'subject' },
  })
  return (
    <FormDialogue title={t('add')} opened close={close} acting={acting} confirm={t('add')}>
      <TimeFields form={form} />
      <SegmentedControl
        aria-label={t('what')}
        data={[
          { value: 'event', label: t('event') },
          { value: 'call', label: t('call') },
        ]}
        {...form.getInputProps('what')}
      />
      {form.values.what === 'event' ? (
        <>
          <TextInput label={t('type')} required {...form.getInputProps('type')} />
          <TextInput label={t('subject')} {...form.getInputProps('subject')} />
        </>
      ) : (
        <TextInput label={t('url')} required type="url" {...form.getInputProps('callbackUrl')} />
      )}
      <TextInput label={t('id')} description={t('idAbout')} {...form.getInputProps('id')} />
    </FormDialogue>
  )
}

/** Another time for a timer that waits. */
export function MoveTimer({ timer, close }: { timer: Timer; close: () => void }) {
  const t = useTexts(timersTexts)
  const form = useForm<Time>({
    initialValues: { by: 'moment', delay: null, dueAt: timer.dueAt, calendar: timer.calendar ?? null },
    validate: timeRules(t),
  })
  const acting = useFormAct(form, {
    act: (time) => api.PATCH('/api/v1/timers/{id}', { params: { path: { id: timer.id } }, body: timeOf(time) }),
    done: t('moved'),
    refresh: [['timers']],
    after: close,
  })
  return (
    <FormDialogue title={t('move')} opened close={close} acting={acting} confirm={t('move')}>
      <TimeFields form={form} />
    </FormDialogue>
  )
}
