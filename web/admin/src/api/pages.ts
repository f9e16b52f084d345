import { type InfiniteData, type QueryKey, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'

/** A page of a list, as the API answers it. */
export type ListPage<T> = { items: T[]; nextCursor: string | null }
export type Pages<T> = UseInfiniteQueryResult<InfiniteData<ListPage<T>>>

/**
 * A list by cursor, for `DataTable`. The key begins with the context and holds the filters:
 * `usePages(['flows', 'runs', filters], (cursor, signal) => body(api.GET(…, { params: { query: { cursor, … } }, signal })))`.
 */
export const usePages = <T>(
  queryKey: QueryKey,
  page: (cursor: string | undefined, signal: AbortSignal) => Promise<ListPage<T>>,
  options: { enabled?: boolean } = {},
): Pages<T> =>
  useInfiniteQuery({
    ...options,
    queryKey,
    queryFn: ({ pageParam, signal }) => page(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Other filters: the rows stay until the new ones are there.
    placeholderData: (before) => before,
  })

/** Every page of a list that is short by its nature. */
export async function everything<T>(
  page: (cursor: string | undefined) => Promise<ListPage<T>>,
  most = 1_000,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const next = await page(cursor)
    items.push(...next.items)
    cursor = next.nextCursor ?? undefined
  } while (cursor !== undefined && items.length < most)
  return items
}
