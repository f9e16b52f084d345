import { Button, Group, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body, type Schema, tagged } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { Json } from '../ui/json.tsx'
import { jsonOrText } from '../ui/json-text.ts'
import { useMeanwhile } from '../ui/meanwhile.ts'
import { mqttTexts } from './mqtt.texts.ts'

type Rule = Schema<'MqttRule'>
type Values = {
  name: string
  enabled: boolean
  topic: string
  where: string
  type: string
  subject: string
  to: string
  reply: string
}

/** Until then the sessions at the broker have their subscriptions. */
const ASKED_MS = 1_500

/** The rule as the program takes it. What the form does not show of a rule that is changed (data, id, payload) stays. */
const ruleOf = ({ name, enabled, topic, where, type, subject, to, reply }: Values, before: Rule | null) => ({
  name: name.trim(),
  enabled,
  topic: topic.trim(),
  ...(where.trim() === '' ? {} : { where }),
  ...(type.trim() === ''
    ? {}
    : { event: { ...before?.event, type, subject: subject.trim() === '' ? undefined : subject } }),
  ...(to.trim() === '' ? {} : { republish: { ...before?.republish, topic: to } }),
  ...(reply.trim() === '' ? {} : { reply }),
})

const valuesOf = (rule: Rule | null): Values => ({
  name: rule?.name ?? '',
  enabled: rule?.enabled ?? true,
  topic: rule?.topic ?? '',
  where: rule?.where ?? '',
  type: rule?.event?.type ?? '',
  subject: rule?.event?.subject ?? '',
  to: rule?.republish?.topic ?? '',
  reply: rule?.reply ?? '',
})

/** What the form calls a field. */
const LABELS = {
  name: 'name',
  enabled: 'enabled',
  topic: 'topic',
  where: 'where',
  reply: 'reply',
  type: 'eventType',
  subject: 'eventSubject',
  to: 'republish',
} as const

/** Makes or changes a rule, and tries it with a message before it is saved. */
export function RuleDialogue({ rule, close }: { rule: Rule | null; close: () => void }) {
  const t = useTexts(mqttTexts)
  const queries = useQueryClient()
  const form = useForm<Values>({
    initialValues: valuesOf(rule),
    validate: {
      name: (given) => (given.trim() === '' ? t('needName') : null),
      topic: (given) => (given.trim() === '' ? t('needTopic') : null),
    },
  })
  const save = useMeanwhile(form, valuesOf(rule), (field) => t(LABELS[field]))
  const acting = useFormAct(form, {
    act: async (values): Promise<unknown> => {
      if (rule === null) return api.POST('/api/v1/mqtt/rules', { body: ruleOf(values, null) })
      const params = { path: { id: rule.id } }
      return save(
        values,
        () => tagged(api.GET('/api/v1/mqtt/rules/{id}', { params })),
        ({ it }) => valuesOf(it),
        (values, { it, ifMatch }) =>
          api.PUT('/api/v1/mqtt/rules/{id}', { params, headers: ifMatch, body: ruleOf(values, it) }),
      )
    },
    done: t('saved'),
    refresh: [['mqtt', 'rules']],
    after: () => {
      close()
      // The broker is asked for the topic a moment after the rule is there.
      setTimeout(() => void queries.invalidateQueries({ queryKey: ['mqtt', 'link'] }), ASKED_MS)
    },
    fields: { 'event.type': 'type', 'event.subject': 'subject', 'republish.topic': 'to' },
  })
  const title = t(rule === null ? 'add' : 'change')
  return (
    <FormDialogue title={title} opened close={close} acting={acting} confirm={t('save')} size="lg">
      <TextInput label={t('name')} required data-autofocus {...form.getInputProps('name')} />
      <TextInput label={t('topic')} description={t('topicAbout')} required {...form.getInputProps('topic')} />
      <TextInput label={t('where')} description={t('whereAbout')} {...form.getInputProps('where')} />
      <TextInput label={t('eventType')} description={t('eventTypeAbout')} {...form.getInputProps('type')} />
      {form.values.type !== '' && <TextInput label={t('eventSubject')} {...form.getInputProps('subject')} />}
      <TextInput label={t('republish')} description={t('republishAbout')} {...form.getInputProps('to')} />
      <TextInput label={t('reply')} description={t('replyAbout')} {...form.getInputProps('reply')} />
      <Switch label={t('enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
      <Try rule={() => ruleOf(form.getValues(), rule)} />
    </FormDialogue>
  )
}

/** What the rule as it stands in the form would do with a message; nothing leaves. */
function Try({ rule }: { rule: () => ReturnType<typeof ruleOf> }) {
  const t = useTexts(mqttTexts)
  const [topic, setTopic] = useState('')
  const [payload, setPayload] = useState('{}')
  const trying = useAct({
    act: () =>
      body(
        api.POST('/api/v1/mqtt/rules/test', {
          body: { rule: rule(), message: { topic, payload: jsonOrText(payload) } },
        }),
      ),
  })
  const answer = trying.data
  return (
    <Stack gap="xs" role="group" aria-label={t('test')}>
      <TextInput label={t('testTopic')} value={topic} onChange={({ currentTarget }) => setTopic(currentTarget.value)} />
      <Textarea
        label={t('testPayload')}
        autosize
        minRows={2}
        value={payload}
        onChange={({ currentTarget }) => setPayload(currentTarget.value)}
      />
      <Group>
        <Button variant="default" loading={trying.isPending} disabled={topic === ''} onClick={() => trying.mutate()}>
          {t('test')}
        </Button>
      </Group>
      {answer && (
        <div role="status">
          {answer.matches.topic && answer.matches.where ? (
            <>
              <Text fw={500}>{t('testResult')}</Text>
              <Json value={{ event: answer.event, republish: answer.republish, reply: answer.reply }} />
            </>
          ) : (
            <Text c="dimmed">{t('noMatch')}</Text>
          )}
        </div>
      )}
    </Stack>
  )
}
