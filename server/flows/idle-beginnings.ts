import { stepName } from '#flows/difference.ts'
import type { NodeKind } from '#flows/flow.ts'
import type { GraphFault, GraphNode } from '#flows/graph.ts'
import type { Begins } from '#flows/nodes/trigger.ts'
import type { Wires } from '#flows/wiring.ts'

const LEADS_NOWHERE = {
  en: 'leads nowhere: a run that begins here ends at once',
  es: 'no lleva a ninguna parte: lo que empieza aquí termina enseguida',
}

/**
 * Triggers that do nothing for anybody, in the order of the graph, which is the order in which they are asked: of those that
 * lead nowhere, and those whose events an earlier one takes whatever they hold, or on the very same condition.
 */
export function idleBeginnings(
  drawn: readonly GraphNode[],
  ready: ReadonlyMap<string, { readonly kind: NodeKind; readonly ready: unknown }>,
  wires: Wires,
): GraphFault[] {
  const faults: GraphFault[] = []
  const earlier: { node: GraphNode; pattern: string; where: string | null }[] = []
  for (const node of drawn) {
    const nodeId = node.id
    const made = ready.get(nodeId)
    if (made?.kind.definition.starts !== true) continue
    if ((wires.get(nodeId)?.size ?? 0) === 0) faults.push({ nodeId, says: LEADS_NOWHERE })
    const begins = made.ready as Begins
    if (begins.by !== 'event') continue
    const where = begins.where?.source ?? null
    const first = earlier.find((one) => one.pattern === begins.pattern && (one.where === null || one.where === where))
    if (first !== undefined) {
      const { en, es } = stepName(first.node)
      faults.push({
        nodeId,
        says: {
          en: `begins nothing: ${en} takes its events first`,
          es: `no inicia nada: el ${es} toma antes sus eventos`,
        },
      })
    }
    earlier.push({ node, pattern: begins.pattern, where })
  }
  return faults
}
