import { Button, Group, Paper, PasswordInput, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import { ROLE_ABOUT, ROLE_NAMES } from '../settings/roles.ts'
import { Facts } from '../ui/facts.tsx'
import { useFormAct } from '../ui/form.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { accountTexts } from './account.texts.ts'
import { Preferences } from './account.tsx'
import { useLanguage } from './language.ts'
import { useCan, useSession } from './session.ts'
import { useTexts } from './texts.ts'

/** Who one is here, how it looks and speaks, and one's password. */
export function AccountPage() {
  const t = useTexts(accountTexts)
  const language = useLanguage()
  const { user, tenantName } = useSession()
  const can = useCan()
  return (
    <>
      <PageHead title={t('title')} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" maw={960}>
        <Paper p="lg" bg="var(--raised)">
          <Title order={2} size="h3" mb="sm">
            {t('who')}
          </Title>
          <Facts
            facts={[
              [t('name'), user?.name],
              [t('email'), user?.email],
              [t('tenant'), tenantName],
              [t('role'), user ? ROLE_NAMES[user.role][language] : undefined],
            ]}
          />
          {user && (
            <Text size="sm" c="dimmed">
              {ROLE_ABOUT[user.role][language]}
            </Text>
          )}
          {user && can('users:write') && (
            <Link to="/settings/users" search={{ selected: user.id }}>
              {t('changeWho')}
            </Link>
          )}
          <Title order={2} size="h3" mt="lg" mb="sm">
            {t('looks')}
          </Title>
          <Preferences />
        </Paper>
        {user && (
          <Paper p="lg" bg="var(--raised)">
            <Title order={2} size="h3" mb="sm">
              {t('password')}
            </Title>
            <ChangePassword email={user.email} />
          </Paper>
        )}
      </SimpleGrid>
    </>
  )
}

function ChangePassword({ email }: { email: string }) {
  const t = useTexts(accountTexts)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '', again: '' },
    validate: {
      currentPassword: (value) => (value === '' ? t('needCurrent') : null),
      newPassword: (value) => (value.length < 8 ? t('short') : null),
      again: (value, { newPassword }) => (value === newPassword ? null : t('differs')),
    },
  })
  const acting = useFormAct(form, {
    act: ({ currentPassword, newPassword }) =>
      api.POST('/api/v1/me/password', { body: { currentPassword, newPassword } }),
    done: t('done'),
    after: async () => {
      queries.clear()
      await navigate({ to: '/sign-in', search: { back: '/account' } })
    },
  })
  const show = { visibilityToggleButtonProps: { 'aria-label': t('show') } }
  return (
    <form onSubmit={acting.submit} noValidate>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('passwordAbout')}
        </Text>
        {/* For password managers, which otherwise do not know whose it is. */}
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <PasswordInput
          label={t('current')}
          autoComplete="current-password"
          {...show}
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          label={t('new')}
          description={t('newAbout')}
          autoComplete="new-password"
          {...show}
          {...form.getInputProps('newPassword')}
        />
        <PasswordInput label={t('again')} autoComplete="new-password" {...show} {...form.getInputProps('again')} />
        {acting.problem}
        <Group>
          <Button type="submit" loading={acting.pending}>
            {t('change')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
