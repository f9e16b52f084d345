import { useQuery } from '@tanstack/react-query'
import { useCan } from '../app/session.ts'
import { api, body } from './client.ts'
import { everything } from './pages.ts'

const NONE: ReadonlyMap<string, string> = new Map()

/** What keys are called, by id, revoked ones too: asked once for all pages; none where the reader may not see keys. */
export function useKeyNames(enabled = true): ReadonlyMap<string, string> {
  const can = useCan()
  const { data } = useQuery({
    // Asked again with the list of keys, when one is made.
    queryKey: ['settings', 'keys', 'names'],
    queryFn: async ({ signal }) => {
      const keys = await everything((cursor) =>
        body(api.GET('/api/v1/keys', { params: { query: { limit: 200, cursor } }, signal })),
      )
      return new Map(keys.map(({ id, name }) => [id, name]))
    },
    enabled: enabled && can('keys:read'),
    staleTime: 300_000,
  })
  return data ?? NONE
}
