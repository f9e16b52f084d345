import { Autocomplete, SegmentedControl, Select, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { eventTypesQuery } from '../../events/query.ts'
import { FormDialogue, useFormAct } from '../../ui/form.tsx'
import { useMeanwhile } from '../../ui/meanwhile.ts'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { subscriptionTexts } from './texts.ts'
import { delaysIn, FIELDS, NEW, placeIn, type Values, valuesOf } from './values.ts'
import { type Listed, placeOf } from './words.ts'

type Opened = { opened: boolean; close: () => void }

/** Subscribes a system; its secret is shown once. */
export function MakeSubscription({ opened, close }: Opened) {
  const t = useTexts(subscriptionTexts)
  const navigate = useNavigate()
  const [made, setMade] = useState<{ id: string; secret: string | null; key: string | null; url: string } | null>(null)
  const form = useSubscriptionForm(NEW)
  const acting = useFormAct(form, {
    act: (values) => {
      const { routingKeyPattern, format, signature, kind } = values
      const retryDelays = delaysIn(values.delays)
      return body(
        api.POST('/api/v1/subscriptions', {
          body: {
            routingKeyPattern: routingKeyPattern.trim(),
            ...placeIn(values),
            format,
            ...(kind === 'webhook' ? { signature } : {}),
            ...(retryDelays?.length ? { retryDelays } : {}),
          },
        }),
      )
    },
    done: t('added'),
    refresh: [['webhooks']],
    fields: FIELDS,
    after: (answer) => {
      form.reset()
      close()
      const key = answer.publicKeys?.[0]?.publicKey ?? null
      if (answer.secret === undefined && key === null)
        return navigate({ to: '/webhooks/$id', params: { id: answer.id } })
      setMade({ id: answer.id, secret: answer.secret ?? null, key, url: placeOf(answer) })
    },
  })
  return (
    <>
      <FormDialogue title={t('add')} opened={opened} close={close} acting={acting} confirm={t('add')} size="lg">
        <SegmentedControl
          aria-label={t('kind')}
          data={(['webhook', 'rabbitmq', 'kafka', 'mqtt'] as const).map((value) => ({ value, label: t(value) }))}
          {...form.getInputProps('kind')}
        />
        {form.errors.kind && (
          <Text c="var(--bad)" size="sm" role="alert">
            {form.errors.kind}
          </Text>
        )}
        <Fields form={form} />
        {form.values.kind === 'webhook' && (
          <Select
            label={t('signature')}
            data={(['v1', 'v1a'] as const).map((value) => ({ value, label: t(value) }))}
            {...form.getInputProps('signature')}
          />
        )}
      </FormDialogue>
      <ShownOnce
        secret={made === null ? null : (made.secret ?? made.key)}
        about={t(made?.secret ? 'secretAbout' : 'publicKeyAbout', { url: made?.url })}
        close={() => {
          const id = made?.id
          setMade(null)
          if (id !== undefined) void navigate({ to: '/webhooks/$id', params: { id } })
        }}
      />
    </>
  )
}

const LABELS = {
  kind: 'kind',
  routingKeyPattern: 'pattern',
  webhookUrl: 'url',
  exchange: 'exchange',
  routingKey: 'routingKey',
  topic: 'topic',
  retain: 'retain',
  format: 'format',
  signature: 'signature',
  delays: 'delays',
} as const

/** Changes events, address, form and retries of a subscription. */
export function EditSubscription({ subscription, close }: { subscription: Listed; close: () => void }) {
  const t = useTexts(subscriptionTexts)
  const language = useLanguage()
  const form = useSubscriptionForm(valuesOf(subscription, language))
  const params = { path: { id: subscription.id } }
  const save = useMeanwhile(form, valuesOf(subscription, language), (field) => t(LABELS[field]))
  const acting = useFormAct(form, {
    act: (values) =>
      save(
        values,
        () => body(api.GET('/api/v1/subscriptions/{id}', { params })),
        (it) => valuesOf(it, language),
        (values) =>
          body(
            api.PATCH('/api/v1/subscriptions/{id}', {
              params,
              body: {
                routingKeyPattern: values.routingKeyPattern.trim(),
                ...placeIn(values),
                format: values.format,
                retryDelays: values.delays.length === 0 ? null : delaysIn(values.delays),
              },
            }),
          ),
      ),
    done: t('edited'),
    refresh: [['webhooks']],
    fields: FIELDS,
    after: close,
  })
  return (
    <FormDialogue title={t('edit')} opened close={close} acting={acting} confirm={t('edit')} size="lg">
      <Text size="sm" c="dimmed">
        {t('editAbout')}
      </Text>
      <Fields form={form} />
    </FormDialogue>
  )
}

function useSubscriptionForm(initialValues: Values) {
  const t = useTexts(subscriptionTexts)
  return useForm<Values>({
    initialValues,
    validate: {
      routingKeyPattern: (value) => (value.trim() === '' ? t('needed') : null),
      webhookUrl: (value, { kind }) => (kind === 'webhook' && value.trim() === '' ? t('needed') : null),
      topic: (value, { kind }) => ((kind === 'kafka' || kind === 'mqtt') && value.trim() === '' ? t('needed') : null),
      delays: (value) => {
        const wrong = value.find((each) => delaysIn([each]) === undefined)
        return wrong === undefined ? null : t('noDelay', { written: wrong })
      },
    },
  })
}

function Fields({ form }: { form: UseFormReturnType<Values> }) {
  const t = useTexts(subscriptionTexts)
  const { kind } = form.values
  const types = useQuery(eventTypesQuery)
  const names = types.data?.map(({ name }) => name) ?? []
  const families = [...new Set(names.map((name) => `${name.split('.')[0]}.*`))]
  const formats = (['as-received', 'cloudevents', 'cloudevents-binary', 'cloudevents-batch'] as const).filter(
    (format) => kind === 'webhook' || format !== 'cloudevents-batch',
  )
  return (
    <Stack gap="md">
      {kind === 'webhook' && (
        <TextInput
          type="url"
          label={t('url')}
          description={t('urlAbout')}
          required
          data-autofocus
          {...form.getInputProps('webhookUrl')}
        />
      )}
      {kind === 'rabbitmq' && (
        <>
          <TextInput label={t('exchange')} description={t('exchangeAbout')} {...form.getInputProps('exchange')} />
          <TextInput label={t('routingKey')} description={t('routingKeyAbout')} {...form.getInputProps('routingKey')} />
        </>
      )}
      {(kind === 'kafka' || kind === 'mqtt') && (
        <TextInput label={t('topic')} required {...form.getInputProps('topic')} />
      )}
      {kind === 'mqtt' && <Switch label={t('retain')} {...form.getInputProps('retain', { type: 'checkbox' })} />}
      <Autocomplete
        label={t('pattern')}
        description={t('patternAbout')}
        required
        data={[...families, ...names]}
        limit={8}
        {...form.getInputProps('routingKeyPattern')}
      />
      <Select
        label={t('format')}
        data={formats.map((value) => ({ value, label: t(value) }))}
        {...form.getInputProps('format')}
      />
      <TagsInput
        label={t('delays')}
        description={t('delaysAbout')}
        placeholder={form.values.delays.length === 0 ? t('delaysUsual') : undefined}
        acceptValueOnBlur
        // The same delay twice is two tries.
        allowDuplicates
        splitChars={[',', ';']}
        {...form.getInputProps('delays')}
      />
    </Stack>
  )
}
