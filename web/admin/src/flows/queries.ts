/** What several pages of flows ask the program. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, type Schema } from '../api/client.ts'
import { everything } from '../api/pages.ts'
import type { operations } from '../api/schema.d.ts'
import type { Language } from '../app/language.ts'

export type Flow = Schema<'Flow'>
export type Run = Schema<'Run'>
/** Whom a run is about, as people call them; what it is about where that is nobody. */
export const whomOf = ({ person, subject }: Pick<Run, 'person' | 'subject'>): string =>
  person?.name ?? person?.id ?? subject

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
    // Which version is today's is said on each page: a colleague may have published a moment ago.
    staleTime: 0,
  })

/** The flows, for who needs their names. */
export const flowNamesQuery = queryOptions({
  queryKey: ['flows', 'names'],
  queryFn: ({ signal }) =>
    everything((cursor) => body(api.GET('/api/v1/flows', { params: { query: { limit: 200, cursor } }, signal }))),
  staleTime: 60_000,
})

/** What ships to begin from, in the language of the reader. */
export const samplesQuery = (locale: Language) =>
  queryOptions({
    queryKey: ['flows', 'samples', locale],
    queryFn: ({ signal }) => body(api.GET('/api/v1/flow-samples', { params: { query: { locale } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const eventTypeQuery = (name: string) =>
  queryOptions({
    queryKey: ['events', 'types', 'one', name],
    queryFn: ({ signal }) => body(api.GET('/api/v1/event-types/{name}', { params: { path: { name } }, signal })),
    staleTime: 60_000,
    retry: false,
  })

export const secretsQuery = queryOptions({
  queryKey: ['secrets', 'names'],
  queryFn: async ({ signal }) => (await body(api.GET('/api/v1/secrets', { signal }))).items,
  staleTime: 60_000,
})

/** Of a path that goes in circles for weeks, the first pages are drawn. */
const MOST_PAGES = 20

/** A run with its whole path. */
export const walkQuery = (flowId: string, id: string) =>
  queryOptions({
    queryKey: ['flows', 'runs', flowId, 'walked', id],
    queryFn: async ({ signal }) => {
      const page = (cursor?: string) =>
        body(api.GET('/api/v1/runs/{id}', { params: { path: { id }, query: { cursor } }, signal }))
      const first = await page()
      const steps = [...first.steps]
      let { nextCursor } = first
      for (let pages = 1; nextCursor !== null && pages < MOST_PAGES; pages++) {
        const next = await page(nextCursor)
        steps.push(...next.steps)
        nextCursor = next.nextCursor
      }
      return { ...first, steps }
    },
  })
export type Walk = Schema<'RunWithTimeline'>

/** What changed between two versions, or a version and the draft. */
export const differenceQuery = (flowId: string, from: string | undefined, to: string) =>
  queryOptions({
    queryKey: ['flows', 'one', flowId, 'difference', from, to],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/flows/{id}/difference', {
          params: { path: { id: flowId }, query: { ...(from === undefined ? {} : { from }), to } },
          signal,
        }),
      ),
    staleTime: 0,
  })

/** A version with its graph; it never changes. */
export const versionQuery = (flowId: string, version: number) =>
  queryOptions({
    queryKey: ['flows', 'version', flowId, version],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/flows/{id}/versions/{version}', { params: { path: { id: flowId, version } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
