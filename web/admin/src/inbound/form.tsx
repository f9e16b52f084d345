import { Select, Switch, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { api, body, tagged } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { useMeanwhile } from '../ui/meanwhile.ts'
import { ShownOnce } from '../ui/shown-once.tsx'
import type { InboundEndpoint } from './state.tsx'
import { inboundTexts } from './texts.ts'

type Verification = InboundEndpoint['verification']
type Kind = Verification['kind']

/** What each proof is called. */
export const PROOFS = {
  'standard-webhooks': 'standard',
  hmac: 'hmac',
  token: 'token',
  'secret-path': 'secretPath',
} as const satisfies Record<Kind, string>

type Values = {
  name: string
  enabled: boolean
  kind: Kind
  header: string
  prefix: string
  type: string
  conversation: string
  subject: string
  data: string
}

/** The proof as the form has it; what it does not show of one that stays of its kind is kept. */
function verificationOf({ kind, header, prefix }: Values, before: Verification | undefined): Verification {
  const kept = before?.kind === kind ? before : undefined
  const named = { ...(header === '' ? {} : { header }), ...(prefix === '' ? {} : { prefix }) }
  if (kind === 'hmac') {
    const { header: _, prefix: __, ...rest } = { header: '', prefix: '', ...(kept as object) }
    return { ...rest, kind, header, ...(prefix === '' ? {} : { prefix }) }
  }
  if (kind === 'token') {
    const { header: _, prefix: __, ...rest } = { header: '', prefix: '', ...(kept as object) }
    return { ...rest, kind, ...named }
  }
  return { ...(kept as object), kind } as Verification
}

/** The mapping likewise; nothing where the message has to be an event already. */
function mappingOf(values: Values, before: InboundEndpoint['event']) {
  const given = Object.fromEntries(
    (['type', 'conversation', 'subject', 'data'] as const).map((field) => [
      field,
      values[field].trim() === '' ? undefined : values[field].trim(),
    ]),
  )
  const event = { ...before, ...given }
  return Object.values(event).some((value) => value !== undefined) ? { event } : {}
}

function valuesOf(endpoint: InboundEndpoint | null): Values {
  const proof = endpoint?.verification
  return {
    name: endpoint?.name ?? '',
    enabled: endpoint?.enabled ?? true,
    kind: proof?.kind ?? 'standard-webhooks',
    header: (proof && 'header' in proof && proof.header) || '',
    prefix: (proof && 'prefix' in proof && proof.prefix) || '',
    type: endpoint?.event?.type ?? '',
    conversation: endpoint?.event?.conversation ?? '',
    subject: endpoint?.event?.subject ?? '',
    data: endpoint?.event?.data ?? '',
  }
}

/** What the form does not show stays as it is. */
const definitionOf = (values: Values, before: InboundEndpoint | null) => ({
  name: values.name.trim(),
  enabled: values.enabled,
  verification: verificationOf(values, before?.verification),
  ...mappingOf(values, before?.event),
  ...(before?.headers ? { headers: before.headers } : {}),
  ...(before?.networks ? { networks: before.networks } : {}),
})

/** What the form calls a field. */
const LABELS = {
  name: 'name',
  enabled: 'enabled',
  kind: 'proof',
  header: 'header',
  prefix: 'prefix',
  type: 'type',
  conversation: 'conversation',
  subject: 'subject',
  data: 'data',
} as const

/** Makes or changes an endpoint. A secret that the program made is shown once. */
export function EndpointDialogue({ endpoint, close }: { endpoint: InboundEndpoint | null; close: () => void }) {
  const t = useTexts(inboundTexts)
  const [once, setOnce] = useState<{ secret: string; about: string } | null>(null)
  const form = useForm<Values>({
    initialValues: valuesOf(endpoint),
    validate: {
      name: (given) => (given.trim() === '' ? t('needName') : null),
      header: (given, { kind }) => (kind === 'hmac' && given.trim() === '' ? t('needHeader') : null),
    },
  })
  const save = useMeanwhile(form, valuesOf(endpoint), (field) => t(LABELS[field]))
  const acting = useFormAct(form, {
    act: (values) => {
      if (endpoint === null) return body(api.POST('/api/v1/inbound-endpoints', { body: definitionOf(values, null) }))
      const params = { path: { id: endpoint.id } }
      return save(
        values,
        () => tagged(api.GET('/api/v1/inbound-endpoints/{id}', { params })),
        ({ it }) => valuesOf(it),
        (values, { it, ifMatch }) =>
          body(api.PUT('/api/v1/inbound-endpoints/{id}', { params, headers: ifMatch, body: definitionOf(values, it) })),
      )
    },
    done: t(endpoint === null ? 'made' : 'saved'),
    refresh: [['inbound']],
    after: ({ name, secret, url, verification: { kind } }) => {
      if (endpoint === null && kind === 'secret-path' && url) setOnce({ secret: url, about: t('urlOnce', { name }) })
      else if (secret) setOnce({ secret, about: t('secretOnce', { name }) })
      else close()
    },
    fields: {
      'verification.header': 'header',
      'verification.prefix': 'prefix',
      'event.type': 'type',
      'event.conversation': 'conversation',
      'event.subject': 'subject',
      'event.data': 'data',
    },
  })
  if (once !== null) return <ShownOnce {...once} close={close} />
  const { kind } = form.values
  return (
    <FormDialogue
      title={t(endpoint === null ? 'add' : 'change')}
      opened
      close={close}
      acting={acting}
      confirm={t(endpoint === null ? 'add' : 'save')}
    >
      <TextInput label={t('name')} required data-autofocus {...form.getInputProps('name')} />
      <Select
        label={t('proof')}
        description={t('proofAbout')}
        data={Object.entries(PROOFS).map(([value, word]) => ({ value, label: t(word) }))}
        {...form.getInputProps('kind')}
      />
      {(kind === 'hmac' || kind === 'token') && (
        <>
          <TextInput
            label={t('header')}
            required={kind === 'hmac'}
            placeholder={kind === 'hmac' ? 'x-signature' : 'authorization'}
            {...form.getInputProps('header')}
          />
          <TextInput label={t('prefix')} description={t('prefixAbout')} {...form.getInputProps('prefix')} />
        </>
      )}
      <Title order={3} size="h4">
        {t('mapping')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('mappingAbout')}
      </Text>
      <TextInput label={t('type')} description={t('typeAbout')} {...form.getInputProps('type')} />
      <TextInput
        label={t('conversation')}
        description={t('conversationAbout')}
        {...form.getInputProps('conversation')}
      />
      <TextInput label={t('subject')} {...form.getInputProps('subject')} />
      <TextInput label={t('data')} description={t('dataAbout')} {...form.getInputProps('data')} />
      <Switch label={t('enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
    </FormDialogue>
  )
}
