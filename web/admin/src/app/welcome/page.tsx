import { Button, Group, Paper, PasswordInput, Radio, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api } from '../../api/client.ts'
import { useFormAct } from '../../ui/form.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { OWN_ZONE } from '../../ui/zones.ts'
import { useLanguage } from '../language.ts'
import { isNew, sessionQuery, signIn, useSession } from '../session.ts'
import { useTexts } from '../texts.ts'
import { fillSample } from './sample.ts'
import { welcomeTexts } from './texts.ts'

/** The first minutes of an installation: whose it is, who administers it, and whether there is something to look at. */
export function Welcome() {
  const t = useTexts(welcomeTexts)
  const language = useLanguage()
  const session = useSession()
  const { user, tenant } = session
  const queries = useQueryClient()
  const navigate = useNavigate()
  const form = useForm({
    initialValues: { organisation: '', name: '', password: '', start: 'sample' },
    validate: {
      organisation: (value) => (value.trim() === '' ? t('needOrganisation') : null),
      name: (value) => (value.trim() === '' ? t('needName') : null),
      password: (value) => (value.length < 8 ? t('short') : null),
    },
  })
  const acting = useFormAct(form, {
    act: async ({ organisation, name, password, start }) => {
      if (user === null) return
      if (start === 'sample') await fillSample(OWN_ZONE, language)
      await api.PATCH('/api/v1/tenants/{id}', { params: { path: { id: tenant } }, body: { name: organisation.trim() } })
      // The last step, since it ends the session; a new one is begun at once.
      await api.PATCH('/api/v1/users/{id}', {
        params: { path: { id: user.id } },
        body: { name: name.trim(), password },
      })
      await signIn({ email: user.email, password, tenant })
    },
    done: t('done'),
    after: async () => {
      queries.clear()
      await queries.fetchQuery(sessionQuery)
      await navigate({ to: '/' })
    },
  })
  if (user === null || !isNew(session)) return <PageHead title={t('ready')} about={t('readyAbout')} />
  return (
    <Stack maw={560} mx="auto" py="lg">
      <PageHead title={t('title')} about={t('about')} />
      <Paper p="xl" radius="lg" bg="var(--raised)">
        <form onSubmit={acting.submit} noValidate>
          <Stack gap="md">
            <TextInput
              label={t('organisation')}
              description={t('organisationAbout')}
              autoComplete="organization"
              {...form.getInputProps('organisation')}
            />
            <TextInput label={t('name')} autoComplete="name" {...form.getInputProps('name')} />
            <input type="hidden" name="username" autoComplete="username" value={user.email} />
            <PasswordInput
              label={t('password')}
              description={t('passwordAbout', { email: user.email })}
              autoComplete="new-password"
              visibilityToggleButtonProps={{ 'aria-label': t('show') }}
              {...form.getInputProps('password')}
            />
            <Radio.Group label={t('start')} {...form.getInputProps('start')}>
              <Stack gap="xs" mt="xs">
                <Radio value="sample" label={t('sample')} description={t('sampleAbout')} />
                <Radio value="empty" label={t('empty')} description={t('emptyAbout')} />
              </Stack>
            </Radio.Group>
            {acting.problem}
            <Group justify="flex-end">
              <Button type="submit" size="md" loading={acting.pending}>
                {t('go')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </Stack>
  )
}
