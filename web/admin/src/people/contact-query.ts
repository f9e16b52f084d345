import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import { type Contact, nobody } from './contact.ts'

/** One person; somebody whom nothing here knows yet is an id without anything else, so that they can be registered. */
export const contactQuery = (id: string | null | undefined) =>
  queryOptions({
    enabled: id != null,
    queryKey: ['people', 'one', id],
    queryFn: async ({ signal }): Promise<Contact & { isUnknown?: true }> => {
      const path = { id: id as string }
      try {
        return await body(api.GET('/api/v1/contacts/{id}', { params: { path }, signal }))
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error
        return { ...nobody(path.id), isUnknown: true }
      }
    },
  })

export const useContact = (id: string | null | undefined) => useQuery(contactQuery(id))

/** The first people that match; without words the first of all. */
export const foundQuery = (words: string) =>
  queryOptions({
    queryKey: ['people', 'found', words],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/contacts', {
          params: { query: { limit: 20, ...(words === '' ? {} : { q: words }) } },
          signal,
        }),
      ),
  })
