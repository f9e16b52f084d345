import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, body, type Schema } from '../api/client.ts'
import { everything } from '../api/pages.ts'
import { useCan } from '../app/session.ts'

export type Calendar = Schema<'Calendar'>

export const calendarsQuery = queryOptions({
  queryKey: ['calendars', 'all'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/calendars', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 60_000,
})

/** The calendars by id, asked once for many pages; none while they are on their way, or where the reader may not see them. */
export function useCalendars(): readonly Calendar[] {
  const enabled = useCan()('queues:read')
  return useQuery({ ...calendarsQuery, enabled }).data ?? NONE
}

const NONE: readonly Calendar[] = []
