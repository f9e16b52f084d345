import { TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, body } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { type Contact, contactOf, FIELDS, formOf } from './contact.ts'
import { PersonFields, useAttributesRule } from './fields.tsx'
import { peopleTexts } from './texts.ts'

/** Who somebody is and how they are reached. */
export function EditPerson({ contact, close }: { contact: Contact; close: () => void }) {
  const t = useTexts(peopleTexts)
  const form = useForm({ initialValues: formOf(contact), validate: { attributes: useAttributesRule() } })
  const acting = useFormAct(form, {
    act: (values) =>
      body(
        api.PUT('/api/v1/contacts/{id}', { params: { path: { id: contact.id } }, body: contactOf(contact, values) }),
      ),
    done: t('saved'),
    refresh: [['people'], ['conversations'], ['notifications']],
    after: close,
    fields: FIELDS,
  })
  return (
    <FormDialogue
      title={t('editTitle', { name: contact.name ?? contact.id })}
      opened
      close={close}
      acting={acting}
      confirm={t('save')}
    >
      <TextInput label={t('name')} maxLength={500} {...form.getInputProps('name')} data-autofocus />
      <PersonFields form={form} />
    </FormDialogue>
  )
}
