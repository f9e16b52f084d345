import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { FormDialogue, useFormAct } from '../ui/form.tsx'
import { idTaken } from '../ui/ids.ts'
import { NameAndId } from '../ui/name-and-id.tsx'
import { OWN_ZONE } from '../ui/zones.ts'
import { contactOf, FIELDS, formOf, isBare, nobody } from './contact.ts'
import { contactQuery } from './contact-query.ts'
import { PersonFields, useAttributesRule } from './fields.tsx'
import { peopleTexts } from './texts.ts'

/** Somebody new. Who is known already is left as they are. */
export function RegisterPerson({ close, made }: { close: () => void; made: (id: string) => void }) {
  const t = useTexts(peopleTexts)
  const language = useLanguage()
  const queries = useQueryClient()
  const form = useForm({
    initialValues: { ...formOf({ ...nobody(''), locale: language, timeZone: OWN_ZONE }), id: '' },
    validate: { id: (id) => (id.trim() === '' ? t('needId') : null), attributes: useAttributesRule() },
  })
  const acting = useFormAct(form, {
    act: async (values) => {
      const id = values.id.trim()
      const there = await queries.fetchQuery({ ...contactQuery(id), staleTime: 0 })
      if (!isBare(there)) throw idTaken(t('taken', { name: there.name ?? id }))
      return body(api.PUT('/api/v1/contacts/{id}', { params: { path: { id } }, body: contactOf(there, values) }))
    },
    done: t('registered'),
    refresh: [['people'], ['conversations']],
    after: ({ id }) => {
      close()
      made(id)
    },
    fields: FIELDS,
  })
  return (
    <FormDialogue title={t('register')} opened close={close} acting={acting} confirm={t('register')}>
      <NameAndId form={form} label={t('name')} idAbout={t('idAbout')} />
      <PersonFields form={form} />
    </FormDialogue>
  )
}
