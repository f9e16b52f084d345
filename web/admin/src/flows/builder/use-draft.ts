import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { ApiError } from '../../api/problem.ts'
import type { Change } from '../model/changes.ts'
import { createDraft, type Draft, type Keeper, type Kept } from '../model/draft.ts'
import { type Graph, graphFrom } from '../model/graph.ts'
import type { FlowWithDraft } from '../queries.ts'
import { flowQuery } from '../queries.ts'

/** What the program answers to a save that came second, as the builder shows it. */
function conflictOf(error: ApiError, revision: number) {
  const errors = (error.problem.errors ?? []) as unknown as (Change & { messages?: Change['says']; message: string })[]
  const changes = errors.map((fault) => ({
    change: 'fieldChanged',
    nodeId: fault.nodeId ?? null,
    path: fault.path,
    says: fault.messages ?? { es: fault.message, en: fault.message },
  }))
  return { conflict: { changes, revision } }
}

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
        if (!(error instanceof ApiError) || error.problem.code !== 'flows/stale') throw error
        const now = await body(api.GET('/api/v1/flows/{id}', { params: { path } }))
        return conflictOf(error, now.revision)
      }
    },
    check: (graph) => body(api.POST('/api/v1/flows/{id}/check', { params: { path }, body: graph as never })),
    async read() {
      return keptOf(await body(api.GET('/api/v1/flows/{id}', { params: { path } })))
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
