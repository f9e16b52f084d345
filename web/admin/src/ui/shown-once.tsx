import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTexts } from '../app/texts.ts'
import { Code } from './copy.tsx'
import { Dialogue } from './dialogue.tsx'
import { uiTexts } from './texts.ts'

/** A key or password that the program shows this once. Only a button closes it: a click beside it would lose it. */
export function ShownOnce(props: {
  secret: string | null
  about: ReactNode
  /** How it is used. */
  sample?: string | undefined
  close: () => void
}) {
  const { secret, about, sample, close } = props
  const t = useTexts(uiTexts)
  return (
    <Dialogue
      opened={secret !== null}
      onClose={close}
      title={t('onceTitle')}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      centered
    >
      <Stack gap="md">
        <Text component="div">{about}</Text>
        <Code wrap>{secret ?? ''}</Code>
        {sample !== undefined && <Code wrap>{sample}</Code>}
        <Text size="sm" c="dimmed">
          {t('onceAbout')}
        </Text>
        <Group justify="flex-end">
          <Button onClick={close}>{t('onceKept')}</Button>
        </Group>
      </Stack>
    </Dialogue>
  )
}
