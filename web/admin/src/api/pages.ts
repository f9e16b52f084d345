import {
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query'
import { useEffect } from 'react'

/** A page of a list, as the API answers it. */
export type ListPage<T> = { items: T[]; nextCursor: string | null }
export type Pages<T> = UseInfiniteQueryResult<InfiniteData<ListPage<T>>>
type Options<T> = Pick<
  UseInfiniteQueryOptions<ListPage<T>, Error, InfiniteData<ListPage<T>>, QueryKey, string | undefined>,
  'enabled' | 'refetchInterval'
>

/** So many pages without a row are fetched one behind the other; then whoever looks is asked. */
const MOST_EMPTY = 10

/**
 * A list by cursor, for `DataTable`. The key begins with the context and holds the filters:
 * `usePages(['flows', 'runs', filters], (cursor, signal) => body(api.GET(…, { params: { query: { cursor, … } }, signal })))`.
 * A page that found nothing and has others behind it (a search looks through so many rows at a time) is followed by the next.
 */
export function usePages<T>(
  queryKey: QueryKey,
  page: (cursor: string | undefined, signal: AbortSignal) => Promise<ListPage<T>>,
  options: Options<T> = {},
): Pages<T> {
  const pages = useInfiniteQuery({
    ...options,
    queryKey,
    queryFn: ({ pageParam, signal }) => page(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    // Other filters: the rows stay until the new ones are there.
    placeholderData: (before) => before,
  })
  const { data, fetchNextPage } = pages
  const isEmpty = data?.pages.every(({ items }) => items.length === 0) === true
  const isSettled = !pages.isFetching && !pages.isError && !pages.isPlaceholderData
  const goesOn = isEmpty && isSettled && pages.hasNextPage && data.pages.length % MOST_EMPTY !== 0
  useEffect(() => {
    if (goesOn) void fetchNextPage()
  }, [goesOn, fetchNextPage])
  // Between one page and the next nobody is asked: what is shown for "nothing found yet" would flash up.
  return goesOn ? ({ ...pages, isFetchingNextPage: true } as Pages<T>) : pages
}

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
