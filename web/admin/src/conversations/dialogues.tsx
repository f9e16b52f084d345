import { Select, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, body, type Schema } from '../api/client.ts'
import { useColleagues } from '../api/colleagues.ts'
import { currentTime } from '../app/clock.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { useQueues } from '../queues/query.ts'
import { DurationInput } from '../ui/duration-input.tsx'
import { type Duration, durationWords } from '../ui/durations.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { msOf } from '../ui/iso-duration.ts'
import { minutesOf } from '../ui/minutes.ts'
import { useMinutesRefused } from '../ui/minutes-refused.ts'
import { actOn, useTold } from './act-on.ts'
import { useDayTime } from './standing.tsx'
import { conversationTexts } from './texts.ts'

type About = { conversation: Schema<'Encounter'>; close: () => void }

type AboutMany = { ids: readonly string[]; close: () => void }

const REFRESH = [['conversations']] as const

/** @param props.now in whose hands the one is, as it was shown; it is not taken from anybody else */
export function AssignDialogue({
  ids,
  now,
  close,
}: AboutMany & { now?: { user: string | null; team: string | null } }) {
  const t = useTexts(conversationTexts)
  const told = useTold()
  const count = ids.length
  const colleagues = [...useColleagues().values()].filter(({ canAnswer }) => canAnswer)
  const form = useForm({
    initialValues: { user: now?.user ?? '', team: now?.team ?? '' },
    validate: { user: (value, { team }) => (value === '' && team.trim() === '' ? t('assignNeedsOne') : null) },
  })
  const acting = useFormAct(form, {
    act: (given) =>
      actOn(ids, (id) =>
        body(
          api.POST('/api/v1/encounters/{id}/assign', {
            params: { path: { id } },
            body: { user: given.user || null, team: given.team.trim() || null, ...(now && { from: now.user }) },
          }),
        ),
      ),
    done: (outcome) => told(outcome, t('assignDone', { count: outcome.done })),
    refresh: REFRESH,
    after: close,
  })
  return (
    <FormDialogue
      title={t('assignTitle', { count })}
      opened
      close={close}
      acting={acting}
      confirm={t('assignAct', { count })}
    >
      <Select
        label={t('assignTo')}
        data={colleagues.map(({ id, name }) => ({ value: id, label: name }))}
        searchable
        clearable
        {...form.getInputProps('user')}
        onChange={(value) => form.setFieldValue('user', value ?? '')}
        data-autofocus
      />
      <TextInput
        label={t('assignTeam')}
        description={t('assignTeamAbout')}
        maxLength={255}
        {...form.getInputProps('team')}
      />
    </FormDialogue>
  )
}

export function TransferDialogue({ conversation: { id, queueId }, close }: About) {
  const t = useTexts(conversationTexts)
  const queues = useQueues().filter((queue) => queue.id !== queueId)
  const name = (queueId: string) => queues.find((queue) => queue.id === queueId)?.name ?? queueId
  const form = useForm({
    initialValues: { queueId: '' },
    validate: { queueId: (value) => (value === '' ? t('transferNeedsOne') : null) },
  })
  const acting = useFormAct(form, {
    act: (given) => body(api.POST('/api/v1/encounters/{id}/transfer', { params: { path: { id } }, body: given })),
    done: (_, given) => t('transferDone', { queue: name(given.queueId) }),
    refresh: REFRESH,
    after: close,
  })
  return (
    <FormDialogue title={t('transferTitle')} opened close={close} acting={acting} confirm={t('transferAct')}>
      <Text c="dimmed">{t('transferAbout')}</Text>
      <Select
        label={t('transferTo')}
        data={queues.map(({ id }) => ({ value: id, label: name(id) }))}
        searchable
        required
        {...form.getInputProps('queueId')}
        onChange={(value) => form.setFieldValue('queueId', value ?? '')}
        data-autofocus
      />
    </FormDialogue>
  )
}

/** A length of time as a form has it; what was not understood is said by its own field. */
const lasting = (value: Duration | null): number => (value === null ? 0 : (msOf(value.iso) ?? 0))

