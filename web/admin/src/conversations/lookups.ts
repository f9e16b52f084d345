/** Names of queues and of who attends, asked once for many pages. */
import { useQuery } from '@tanstack/react-query'
import { api, body, type Schema } from '../api/client.ts'
import { useColleagues } from '../api/colleagues.ts'

export type Queue = Schema<'Queue'>

const LONG_MS = 5 * 60_000

/** Queues by id; none while they are on their way. */
export function useQueues(): readonly Queue[] {
  const { data } = useQuery({
    queryKey: ['queues', 'all'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/queues', { params: { query: { limit: 200 } }, signal })),
    staleTime: LONG_MS,
  })
  return data?.items ?? []
}

/** What to call whoever has a conversation: a name where they are known here, else what the system that told of it calls them. */
export function useNameOf(): (user: string) => string {
  const colleagues = useColleagues()
  return (user) => colleagues.get(user)?.name ?? user
}
