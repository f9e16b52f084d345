import { useQuery } from '@tanstack/react-query'
import { useCan } from '../app/session.ts'
import { api, body, type Schema } from './client.ts'

export type Colleague = Schema<'Colleague'>

/** An organisation of more people has the last of them called "a user". */
const MOST_PAGES = 5

async function read(signal: AbortSignal): Promise<ReadonlyMap<string, Colleague>> {
  const found = new Map<string, Colleague>()
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, nextCursor } = await body(
      api.GET('/api/v1/colleagues', { params: { query: { limit: 200, cursor } }, signal }),
    )
    for (const colleague of items) found.set(colleague.id, colleague)
    if (nextCursor === null) break
    cursor = nextCursor
  }
  return found
}

const NOBODY: ReadonlyMap<string, Colleague> = new Map()

/** Who works here, by id: asked once for all pages; nobody while they are on their way. */
export function useColleagues(enabled = true): ReadonlyMap<string, Colleague> {
  const can = useCan()
  const { data } = useQuery({
    queryKey: ['colleagues'],
    queryFn: ({ signal }) => read(signal),
    enabled: enabled && can('conversations:read'),
    staleTime: 300_000,
  })
  return data ?? NOBODY
}
