import { Alert, Button, Group, Stack } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { QueryKey } from '@tanstack/react-query'
import type { ReactNode, SyntheticEvent } from 'react'
import { ApiError, fieldErrors } from '../api/problem.ts'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from './act.ts'
import { capital } from './capital.ts'
import { Dialogue } from './dialogue.tsx'
import { useSentence } from './error-state.tsx'
import { uiTexts } from './texts.ts'
import { useLeaving } from './unsaved.tsx'

/**
 * Sends a form: what the program finds wrong stands at its fields, all else above the button; what was typed stays.
 * `fields` names those of the API that this form calls otherwise.
 */
export function useFormAct<Values extends Record<string, unknown>, Answer>(
  form: UseFormReturnType<Values>,
  options: {
    act: (values: Values) => Promise<Answer>
    done?: string | ((answer: Answer, values: Values) => string)
    refresh?: readonly QueryKey[]
    after?: (answer: Answer, values: Values) => unknown
    fields?: Readonly<Record<string, string>>
  },
) {
  const { fields = {}, ...act } = options
  const language = useLanguage()
  const sentence = useSentence()
  const acting = useAct<Values, Answer>({ ...act, quiet: true })
  const isShown = (error: unknown) =>
    error instanceof ApiError && Object.keys(named(error)).some((path) => isField(path, form.getValues()))
  const named = (error: unknown) =>
    Object.fromEntries(
      Object.entries(fieldErrors(error, language)).map(([path, said]) => [fields[path] ?? path, capital(said)]),
    )
  const submit = form.onSubmit((values) => acting.mutate(values, { onError: (error) => form.setErrors(named(error)) }))
  return {
    submit: (event?: SyntheticEvent<HTMLFormElement>) => {
      const unread = event && unreadIn(event.currentTarget)
      if (!unread) return submit(event)
      event.preventDefault()
      unread.focus()
    },
    pending: acting.isPending,
    reset: () => {
      acting.reset()
      form.reset()
    },
    isChanged: () => form.isDirty(),
    problem:
      acting.error && !isShown(acting.error) ? (
        <Alert color="red" role="alert">
          {sentence(acting.error)}
        </Alert>
      ) : null,
  }
}

/** Also one of a row: `holidays.0.to`. */
function isField(path: string, values: unknown): boolean {
  let at = values
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return false
    at = at[name as keyof typeof at]
  }
  return true
}

/** A field that says of itself that what stands in it was not understood: the form does not have it. */
const unreadIn = ({ elements }: HTMLFormElement): HTMLInputElement | undefined =>
  [...elements].find((each) => each instanceof HTMLInputElement && each.validity.customError) as
    | HTMLInputElement
    | undefined

/** A form over the page: its fields, the verb on its button, and the way out that keeps nothing. Other ways out ask first. */
export function FormDialogue(props: {
  title: string
  opened: boolean
  close: () => void
  acting: {
    submit: (event?: SyntheticEvent<HTMLFormElement>) => void
    pending: boolean
    problem: ReactNode
    reset: () => void
    isChanged: () => boolean
  }
  confirm: string
  children: ReactNode
  size?: string
}) {
  const { title, opened, close, acting, confirm, children, size } = props
  const t = useTexts(uiTexts)
  const leave = () => {
    if (acting.pending) return
    acting.reset()
    close()
  }
  const [asked, question] = useLeaving(acting.isChanged, leave)
  return (
    <>
      {/* A click beside it is soon made, and would take all that was typed. */}
      <Dialogue opened={opened} onClose={asked} title={title} size={size} closeOnClickOutside={false}>
        <form onSubmit={acting.submit} noValidate>
          <Stack gap="md">
            {children}
            {acting.problem}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave} disabled={acting.pending}>
                {t('leave')}
              </Button>
              <Button type="submit" loading={acting.pending}>
                {confirm}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialogue>
      {question}
    </>
  )
}
