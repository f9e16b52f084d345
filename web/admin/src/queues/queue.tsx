import { Button, Select, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, body, tagged } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useCalendars } from '../calendars/query.ts'
import { CopyId } from '../ui/copy.tsx'
import { DurationInput } from '../ui/duration-input.tsx'
import { Facts } from '../ui/facts.tsx'
import { useFormAct } from '../ui/form.tsx'
import { FormFoot } from '../ui/form-foot.tsx'
import { useMeanwhile } from '../ui/meanwhile.ts'
import { minutesOf } from '../ui/minutes.ts'
import { useMinutesRefused } from '../ui/minutes-refused.ts'
import { Unsaved } from '../ui/unsaved.tsx'
import { useConcerned } from './concerned.tsx'
import { durationOf, LONGEST } from './minutes.ts'
import type { Queue } from './query.ts'
import { queuesTexts } from './texts.ts'
import { type Thresholds, ThresholdsField } from './thresholds.tsx'
import { WarningTexts } from './warning-texts.tsx'

export type Values = {
  name: string
  brand: string
  product: string
  service: string
  calendarId: string | null
  max_inactive_patient_warning_time: number | null
  max_inactive_patient_time: number | null
  close_inactive_encounters: boolean
  continuity: boolean
  continuity_extension_time: number | null
  reopen_closed_encounters: boolean
  thresholds: Thresholds
  warningTexts: Record<string, string>
}

const named = (text: string) => (text.trim() === '' ? null : text.trim())

const valuesOf = (queue: Queue): Values => ({
  name: queue.name ?? '',
  brand: queue.brand ?? '',
  product: queue.product ?? '',
  service: queue.service ?? '',
  calendarId: queue.calendarId ?? null,
  max_inactive_patient_warning_time: queue.max_inactive_patient_warning_time ?? null,
  max_inactive_patient_time: queue.max_inactive_patient_time ?? null,
  close_inactive_encounters: queue.close_inactive_encounters ?? false,
  continuity: queue.continuity ?? false,
  continuity_extension_time: queue.continuity_extension_time || null,
  reopen_closed_encounters: queue.reopen_closed_encounters ?? false,
  thresholds: (queue.thresholds ?? {}) as Thresholds,
  warningTexts: (queue.warningTexts ?? {}) as Record<string, string>,
})

const bodyOf = (values: Values) =>
  ({
    ...values,
    name: named(values.name),
    brand: named(values.brand),
    product: named(values.product),
    service: named(values.service),
    continuity_extension_time: values.continuity_extension_time ?? 0,
  }) as never

/** What the form calls a field. */
const LABELS = {
  name: 'name',
  brand: 'brand',
  product: 'product',
  service: 'service',
  calendarId: 'calendar',
  max_inactive_patient_warning_time: 'warningTime',
  max_inactive_patient_time: 'closeTime',
  close_inactive_encounters: 'closeInactive',
  continuity: 'continuity',
  continuity_extension_time: 'extension',
  reopen_closed_encounters: 'reopen',
  thresholds: 'exceptions',
  warningTexts: 'texts',
} as const

/** A queue, to read and to change. What one may not change is shown, not offered. */
export function QueueDetail({ queue }: { queue: Queue }) {
  const t = useTexts(queuesTexts)
  const locked = !useCan()('queues:write')
  const calendars = useCalendars()
  const form = useForm<Values>({
    initialValues: valuesOf(queue),
    validate: {
      warningTexts: (texts) => (Object.values(texts).some((text) => text.trim() === '') ? t('needText') : null),
    },
  })
  const save = useMeanwhile(form, valuesOf(queue), (field) => t(LABELS[field]))
  const params = { path: { id: queue.id } }
  const refuse = useMinutesRefused(LONGEST)
  const concerned = useConcerned('queue')
  const acting = useFormAct(form, {
    act: async (values) => {
      const preview = await body(api.POST('/api/v1/queues/{id}/preview', { params, body: bodyOf(values) }))
      if (!(await concerned.agreed(preview))) return null
      return save(
        values,
        () => tagged(api.GET('/api/v1/queues/{id}', { params })),
        ({ it }) => valuesOf(it),
        (values, { ifMatch }) => api.PUT('/api/v1/queues/{id}', { params, headers: ifMatch, body: bodyOf(values) }),
      )
    },
    done: (saved) => (saved === null ? '' : t('saved')),
    refresh: [['queues']],
  })
  const business = form.values.calendarId !== null
  const time = (
    field: 'max_inactive_patient_warning_time' | 'max_inactive_patient_time' | 'continuity_extension_time',
    label: string,
    description?: string,
  ) => (
    <DurationInput
      label={label}
      description={description}
      business={business}
      value={durationOf(form.values[field], business)}
      onChange={(value) => form.setFieldValue(field, minutesOf(value))}
      refuse={refuse}
      error={form.errors[field]}
    />
  )
  return (
    <>
      {concerned.question}
      <form onSubmit={acting.submit} noValidate>
        <fieldset disabled={locked} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
          <Stack gap="md">
            <Facts facts={[[t('id'), <CopyId key="id" id={queue.id} />]]} />
            <TextInput label={t('name')} {...form.getInputProps('name')} />
            <Select
              label={t('calendar')}
              description={t('calendarAbout')}
              placeholder={t('allHours')}
              clearable
              data={calendars.map(({ id, name }) => ({ value: id, label: name || id }))}
              {...form.getInputProps('calendarId')}
            />
            <Title order={3} size="h4">
              {t('times')}
            </Title>
            {time('max_inactive_patient_warning_time', t('warningTime'), t('blankNever'))}
            {time('max_inactive_patient_time', t('closeTime'), t('blankNever'))}
            <Switch
              label={t('closeInactive')}
              {...form.getInputProps('close_inactive_encounters', { type: 'checkbox' })}
            />
            <Switch label={t('continuity')} {...form.getInputProps('continuity', { type: 'checkbox' })} />
            {form.values.continuity && time('continuity_extension_time', t('extension'), t('blankNone'))}
            <Switch label={t('reopen')} {...form.getInputProps('reopen_closed_encounters', { type: 'checkbox' })} />
            <ThresholdsField
              value={form.values.thresholds}
              onChange={(value) => form.setFieldValue('thresholds', value)}
              business={business}
              locked={locked}
            />
            <WarningTexts
              queue={queue.id}
              value={form.values.warningTexts}
              onChange={(value) => form.setFieldValue('warningTexts', value)}
              error={form.errors.warningTexts}
              locked={locked}
            />
            <Title order={3} size="h4">
              {t('routing')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('routingAbout')}
            </Text>
            <TextInput label={t('brand')} {...form.getInputProps('brand')} />
            <TextInput label={t('product')} {...form.getInputProps('product')} />
            <TextInput label={t('service')} {...form.getInputProps('service')} />
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
    </>
  )
}
