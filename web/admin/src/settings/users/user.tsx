import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { api, body } from '../../api/client.ts'
import { newKey } from '../../api/new-key.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan, useSession } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { Facts } from '../../ui/facts.tsx'
import { useFormAct } from '../../ui/form.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { uiTexts } from '../../ui/texts.ts'
import { Unsaved } from '../../ui/unsaved.tsx'
import { When } from '../../ui/when.tsx'
import { RoleSelect } from '../role-select.tsx'
import { ROLE_NAMES, reaches } from '../roles.ts'
import { type User, UserState } from './state.tsx'
import { usersTexts } from './texts.ts'

/** One user: what is known, and for who may, name, role, suspension and removal. */
export function UserDetail({ user, gone }: { user: User; gone: () => void }) {
  const t = useTexts(usersTexts)
  const language = useLanguage()
  const can = useCan()
  const reader = useSession().user
  const me = reader?.id === user.id
  // Nobody changes whoever ranks above them.
  const mayChange = can('users:write') && reader !== null && reaches(reader.role, user.role)
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [t('email'), user.email],
          [t('role'), ROLE_NAMES[user.role][language]],
          [t('state'), <UserState key="state" status={user.status} />],
          [t('since'), <When clock="wall" key="since" at={user.createdAt} />],
          [t('lastLogin'), user.lastLoginAt ? <When clock="wall" key="last" at={user.lastLoginAt} /> : t('never')],
          [t('id'), <CopyId key="id" id={user.id} />],
        ]}
      />
      {mayChange && (
        <>
          <Change key={`${user.id} ${user.name} ${user.email} ${user.role}`} user={user} />
          {!me && <Acts user={user} gone={gone} />}
        </>
      )}
    </Stack>
  )
}

function Change({ user }: { user: User }) {
  const t = useTexts(usersTexts)
  const ui = useTexts(uiTexts)
  const form = useForm({
    initialValues: { name: user.name, email: user.email, role: user.role },
    validate: {
      name: (value) => (value.trim() === '' ? t('needName') : null),
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : t('needEmail')),
    },
  })
  const acting = useFormAct(form, {
    act: ({ name, email, role }) =>
      body(
        api.PATCH('/api/v1/users/{id}', {
          params: { path: { id: user.id } },
          body: { name: name.trim(), email: email.trim(), role },
        }),
      ),
    done: t('changed'),
    refresh: [['settings', 'users'], ['colleagues'], ['session']],
  })
  return (
    <form onSubmit={acting.submit}>
      <Stack gap="sm">
        <TextInput label={t('name')} {...form.getInputProps('name')} />
        <TextInput type="email" label={t('email')} {...form.getInputProps('email')} />
        <RoleSelect label={t('role')} {...form.getInputProps('role')} value={form.values.role} />
        <Unsaved when={form.isDirty() && !acting.pending} />
        {acting.problem}
        <Group>
          <Button type="submit" loading={acting.pending} disabled={!form.isDirty()}>
            {ui('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Acts({ user, gone }: { user: User; gone: () => void }) {
  const t = useTexts(usersTexts)
  const params = { path: { id: user.id } }
  const refresh = [['settings', 'users']]
  const named = { name: user.name }
  const [password, setPassword] = useState<string | null>(null)
  const newPassword = async () => {
    const made = newKey()
    await api.PATCH('/api/v1/users/{id}', { params, body: { password: made } })
    return made
  }
  return (
    <Group gap="xs">
      <ConfirmAct
        label={t('newPassword')}
        title={t('newPasswordAsk', named)}
        consequence={t('newPasswordAbout')}
        confirm={t('newPassword')}
        act={newPassword}
        refresh={refresh}
        after={setPassword}
      />
      <ShownOnce secret={password} about={t('newPasswordOnce', named)} close={() => setPassword(null)} />
      {user.status === 'active' ? (
        <ConfirmAct
          label={t('suspend')}
          title={t('suspendAsk', named)}
          consequence={t('suspendAbout')}
          confirm={t('suspend')}
          danger
          act={() => api.PATCH('/api/v1/users/{id}', { params, body: { status: 'suspended' } })}
          done={t('suspendedDone', named)}
          refresh={refresh}
        />
      ) : (
        <ConfirmAct
          label={t('resume')}
          title={t('resumeAsk', named)}
          consequence={t('resumeAbout')}
          confirm={t('resume')}
          act={() => api.PATCH('/api/v1/users/{id}', { params, body: { status: 'active' } })}
          done={t('resumedDone', named)}
          refresh={refresh}
        />
      )}
      <ConfirmAct
        label={t('remove')}
        button={{ variant: 'subtle', color: 'red' }}
        title={t('removeAsk', named)}
        consequence={t('removeAbout')}
        confirm={t('remove')}
        danger
        act={() => api.DELETE('/api/v1/users/{id}', { params })}
        done={t('removedDone', named)}
        refresh={refresh}
        after={gone}
      />
    </Group>
  )
}
