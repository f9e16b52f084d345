import { Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { api, body } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { toast, useAct } from '../ui/act.ts'
import { Code } from '../ui/copy.tsx'
import { Dialogue } from '../ui/dialogue.tsx'
import { useDayTime } from './standing.tsx'
import { conversationTexts } from './texts.ts'

type Made = { url: string; expiresAt: string }

/** A signed link that leads the person back here, on the clipboard; shown where the browser keeps that to itself. */
export function usePersonLink(id: string) {
  const t = useTexts(conversationTexts)
  const dayTime = useDayTime()
  const [byHand, setByHand] = useState<Made | null>(null)
  const making = useAct<void, Made>({
    act: () => body(api.POST('/api/v1/encounters/{id}/link', { params: { path: { id } }, body: {} })),
    after: async (made) => {
      try {
        await navigator.clipboard.writeText(made.url)
        toast(t('linkDone', { until: dayTime(made.expiresAt) }))
      } catch {
        setByHand(made)
      }
    },
  })
  return { make: () => making.mutate(), byHand, close: () => setByHand(null) }
}

export function LinkDialogue({ link: { byHand, close } }: { link: ReturnType<typeof usePersonLink> }) {
  const t = useTexts(conversationTexts)
  const dayTime = useDayTime()
  if (byHand === null) return null
  return (
    <Dialogue opened onClose={close} title={t('linkTitle')} centered>
      <Stack gap="sm">
        <Text>{t('linkByHand', { until: dayTime(byHand.expiresAt) })}</Text>
        <Code wrap>{byHand.url}</Code>
      </Stack>
    </Dialogue>
  )
}
