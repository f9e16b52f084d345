import type { Graph } from '#flows/graph.ts'
import type { RealRun } from '#flows/machine/replay/store.ts'
import { type NotifyEffect, type Step, versionAt } from '#flows/run.ts'

/** What of a message the gate judges, and not only its words. The person is judged as it came to be. */
const JUDGED = ['template', 'channels', 'category', 'critical', 'deepLink', 'dedupeKey'] as const

/**
 * Whether a draft asks to tell something otherwise than a visit of a real run did, or somebody else: what became of that says
 * nothing of what would become of this.
 */
export function asksOtherwise(draft: Graph, versions: ReadonlyMap<number, Graph>) {
  const known = new Map<Graph, Map<string, string>>()

  function judgedIn(graph: Graph, nodeId: string): string | undefined {
    let found = known.get(graph)
    if (found === undefined) {
      const notifying = graph.nodes.filter(({ type }) => type === 'notify')
      // What is false is as if it were not there.
      found = new Map(notifying.map(({ id, data }) => [id, JSON.stringify(JUDGED.map((name) => data[name] || null))]))
      known.set(graph, found)
    }
    return found.get(nodeId)
  }

  return (run: Pick<RealRun, 'version' | 'moves'>, { nodeId, visit, input }: Step, effect: NotifyEffect): boolean => {
    const { to } = (input ?? {}) as { to?: unknown }
    if (to !== undefined && JSON.stringify(to) !== JSON.stringify(effect.to)) return true
    const version = versions.get(versionAt(visit, run, run.version))
    return version !== undefined && judgedIn(version, nodeId) !== judgedIn(draft, nodeId)
  }
}
