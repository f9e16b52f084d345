import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { Schema } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { AssignDialogue, CloseDialogue } from './dialogues.tsx'
import { conversationTexts } from './texts.ts'

/** What can be done with all that were chosen and are not over. */
export function ActsOnMany({ rows }: { rows: readonly Schema<'Conversation'>[] }) {
  const t = useTexts(conversationTexts)
  const [asked, setAsked] = useState<{ act: 'assign' | 'close'; ids: readonly string[] } | null>(null)
  const open = rows.filter(({ status }) => status !== 'closed').map(({ id }) => id)
  const about = asked && { ids: asked.ids, close: () => setAsked(null) }
  return (
    <>
      {open.length === 0 && <Text size="sm">{t('pickOver')}</Text>}
      {open.length > 0 && (
        <>
          <Button size="xs" variant="default" onClick={() => setAsked({ act: 'assign', ids: open })}>
            {t('pickAssign', { count: open.length })}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsked({ act: 'close', ids: open })}>
            {t('pickClose', { count: open.length })}
          </Button>
        </>
      )}
      {about && asked.act === 'assign' && <AssignDialogue {...about} />}
      {about && asked.act === 'close' && <CloseDialogue {...about} />}
    </>
  )
}
