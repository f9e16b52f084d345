/** The texts, and what is read of them somewhere. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, body } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import { type Change, type Moment, type Place, type SpokenText, withChange } from './spoken.ts'

async function read(signal?: AbortSignal): Promise<{ items: SpokenText[]; tag: string }> {
  const { data, response } = await api.GET('/api/v1/conversation-texts', signal === undefined ? {} : { signal })
  return { items: data?.items ?? [], tag: response.headers.get('etag') ?? '*' }
}

export const textsQuery = queryOptions({
  queryKey: ['queues', 'spoken', 'all'],
  queryFn: ({ signal }) => read(signal),
})

/** What would be read at a place: `items` are texts that are not kept yet. */
export const readingsQuery = (on: Moment, place: Place & { locale?: string | undefined }, items?: SpokenText[]) =>
  queryOptions({
    queryKey: ['queues', 'spoken', 'read', on, place, items ?? null],
    queryFn: ({ signal }) =>
      body(api.POST('/api/v1/conversation-texts/read', { body: { on, ...place, ...(items && { items }) }, signal })),
    placeholderData: keepPreviousData,
  })

/** So often another list may come first. */
const TRIES = 3

/**
 * Changes one text in the list as it is now, whatever else was changed in it since it was read.
 * @throws Error in the given words when that text itself was changed by somebody else
 */
export async function keepChange(change: Change, changedMeanwhile: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { items: before, tag } = await read()
    const items = withChange(before, change)
    if (items === null) throw new Error(changedMeanwhile)
    try {
      await api.PUT('/api/v1/conversation-texts', { body: { items }, headers: { 'if-match': tag } })
      return
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || tries === TRIES) throw error
    }
  }
}
