import { queryOptions } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { everything } from '../api/pages.ts'

/** The types of the catalogue by name. */
export const eventTypesQuery = queryOptions({
  queryKey: ['events', 'types', 'names'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/event-types', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 60_000,
})
