import { JsonInput, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, body } from '../../api/client.ts'
import { useTexts } from '../../app/texts.ts'
import { FormDialogue, useFormAct } from '../../ui/form.tsx'
import { jsonIn } from '../../ui/json-text.ts'
import { MONO } from '../../ui/mono.ts'
import { eventTexts } from './texts.ts'

type Edited = { id: string; source: string; data?: unknown }

/** Puts the data of a set-aside event right; who could not handle it tries again with them. */
export function EditEvent({ event, opened, close }: { event: Edited; opened: boolean; close: () => void }) {
  const t = useTexts(eventTexts)
  const form = useForm({
    initialValues: { data: JSON.stringify(event.data, null, 2), reason: '' },
    validate: {
      data: (text) => (jsonIn(text) === undefined ? t('noJson') : null),
      reason: (text) => (text.trim() === '' ? t('needed') : null),
    },
  })
  const acting = useFormAct(form, {
    act: ({ data, reason }) =>
      body(
        api.PUT('/backoffice/events/failures/{id}', {
          params: { path: { id: event.id }, query: { source: event.source } },
          body: { data: jsonIn(data), reason: reason.trim() },
        }),
      ),
    done: t('edited'),
    refresh: [['events']],
    after: close,
  })
  return (
    <FormDialogue title={t('edit')} opened={opened} close={close} acting={acting} confirm={t('edit')} size="lg">
      <Text size="sm" c="dimmed">
        {t('editAbout')}
      </Text>
      <JsonInput
        label={t('editData')}
        autosize
        minRows={8}
        maxRows={20}
        styles={MONO}
        {...form.getInputProps('data')}
      />
      <TextInput label={t('reason')} description={t('reasonAbout')} required {...form.getInputProps('reason')} />
    </FormDialogue>
  )
}
