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
export function EditEvent({ event, ...shown }: { event: Edited; opened: boolean; close: () => void }) {
  const t = useTexts(eventTexts)
  return (
    <EditData
      {...shown}
      data={event.data}
      title={t('edit')}
      about={t('editAbout')}
      done={t('edited')}
      act={(data, reason) =>
        body(
          api.PUT('/backoffice/events/failures/{id}', {
            params: { path: { id: event.id }, query: { source: event.source } },
            body: { data, reason },
          }),
        )
      }
    />
  )
}

/** Asks for other data of an event, and why; what the program finds wrong with them is said, and they stay. */
export function EditData(props: {
  data: unknown
  title: string
  about: string
  done: string
  act: (data: unknown, reason: string) => Promise<unknown>
  opened: boolean
  close: () => void
}) {
  const { data, title, about, done, act, opened, close } = props
  const t = useTexts(eventTexts)
  const form = useForm({
    initialValues: { data: JSON.stringify(data, null, 2), reason: '' },
    validate: {
      data: (text) => (jsonIn(text) === undefined ? t('noJson') : null),
      reason: (text) => (text.trim() === '' ? t('needed') : null),
    },
  })
  const acting = useFormAct(form, {
    act: (values) => act(jsonIn(values.data), values.reason.trim()),
    done,
    refresh: [['events']],
    after: close,
  })
  return (
    <FormDialogue title={title} opened={opened} close={close} acting={acting} confirm={title} size="lg">
      <Text size="sm" c="dimmed">
        {about}
      </Text>
      <JsonInput
        label={t('editData')}
        autosize
        minRows={8}
        maxRows={20}
        styles={MONO}
        validationError={t('noJson')}
        {...form.getInputProps('data')}
      />
      <TextInput label={t('reason')} description={t('reasonAbout')} required {...form.getInputProps('reason')} />
    </FormDialogue>
  )
}
