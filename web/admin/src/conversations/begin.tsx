import { Alert, Anchor, Select, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { useKeys } from '../api/new-key.ts'
import { useTexts } from '../app/texts.ts'
import { PersonSelect } from '../people/person-select.tsx'
import { useQueues } from '../queues/query.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { conversationTexts } from './texts.ts'

/** Where a conversation that begins here is held: on the page behind the person's link. */
const CHANNEL = 'webchat'

/** A conversation that whoever attends begins; what is written goes out as theirs. Tried again after a failure it is still one. */
export function BeginConversation(props: {
  person?: string | undefined
  close: () => void
  made: (id: string) => void
}) {
  const { person, close, made } = props
  const t = useTexts(conversationTexts)
  const queues = useQueues()
  const only = queues.length === 1 ? (queues[0]?.id ?? '') : ''
  const keyOf = useKeys()
  const form = useForm({
    initialValues: { contactId: person ?? '', queueId: '', text: '' },
    validate: {
      contactId: (id) => (id === '' ? t('needPerson') : null),
      queueId: (id) => ((id || only) === '' ? t('needQueue') : null),
    },
  })
  const acting = useFormAct(form, {
    act: async (given) => {
      const asked = { contactId: given.contactId, queueId: given.queueId || only, channel: CHANNEL }
      const params = { header: { 'Idempotency-Key': keyOf(asked) } }
      const begun = await body(api.POST('/api/v1/encounters', { params, body: asked }))
      const text = given.text.trim()
      if (text !== '')
        await api.POST('/api/v1/encounters/{id}/messages', {
          params: { path: { id: begun.id }, header: { 'Idempotency-Key': keyOf(text) } },
          body: { from: 'agent', text },
        })
      return begun
    },
    done: t('beginDone'),
    refresh: [['conversations'], ['people']],
    after: ({ id }) => {
      close()
      made(id)
    },
  })
  return (
    <FormDialogue title={t('begin')} opened close={close} acting={acting} confirm={t('begin')}>
      <PersonSelect
        label={t('person')}
        required
        value={form.values.contactId || undefined}
        onChange={(id) => form.setFieldValue('contactId', id ?? '')}
        error={form.errors.contactId}
      />
      <Select
        label={t('queue')}
        required
        searchable
        data={queues.map(({ id, name }) => ({ value: id, label: name ?? id }))}
        {...form.getInputProps('queueId')}
        value={form.values.queueId || only || null}
        onChange={(id) => form.setFieldValue('queueId', id ?? '')}
      />
      {queues.length === 0 && (
        <Alert color="yellow">
          {t('noQueues')}{' '}
          <Anchor underline="always" renderRoot={(root) => <Link {...root} to="/settings/queues" />}>
            {t('makeQueue')}
          </Anchor>
        </Alert>
      )}
      <Textarea
        label={t('beginText')}
        description={t('beginTextAbout')}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={32_000}
        {...form.getInputProps('text')}
      />
    </FormDialogue>
  )
}
