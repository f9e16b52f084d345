import { useCallback } from 'react'
import { useColleagues } from '../api/colleagues.ts'
import { useKeyNames } from '../api/key-names.ts'

/** What to call whoever has a conversation: a name where they are known here, else what the system that told of it calls them. */
export function useNameOf(): (user: string) => string {
  const colleagues = useColleagues()
  return useCallback((user) => colleagues.get(user)?.name ?? user, [colleagues])
}

/** Who wrote a message of an agent: a colleague or an API key by its name; null where the reader may know none. */
export function useWriterName(writtenBy: string | null): string | null {
  const [kind, id = ''] = (writtenBy ?? '').split(/:(.*)/s)
  const colleagues = useColleagues(kind === 'user')
  const keys = useKeyNames(kind === 'key')
  return (kind === 'user' ? colleagues.get(id)?.name : keys.get(id)) ?? null
}
