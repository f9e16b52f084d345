import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { ApiError } from '../api/problem.ts'
import { useTexts } from '../app/texts.ts'
import { uiTexts } from './texts.ts'

/** What happened and what to do, in a sentence: the program's own words where it has some. */
export function useSentence(): (error: unknown) => string {
  const t = useTexts(uiTexts)
  return (error) => {
    if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error)
    const { status, problem } = error
    if (status === 0) return t('unreachable')
    if (status === 403) return problem.detail ?? t('forbidden')
    if (status === 404) return problem.detail ?? t('gone')
    if (status === 429 || status === 503) return problem.detail ?? t('busy')
    if (status >= 500) return t('ours', { trace: String(problem.traceId ?? problem.instance ?? status) })
    return problem.detail ?? problem.title ?? t('failed')
  }
}

/** A part of a page that could not be loaded, with the way to try again. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useTexts(uiTexts)
  const sentence = useSentence()
  return (
    <Alert icon={<IconAlertCircle />} color="red" title={t('failed')} my="md" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{sentence(error)}</Text>
        {retry && (
          <Button variant="default" size="xs" onClick={retry}>
            {t('retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}
