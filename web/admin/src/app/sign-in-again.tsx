import { Alert, Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { ApiError } from '../api/problem.ts'
import { Dialogue } from '../ui/dialogue.tsx'
import { useSentence } from '../ui/error-state.tsx'
import { type Ended, isSomebodyElse, sessionQuery, setSessionEnded, signIn, useSession } from './session.ts'
import { signInTexts } from './sign-in.texts.ts'
import { useTexts } from './texts.ts'

/** Over the page of who was signed in until just now. What lies under it stays as it is, out of sight for others. */
export default function SignInAgain({ why }: { why: Ended }) {
  const t = useTexts(signInTexts)
  const sentence = useSentence()
  const queries = useQueryClient()
  const router = useRouter()
  const { tenant, user } = useSession()
  const email = user?.email ?? ''
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (value) => (value === '' ? t('needPassword') : null) },
  })
  const entering = useMutation({
    mutationFn: async ({ password }: typeof form.values) => {
      await signIn({ email, password, tenant })
      if (isSomebodyElse(await queries.fetchQuery({ ...sessionQuery, staleTime: 0 }))) return location.assign('/')
      setSessionEnded(null)
      // What was refused meanwhile is asked for again, and pages that could not open do.
      await Promise.all([queries.invalidateQueries(), router.invalidate()])
    },
  })
  const wrong = entering.error instanceof ApiError && entering.error.status === 401
  return (
    <Dialogue
      opened
      onClose={() => {}}
      withCloseButton={false}
      title={t('again')}
      centered
      zIndex={500}
      overlayProps={{ blur: 12, backgroundOpacity: 0.7 }}
    >
      <form onSubmit={form.onSubmit((values) => entering.mutate(values))} noValidate>
        <Stack gap="md">
          <Text>
            {why === 'elsewhere' && `${t('elsewhere')} `}
            {t('againAbout', { email })}
          </Text>
          {entering.error && (
            <Alert color="red" role="alert">
              {wrong ? t('wrongPassword') : sentence(entering.error)}
            </Alert>
          )}
          <input type="hidden" name="username" autoComplete="username" value={email} />
          <PasswordInput
            label={t('password')}
            autoComplete="current-password"
            data-autofocus
            visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Group justify="space-between" gap="xs">
            <Button
              variant="subtle"
              component="a"
              href={`/sign-in?back=${encodeURIComponent(router.state.location.href)}`}
            >
              {t('other')}
            </Button>
            <Button type="submit" loading={entering.isPending}>
              {t('enter')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialogue>
  )
}
