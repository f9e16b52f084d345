import type { Graph } from '#flows/graph.ts'

/** What an author changed between two graphs, by node id. Positions do not count. */
export type Difference = { added: string[]; removed: string[]; changed: string[]; edges: boolean; settings: boolean }

export function differenceOf(before: Graph | null, after: Graph): Difference {
  const old = new Map((before?.nodes ?? []).map((node) => [node.id, node]))
  const now = new Map(after.nodes.map((node) => [node.id, node]))
  const meaning = (node: { type: string; data?: unknown } | undefined) => JSON.stringify([node?.type, node?.data ?? {}])
  const wires = (graph: Graph | null) =>
    JSON.stringify(
      (graph?.edges ?? []).map(({ source, sourceHandle, target }) => [source, sourceHandle ?? null, target]).sort(),
    )
  return {
    added: [...now.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !now.has(id)),
    changed: [...now.keys()].filter((id) => old.has(id) && meaning(old.get(id)) !== meaning(now.get(id))),
    edges: wires(before) !== wires(after),
    settings: JSON.stringify(before?.settings ?? {}) !== JSON.stringify(after.settings ?? {}),
  }
}
