import { useQuery } from '@tanstack/react-query'
import { api, body } from '../api/client.ts'
import { ApiError } from '../api/problem.ts'
import type { Contact } from './contact.ts'

/** One person; somebody whom nothing here knows yet is an id without anything else, so that they can be registered. */
export const useContact = (id: string | null | undefined) =>
  useQuery({
    enabled: id != null,
    queryKey: ['people', 'one', id],
    queryFn: async ({ signal }): Promise<Contact> => {
      const path = { id: id as string }
      try {
        return await body(api.GET('/api/v1/contacts/{id}', { params: { path }, signal }))
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error
        return { ...path, name: null, locale: null, timeZone: null, addresses: {}, attributes: {} }
      }
    },
  })
