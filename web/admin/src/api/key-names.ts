import { queryOptions, useQuery } from '@tanstack/react-query'
import { useCan } from '../app/session.ts'
import { api, body, type Schema } from './client.ts'
import { everything } from './pages.ts'

type Key = Schema<'ApiKey'>

const NONE: ReadonlyMap<string, string> = new Map()

const keysQuery = queryOptions({
  // Asked again with the list of keys, when one is made.
  queryKey: ['settings', 'keys', 'names'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/keys', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 300_000,
})

const namesOf = (keys: readonly Key[]): ReadonlyMap<string, string> => new Map(keys.map(({ id, name }) => [id, name]))

/** What keys are called, by id, revoked ones too: asked once for all pages; none where the reader may not see keys. */
export function useKeyNames(enabled = true): ReadonlyMap<string, string> {
  const can = useCan()
  const { data } = useQuery({ ...keysQuery, enabled: enabled && can('keys:read'), select: namesOf })
  return data ?? NONE
}

/** Keys to choose from, revoked ones too; undefined until they are known, or where the reader may not see keys. */
export function useKeys(): readonly Key[] | undefined {
  const can = useCan()
  return useQuery({ ...keysQuery, enabled: can('keys:read') }).data
}
