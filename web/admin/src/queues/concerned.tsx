import { type ReactNode, useState } from 'react'
import type { Schema } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { ConfirmDialogue } from '../ui/confirm-act.tsx'
import { queuesTexts } from './texts.ts'

type Preview = Schema<'QueuePreview'>
type Asked = Preview & { answer: (agreed: boolean) => void }

/**
 * Before the times of a queue, or a calendar that queues count in, are saved: asks where that warns or closes conversations at once.
 * @param what is saved
 * @returns `agreed`: whether it is to be saved; without a question where it concerns nobody
 */
export function useConcerned(what: 'queue' | 'calendar'): {
  agreed: (preview: Preview) => Promise<boolean>
  question: ReactNode
} {
  const t = useTexts(queuesTexts)
  const [asked, ask] = useState<Asked>()
  const agreed = (preview: Preview) =>
    preview.warned + preview.closed === 0 && !preview.atLeast
      ? Promise.resolve(true)
      : new Promise<boolean>((answer) => ask({ ...preview, answer }))
  const sentences = ({ warned, closed, atLeast }: Preview) => [
    warned > 0 && t('concernedWarned', { count: warned }),
    closed > 0 && t('concernedClosed', { count: closed }),
    atLeast && t(warned + closed > 0 ? 'concernedMore' : 'concernedUnknown'),
  ]
  const question = asked && (
    <ConfirmDialogue
      opened
      title={t(`concernedTitle-${what}`)}
      consequence={sentences(asked).filter(Boolean).join(' ')}
      confirm={t(`concernedAct-${what}`)}
      danger={asked.closed > 0}
      act={async () => asked.answer(true)}
      close={() => {
        // After a yes it is too late for a no.
        asked.answer(false)
        ask(undefined)
      }}
    />
  )
  return { agreed, question }
}
