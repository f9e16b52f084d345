import { queryOptions } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'

/** All templates, those that ship among them. */
export const templatesQuery = queryOptions({
  queryKey: ['notifications', 'templates'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/templates', { signal })),
  staleTime: 60_000,
})
