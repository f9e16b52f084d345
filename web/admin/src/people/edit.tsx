import { TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, body, tagged } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { useMeanwhile } from '../ui/meanwhile.ts'
import { type Contact, contactOf, FIELDS, formOf } from './contact.ts'
import { PersonFields, useAttributesRule } from './fields.tsx'
import { peopleTexts } from './texts.ts'

const LABELS = {
  name: 'name',
  email: 'email',
  phone: 'phone',
  push: 'push',
  locale: 'language',
  timeZone: 'zone',
  attributes: 'attributes',
} as const

/** Who somebody is and how they are reached. */
export function EditPerson({ contact, close }: { contact: Contact; close: () => void }) {
  const t = useTexts(peopleTexts)
  const form = useForm({ initialValues: formOf(contact), validate: { attributes: useAttributesRule() } })
  const params = { path: { id: contact.id } }
  const save = useMeanwhile(form, formOf(contact), (field) => t(LABELS[field]))
  const acting = useFormAct(form, {
    act: (values) =>
      save(
        values,
        () => tagged(api.GET('/api/v1/contacts/{id}', { params })),
        ({ it }) => formOf(it),
        // Kinds of address that the form does not show are as they are by now.
        (values, { it, ifMatch }) =>
          body(api.PUT('/api/v1/contacts/{id}', { params, headers: ifMatch, body: contactOf(it, values) })),
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
