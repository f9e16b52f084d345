import { useCallback } from 'react'
import { useColleagues } from '../api/colleagues.ts'

/** What to call whoever has a conversation: a name where they are known here, else what the system that told of it calls them. */
export function useNameOf(): (user: string) => string {
  const colleagues = useColleagues()
  return useCallback((user) => colleagues.get(user)?.name ?? user, [colleagues])
}
