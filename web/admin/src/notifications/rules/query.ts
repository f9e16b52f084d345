import { queryOptions } from '@tanstack/react-query'
import { api, body } from '../../api/client.ts'
import type { SendingRules } from './values.ts'

/** The rules, and what says which they were: a change of others made meanwhile is not written over. */
export type Read = { rules: SendingRules; tag: string }

export const tagOf = (response: Response): string => response.headers.get('etag') ?? '*'

export const rulesQuery = queryOptions({
  queryKey: ['notifications', 'rules'],
  async queryFn({ signal }): Promise<Read> {
    const call = api.GET('/api/v1/sending-rules', { signal })
    return { rules: await body(call), tag: tagOf((await call).response) }
  },
})
