import { Alert, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ApiError } from '../api/problem.ts'
import { useSentence } from '../ui/error-state.tsx'
import { Folded } from '../ui/folded.tsx'
import { Preferences } from './account.tsx'
import { Mark } from './mark.tsx'
import { safeBack } from './safe-back.ts'
import { isSomebodyElse, sessionQuery, signIn } from './session.ts'
import classes from './sign-in.module.css'
import { signInTexts } from './sign-in.texts.ts'
import { useTexts } from './texts.ts'

export function SignIn() {
  const t = useTexts(signInTexts)
  const sentence = useSentence()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { back } = useSearch({ from: '/sign-in' })
  useEffect(() => {
    document.title = `${t('enter')} · Cauce`
  })
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '', tenant: '' },
    validate: {
      email: (value) => (/\S+@\S+/.test(value) ? null : t('needEmail')),
      password: (value) => (value === '' ? t('needPassword') : null),
    },
  })
  const entering = useMutation({
    mutationFn: async ({ tenant, ...given }: typeof form.values) => {
      await signIn({ ...given, email: given.email.trim(), ...(tenant.trim() ? { tenant: tenant.trim() } : {}) })
      queries.clear()
      const session = await queries.fetchQuery(sessionQuery)
      // Somebody else at the same screen finds no drafts of who was there before.
      if (isSomebodyElse(session)) location.replace(safeBack(back))
      else await navigate({ href: safeBack(back), replace: true })
    },
  })
  const wrong = entering.error instanceof ApiError && entering.error.status === 401
  return (
    <main className={classes.page} id="page">
      <Paper className={classes.card} p="xl" radius="lg">
        <form onSubmit={form.onSubmit((values) => entering.mutate(values))} noValidate>
          <Stack gap="md">
            <div className={classes.brand}>
              <Mark size={36} />
              <Title order={1}>Cauce</Title>
            </div>
            <Text c="dimmed">{t('about')}</Text>
            {entering.error && (
              <Alert color="red" role="alert">
                {wrong ? t('wrong') : sentence(entering.error)}
              </Alert>
            )}
            <TextInput
              label={t('email')}
              type="email"
              autoComplete="username"
              autoFocus
              key={form.key('email')}
              {...form.getInputProps('email')}
            />
            <PasswordInput
              label={t('password')}
              autoComplete="current-password"
              visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
              key={form.key('password')}
              {...form.getInputProps('password')}
            />
            <Folded title={t('several')}>
              <TextInput
                label={t('tenant')}
                autoComplete="organization"
                key={form.key('tenant')}
                {...form.getInputProps('tenant')}
              />
            </Folded>
            <Folded title={t('forgot')}>
              <Text size="sm">{t('forgotAbout')}</Text>
            </Folded>
            <Button type="submit" loading={entering.isPending} size="md">
              {t('enter')}
            </Button>
          </Stack>
        </form>
      </Paper>
      <div className={classes.preferences}>
        <Preferences />
      </div>
    </main>
  )
}
