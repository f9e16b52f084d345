import { TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import type { Role } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { FormDialogue, useFormAct } from '../../ui/form.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { RoleSelect } from '../role-select.tsx'
import { usersTexts } from './texts.ts'

/** A new user. The program makes up the first password and shows it once. */
export function InviteUser({ opened, close }: { opened: boolean; close: () => void }) {
  const t = useTexts(usersTexts)
  const [made, setMade] = useState<{ password: string; name: string } | null>(null)
  const form = useForm({
    initialValues: { name: '', email: '', role: 'agent' as Role },
    validate: {
      name: (value) => (value.trim() === '' ? t('needName') : null),
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : t('needEmail')),
    },
  })
  const acting = useFormAct(form, {
    act: ({ name, email, role }) =>
      body(api.POST('/api/v1/users', { body: { name: name.trim(), email: email.trim(), role } })),
    done: ({ name }) => t('invited', { name }),
    refresh: [['settings', 'users']],
    after: ({ name, password }) => {
      setMade(password ? { password, name } : null)
      form.reset()
      close()
    },
  })
  return (
    <>
      <FormDialogue title={t('invite')} opened={opened} close={close} acting={acting} confirm={t('invite')}>
        <TextInput label={t('name')} required data-autofocus {...form.getInputProps('name')} />
        <TextInput label={t('email')} type="email" required {...form.getInputProps('email')} />
        <RoleSelect label={t('role')} {...form.getInputProps('role')} value={form.values.role} />
      </FormDialogue>
      <ShownOnce
        secret={made?.password ?? null}
        about={t('passwordOnce', { name: made?.name })}
        close={() => setMade(null)}
      />
    </>
  )
}
