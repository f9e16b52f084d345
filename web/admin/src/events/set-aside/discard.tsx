import { Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, body } from '../../api/client.ts'
import { useTexts } from '../../app/texts.ts'
import { FormDialogue, useFormAct } from '../../ui/form.tsx'
import { setAsideTexts } from './texts.ts'

type Choice = { ids: string[]; source: string } | { filter: { consumer: string; error: string } }

/** Gives set-aside events up, one or a group, with what that means and why it is done. */
export function Discard(props: { choice: Choice; about: string; count: number; opened: boolean; close: () => void }) {
  const { choice, about, count, opened, close } = props
  const t = useTexts(setAsideTexts)
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (text) => (text.trim() === '' ? t('needed') : null) },
  })
  const acting = useFormAct(form, {
    act: ({ reason }) => body(api.POST('/backoffice/events/discard', { body: { ...choice, reason: reason.trim() } })),
    done: ({ discarded }) => t('discarded', { count: discarded }),
    refresh: [['events']],
    after: close,
  })
  return (
    <FormDialogue
      title={t('discard', { count })}
      opened={opened}
      close={close}
      acting={acting}
      confirm={t('discard', { count })}
    >
      <Text>{about}</Text>
      <TextInput
        label={t('reason')}
        description={t('reasonAbout')}
        required
        data-autofocus
        {...form.getInputProps('reason')}
      />
    </FormDialogue>
  )
}
