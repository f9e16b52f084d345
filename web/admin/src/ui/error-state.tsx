import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError } from '../api/problem.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { PageHead } from './page-head.tsx'
import { isUnloaded, sentenceOf } from './sentence.ts'
import { uiTexts } from './texts.ts'

/** What happened and what to do, in a sentence. */
export function useSentence(): (error: unknown) => string {
  const t = useTexts(uiTexts)
  const language = useLanguage()
  return (error) => sentenceOf(error, language, t)
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

/** There is no such thing, and trying again finds none. */
export const isGone = (error: unknown): boolean =>
  leadsNowhere(error) || (error instanceof ApiError && error.status === 404)

/**
 * A part of a page that could not be loaded, with the way to try again.
 * @param props.title what else could not be done
 */
export function ErrorState({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const t = useTexts(uiTexts)
  const sentence = useSentence()
  return (
    <Alert
      icon={<IconAlertCircle />}
      color="red"
      title={title ?? t(isGone(error) ? 'notListed' : 'failed')}
      my="md"
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{isGone(error) ? t('gone') : sentence(error)}</Text>
        {retry && !isGone(error) && (
          <Button variant="default" size="xs" onClick={isUnloaded(error) ? loadAnew : retry}>
            {t('retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/**
 * A page whose one thing could not be loaded. Where there is no such thing its heading says so, under the way back to those that
 * there are.
 */
export function PageError(props: { error: unknown; retry: () => void; gone: string; above: ReactNode }) {
  const { error, retry, gone, above } = props
  const t = useTexts(uiTexts)
  return isGone(error) ? (
    <PageHead above={above} title={gone} about={t('gone')} />
  ) : (
    <ErrorState error={error} retry={retry} />
  )
}
