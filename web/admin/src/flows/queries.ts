/** What several pages of flows ask the program. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, type Schema } from '../api/client.ts'
import type { operations } from '../api/schema.d.ts'

export type Flow = Schema<'Flow'>
export type Run = Schema<'Run'>
export type Difference = {
  counts: Record<string, number>
  changes: Schema<'GraphChange'>[]
}
/** What the program answers to an operation that went well. */
export type Answer<O extends keyof operations> = operations[O] extends {
  responses: { 200: { content: { 'application/json': infer B } } }
}
  ? B
  : never
export type FlowWithDraft = Answer<'getFlowsById'>

export const flowQuery = (id: string) =>
  queryOptions({
    queryKey: ['flows', 'one', id],
    queryFn: async ({ signal }) => body(api.GET('/api/v1/flows/{id}', { params: { path: { id } }, signal })),
  })

/** Every page of a list that is short by its nature. */
async function everything<T>(
  page: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>,
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

/** Flows by name, for those that another one begins. */
export const flowNamesQuery = queryOptions({
  queryKey: ['flows', 'names'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/flows', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 60_000,
})

export const samplesQuery = queryOptions({
  queryKey: ['flows', 'samples'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/flow-samples', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})

export const templatesQuery = queryOptions({
  queryKey: ['notifications', 'templates'],
  queryFn: ({ signal }) => body(api.GET('/api/v1/templates', { signal })),
  staleTime: 60_000,
})

export const templateQuery = (key: string) =>
  queryOptions({
    queryKey: ['notifications', 'templates', key],
    queryFn: ({ signal }) => body(api.GET('/api/v1/templates/{key}', { params: { path: { key } }, signal })),
    staleTime: 60_000,
  })

export const eventTypesQuery = queryOptions({
  queryKey: ['events', 'types', 'names'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/event-types', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 60_000,
})

export const eventTypeQuery = (name: string) =>
  queryOptions({
    queryKey: ['events', 'types', name],
    queryFn: ({ signal }) => body(api.GET('/api/v1/event-types/{name}', { params: { path: { name } }, signal })),
    staleTime: 60_000,
    retry: false,
  })

export const calendarsQuery = queryOptions({
  queryKey: ['conversations', 'calendars', 'names'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/calendars', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 60_000,
})

export const queuesQuery = queryOptions({
  queryKey: ['conversations', 'queues', 'names'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/queues', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 60_000,
})

export const secretsQuery = queryOptions({
  queryKey: ['secrets', 'names'],
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/secrets', { signal }))).items,
  staleTime: 60_000,
})

export const contactsQuery = queryOptions({
  queryKey: ['people', 'some'],
  queryFn: async ({ signal }) =>
    (await body(api.GET('/api/v1/contacts', { params: { query: { limit: 200 } }, signal }))).items,
  staleTime: 60_000,
})

/** A version with its graph; it never changes. */
export const versionQuery = (flowId: string, version: number) =>
  queryOptions({
    queryKey: ['flows', 'version', flowId, version],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/flows/{id}/versions/{version}', { params: { path: { id: flowId, version } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
