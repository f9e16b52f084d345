import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import type { Change } from '../model/changes.ts'
import { createDraft, type Draft, type Keeper, type Kept } from '../model/draft.ts'
import { type Graph, graphFrom } from '../model/graph.ts'
import type { FlowWithDraft } from '../queries.ts'
import { flowQuery } from '../queries.ts'

const keptOf = ({ draft, name, revision }: FlowWithDraft): Kept => ({
  graph: graphFrom(draft ?? { name, nodes: [], edges: [] }),
  revision,
})

const keeperOf = (flowId: string, told: (revision: number, graph: Graph) => void): Keeper => {
  const path = { id: flowId }
  return {
    async save(graph, revision) {
      try {
        const { data } = await api.PUT('/api/v1/flows/{id}/draft', {
          params: { path, query: { revision } },
          body: graph as never,
          // Whoever leaves the page in this moment has it kept all the same, if browsers let it: they do up to 64 KiB.
          keepalive: JSON.stringify(graph).length < 16_000,
        })
        if (data === undefined) throw new Error('nothing was answered')
        told(data.revision, graph)
        return data
      } catch (error) {
        if (error instanceof ApiError && error.problem.code === 'flows/stale') return null
        throw error
      }
    },
    check: (graph) => body(api.POST('/api/v1/flows/{id}/check', { params: { path }, body: graph as never })),
    async read() {
      return keptOf(await body(api.GET('/api/v1/flows/{id}', { params: { path } })))
    },
    async changedSince(from, to) {
      try {
        const query = { from: `draft@${from}`, to: `draft@${to}` }
        const said = await body(api.GET('/api/v1/flows/{id}/difference', { params: { path, query } }))
        const { savedBy: by = null, savedAt: at = null } = 'savedBy' in said.to ? said.to : {}
        return { changes: said.changes as Change[], by, at }
      } catch (error) {
        // So many saves ago that nobody knows: they are joined all the same.
        if (error instanceof ApiError && error.status === 404) return { changes: null, by: null, at: null }
        throw error
      }
    },
    later(ms, act) {
      const timer = setTimeout(act, ms)
      return () => clearTimeout(timer)
    },
  }
}

/** The draft of a flow while its page is open. */
export function useDraft(flow: FlowWithDraft, mayWrite: boolean): Draft {
  const queries = useQueryClient()
  const [draft] = useState(() =>
    createDraft(
      keptOf(flow),
      keeperOf(flow.id, (revision, graph) => {
        // Whoever comes back to the page sees what was saved, without asking.
        queries.setQueryData(flowQuery(flow.id).queryKey, (before) =>
          before === undefined
            ? before
            : ({ ...before, revision, name: graph.name ?? before.name, draft: graph } as unknown as FlowWithDraft),
        )
      }),
      mayWrite,
    ),
  )
  // It opens with what was known of it, and is asked for again: also whenever somebody comes back to its tab.
  useEffect(() => draft.follow(keptOf(flow)), [draft, flow])
  useEffect(() => {
    const hidden = () => void (document.visibilityState === 'hidden' && draft.flush())
    document.addEventListener('visibilitychange', hidden)
    return () => {
      document.removeEventListener('visibilitychange', hidden)
      draft.close()
    }
  }, [draft])
  return draft
}
