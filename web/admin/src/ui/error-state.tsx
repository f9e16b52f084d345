import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { ApiError, fieldErrors } from '../api/problem.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { uiTexts } from './texts.ts'

/** A part of the admin that did not come; browsers and the bundler say so each in their words, and in English. */
const isUnloaded = (error: unknown): boolean =>
  error instanceof Error && /preload CSS|dynamically imported module|importing a module script/i.test(error.message)

/** What happened and what to do, in a sentence: the program's own words where it has some. */
export function useSentence(): (error: unknown) => string {
  const t = useTexts(uiTexts)
  const language = useLanguage()
  return (error) => {
    if (isUnloaded(error)) return t('unloaded')
    if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
    const { status, problem } = error
    if (status === 0) return t('unreachable')
    if (status === 403) return t('forbidden')
    if (status === 404) return t('gone')
    if (status === 429 || status === 503 || problem.code === 'idempotency-running') return t('busy')
    if (status >= 500) return t('ours', { trace: problem.traceId ?? status })
    const fields = Object.entries(fieldErrors(error, language))
    if (fields.length > 0)
      return t('invalid', { fields: fields.map(([path, message]) => `${path} ${message}`).join('; ') })
    const said = problem.messages?.[language]
    if (said !== undefined) return said
    if (status === 409) return t('conflict', { detail: problem.detail })
    return problem.detail ?? problem.title ?? t('failed')
  }
}

/** What did not come is never asked for again by the page as it is. Without a network it would be left with nothing at all. */
const loadAnew = () => {
  if (navigator.onLine) location.reload()
}

/** An address that holds no id (of one that was cut off) leads nowhere, as one whose id is nobody's. */
const leadsNowhere = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status === 400 &&
  error.problem.errors?.every(({ path }) => path === '/id') === true

/** A part of a page that could not be loaded, with the way to try again. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useTexts(uiTexts)
  const sentence = useSentence()
  return (
    <Alert icon={<IconAlertCircle />} color="red" title={t('failed')} my="md" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{leadsNowhere(error) ? t('gone') : sentence(error)}</Text>
        {retry && (
          <Button variant="default" size="xs" onClick={isUnloaded(error) ? loadAnew : retry}>
            {t('retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}