export function SnoozeDialogue({ conversation: { id }, close }: About) {
  const t = useTexts(conversationTexts)
  const dayTime = useDayTime()
  const form = useForm<{ lasts: Duration | null }>({ initialValues: { lasts: { iso: 'PT4H', business: false } } })
  const acting = useFormAct(form, {
    act: ({ lasts }) => {
      const until = new Date(currentTime('domain') + lasting(lasts)).toISOString()
      return body(api.POST('/api/v1/encounters/{id}/snooze', { params: { path: { id } }, body: { until } }))
    },
    done: ({ snoozedUntil }) => t('snoozeDone', { until: snoozedUntil === null ? '' : dayTime(snoozedUntil) }),
    refresh: REFRESH,
    after: close,
    fields: { until: 'lasts' },
  })
  return (
    <FormDialogue title={t('snoozeTitle')} opened close={close} acting={acting} confirm={t('snoozeAct')}>
      <Text c="dimmed">{t('snoozeAbout')}</Text>
      <DurationInput
        label={t('snoozeFor')}
        required
        value={form.values.lasts}
        onChange={(value) => form.setFieldValue('lasts', value)}
        error={form.errors.lasts}
      />
    </FormDialogue>
  )
}

/** As much as the program takes. */
const LONGEST_EXTENSION = 'P366D'

export function ExtendDialogue({ conversation: { id }, close }: About) {
  const t = useTexts(conversationTexts)
  const refuse = useMinutesRefused(LONGEST_EXTENSION)
  const language = useLanguage()
  const form = useForm<{ lasts: Duration | null }>({ initialValues: { lasts: { iso: 'PT4H', business: false } } })
  const acting = useFormAct(form, {
    act: ({ lasts }) => {
      const minutes = minutesOf(lasts) ?? 0
      return body(api.POST('/api/v1/encounters/{id}/extend', { params: { path: { id } }, body: { minutes } }))
    },
    done: (_, { lasts }) => t('extendDone', { time: lasts === null ? '' : durationWords(lasts, language) }),
    refresh: REFRESH,
    after: close,
    fields: { minutes: 'lasts' },
  })
  return (
    <FormDialogue title={t('extendTitle')} opened close={close} acting={acting} confirm={t('extendAct')}>
      <Text c="dimmed">{t('extendAbout')}</Text>
      <DurationInput
        label={t('extendFor')}
        refuse={refuse}
        required
        value={form.values.lasts}
        onChange={(value) => form.setFieldValue('lasts', value)}
        error={form.errors.lasts}
      />
    </FormDialogue>
  )
}

export function CloseDialogue({ ids, close }: AboutMany) {
  const t = useTexts(conversationTexts)
  const told = useTold()
  const count = ids.length
  const form = useForm({ initialValues: { reason: '', message: '' } })
  const acting = useFormAct(form, {
    act: ({ reason, message }) =>
      actOn(ids, (id) =>
        body(
          api.POST('/api/v1/encounters/{id}/close', {
            params: { path: { id } },
            body: { reason: reason.trim(), ...(message.trim() === '' ? {} : { message: message.trim() }) },
          }),
        ),
      ),
    done: (outcome) => told(outcome, t('closeDone', { count: outcome.done })),
    refresh: REFRESH,
    after: close,
  })
  return (
    <FormDialogue
      title={t('closeTitle', { count })}
      opened
      close={close}
      acting={acting}
      confirm={t('closeAct', { count })}
    >
      <Text c="dimmed">{t('closeAbout', { count })}</Text>
      <TextInput
        label={t('closeReason')}
        description={t('closeReasonAbout')}
        placeholder={t('closeReasonSample')}
        required
        maxLength={500}
        {...form.getInputProps('reason')}
        data-autofocus
      />
      <Textarea
        label={t('closeMessage')}
        description={t('closeMessageAbout')}
        autosize
        minRows={2}
        maxLength={4_000}
        {...form.getInputProps('message')}
      />
    </FormDialogue>
  )
}
