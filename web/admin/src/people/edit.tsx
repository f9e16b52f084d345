import { Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { api, body } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { MONO } from '../ui/mono.ts'
import { attributesFault, type Contact, contactOf, FIELDS, formOf } from './contact.ts'
import { peopleTexts } from './texts.ts'

/** Who somebody is and how they are reached. */
export function EditPerson({ contact, close }: { contact: Contact; close: () => void }) {
  const t = useTexts(peopleTexts)
  const form = useForm({
    initialValues: formOf(contact),
    validate: {
      attributes: (text) => {
        const why = attributesFault(text)
        return why === null ? null : t('attributesWrong', { why })
      },
    },
  })
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
  const several = { autosize: true, minRows: 1, description: t('several') }
  return (
    <FormDialogue
      title={t('editTitle', { name: contact.name ?? contact.id })}
      opened
      close={close}
      acting={acting}
      confirm={t('save')}
    >
      <TextInput label={t('name')} maxLength={500} {...form.getInputProps('name')} data-autofocus />
      <Textarea label={t('email')} {...several} {...form.getInputProps('email')} />
      <Textarea label={t('phone')} {...several} {...form.getInputProps('phone')} />
      <Textarea label={t('push')} {...several} description={t('pushAbout')} {...form.getInputProps('push')} />
      <TextInput label={t('language')} description={t('localeAbout')} {...form.getInputProps('locale')} />
      <TextInput label={t('zone')} description={t('zoneAbout')} {...form.getInputProps('timeZone')} />
      <Textarea
        label={t('attributes')}
        description={t('attributesAbout')}
        autosize
        minRows={3}
        styles={MONO}
        {...form.getInputProps('attributes')}
      />
    </FormDialogue>
  )
}
