import { useCallback } from 'react'
import { useColleagues } from '../api/colleagues.ts'
import { useKeyNames } from '../api/key-names.ts'
import { useTexts } from '../app/texts.ts'
import { conversationTexts } from './texts.ts'

/** What to call whoever has a conversation: a name where they are known here, else what the system that told of it calls them. */
export function useNameOf(): (user: string) => string {
  const colleagues = useColleagues()
  return useCallback((user) => colleagues.get(user)?.name ?? user, [colleagues])
}

/**
 * Who wrote a message of an agent: a colleague by their name, where the reader may know it. What came with an API key was
 * written in another system: which key it was (`exact`) says nothing of who.
 */
export function useWriter(writtenBy: string | null): { name: string | null; exact?: string | undefined } {
  const t = useTexts(conversationTexts)
  const [kind, id = ''] = (writtenBy ?? '').split(/:(.*)/s)
  const colleagues = useColleagues(kind === 'user')
  const key = useKeyNames(kind === 'key').get(id)
  if (kind !== 'key') return { name: colleagues.get(id)?.name ?? null }
  return { name: t('fromSystem'), exact: key && t('fromSystemKey', { name: key }) }
}
