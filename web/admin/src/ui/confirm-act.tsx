import { Alert, Button, type ButtonProps, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { QueryKey } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTexts } from '../app/texts.ts'
import { useAct } from './act.ts'
import { Dialogue } from './dialogue.tsx'
import { useSentence } from './error-state.tsx'
import { uiTexts } from './texts.ts'

export type Confirmed<Answer> = {
  /** The question: "¿Revocar la clave «CRM»?" */
  title: string
  /** What follows from it, and how many it concerns: "Los 12 avisos salen de nuevo; quien ya los recibió los recibe otra vez." */
  consequence: ReactNode
  /** A verb with its object and count: "Reintentar 12 entregas". */
  confirm: string
  /** It takes something away that does not come back. */
  danger?: boolean
  act: () => Promise<Answer>
  done?: string | ((answer: Answer) => string)
  refresh?: readonly QueryKey[]
  after?: (answer: Answer) => unknown
}

/** A button that asks first. */
export function ConfirmAct<Answer>({
  label,
  button,
  ...asked
}: Confirmed<Answer> & { label: ReactNode; button?: ButtonProps }) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {label}
      </Button>
      <ConfirmDialogue {...asked} opened={opened} close={close} />
    </>
  )
}

/** The question alone, for acts that begin in a menu. */
export function ConfirmDialogue<Answer>(props: Confirmed<Answer> & { opened: boolean; close: () => void }) {
  const { title, consequence, confirm, danger, act, done, refresh, after, opened, close } = props
  const t = useTexts(uiTexts)
  const sentence = useSentence()
  const acting = useAct<void, Answer>({
    act,
    done,
    refresh,
    quiet: true,
    after: async (answer) => {
      close()
      await after?.(answer)
    },
  })
  const leave = () => {
    if (acting.isPending) return
    acting.reset()
    close()
  }
  return (
    <Dialogue opened={opened} onClose={leave} title={title} centered>
      <Stack gap="md">
        <Text component="div">{consequence}</Text>
        {acting.error && (
          <Alert color="red" role="alert">
            {sentence(acting.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={leave} disabled={acting.isPending}>
            {t('leave')}
          </Button>
          <Button
            color={danger ? 'red' : undefined}
            loading={acting.isPending}
            onClick={() => acting.mutate()}
            data-autofocus={!danger || undefined}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Dialogue>
  )
}
