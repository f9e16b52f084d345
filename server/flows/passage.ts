import { changedSteps } from '#flows/difference.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph } from '#flows/graph.ts'

/** Where runs go that stand at steps which are gone; null: they stay with their version. */
export type StepMap = { readonly [nodeId: string]: string | null }

/** The way from one version to another. */
export type Passage = {
  readonly version: number
  readonly before: Flow
  readonly after: Flow
  /** Steps that are in both versions and are not the same. */
  readonly changed: ReadonlySet<string>
  readonly map: StepMap
}

export type Fate = 'same' | 'changed' | 'replaced' | 'removed'

/** What becomes of a step. `replaced`: it has another kind, and whoever stands there cannot just wait on. */
export function fateOf({ before, after, changed }: Omit<Passage, 'map' | 'version'>, nodeId: string): Fate {
  const [old, now] = [before.nodes.get(nodeId), after.nodes.get(nodeId)]
  if (now === undefined) return 'removed'
  if (!changed.has(nodeId)) return 'same'
  const isKept = old === undefined || old.kind.type === now.kind.type || (old.kind.onlyWaits && now.kind.onlyWaits)
  return isKept ? 'changed' : 'replaced'
}

/** The same of two graphs as they are stored. */
export const passageOf = (
  before: { graph: Graph; flow: Flow },
  after: { graph: Graph; flow: Flow },
  version: number,
  map: StepMap,
): Passage => ({
  version,
  before: before.flow,
  after: after.flow,
  changed: changedSteps(before.graph, after.graph),
  map,
})
