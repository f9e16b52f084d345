import { useQuery } from '@tanstack/react-query'
import { api, body, type Schema } from '../api/client.ts'

export type Calendar = Schema<'Calendar'>

/** The calendars by id, asked once for many pages; none while they are on their way. */
export function useCalendars(): readonly Calendar[] {
  const { data } = useQuery({
    queryKey: ['calendars', 'all'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/calendars', { params: { query: { limit: 200 } }, signal })),
  })
  return data?.items ?? []
}
