import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, body, type Schema } from '../api/client.ts'
import { everything } from '../api/pages.ts'
import { useCan } from '../app/session.ts'

export type Queue = Schema<'Queue'>

export const queuesQuery = queryOptions({
  queryKey: ['queues', 'all'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/queues', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 60_000,
})

/** The queues by id, asked once for many pages; none while they are on their way, or where the reader may not see them. */
export function useQueues(): readonly Queue[] {
  const enabled = useCan()('queues:read')
  return useQuery({ ...queuesQuery, enabled }).data ?? NONE
}

const NONE: readonly Queue[] = []
