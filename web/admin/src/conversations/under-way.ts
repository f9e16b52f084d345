/** What flows that are under way may still do to a conversation. */
import type { Schema } from '../api/client.ts'
import type { Graph } from '../flows/model/graph.ts'

/** A run as far as this asks: where it waits, and the way that it came. */
type Run = {
  waits: readonly { nodeId: string; until: string | null }[]
  steps: readonly { nodeId: string; type: string; way?: string }[]
}
type Talk = Pick<Schema<'Encounter'>, 'status' | 'warnedAt' | 'grantedAt'>

const QUIET = 'encounter.tmipw_expired'

/** Steps that a run which waits there may still come to: the loop around a step goes on behind it as well. */
function ahead({ nodes, edges }: Graph, waits: readonly string[]): ReadonlySet<string> {
  const behind = (from: readonly string[]): Set<string> => {
    const found = new Set<string>()
    for (let now = from; now.length > 0; ) {
      const next = edges.filter(({ source, target }) => now.includes(source) && !found.has(target))
      now = [...new Set(next.map(({ target }) => target))]
      for (const id of now) found.add(id)
    }
    return found
  }
  const around = nodes.filter(({ id, type }) => type === 'forEach' && waits.some((wait) => behind([id]).has(wait)))
  return behind([...waits, ...around.map(({ id }) => id)])
}

/**
 * Whether a run may close the conversation. One that its warning began, and that has heard nothing since, does not once the
 * silence is over, or somebody gave more time.
 */
export function mayClose({ waits, steps }: Run, graph: Graph, { status, warnedAt, grantedAt }: Talk): boolean {
  if (status === 'closed') return false
  const begins = graph.nodes.find(({ id }) => id === steps[0]?.nodeId)
  const heard = steps.some(({ type, way }) => type === 'waitForEvent' && way === 'event')
  const isGiven = grantedAt !== null && (warnedAt === null || Date.parse(grantedAt) >= Date.parse(warnedAt))
  if (begins?.data.event === QUIET && !heard && (status !== 'warned' || isGiven)) return false
  const next = ahead(
    graph,
    waits.map(({ nodeId }) => nodeId),
  )
  return graph.nodes.some(({ id, type }) => type === 'close' && next.has(id))
}

/** When a run that waits goes on by itself: of several branches the first; null: something else has to happen. */
export const goesOnAt = ({ waits }: Pick<Run, 'waits'>): string | null =>
  waits
    .flatMap(({ until }) => until ?? [])
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(0) ?? null
