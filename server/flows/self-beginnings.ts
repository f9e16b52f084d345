import { compilePattern } from '#events/index.ts'
import type { NodeKind } from '#flows/flow.ts'
import type { GraphFault } from '#flows/graph.ts'
import type { Begins } from '#flows/nodes/trigger.ts'
import { MAX_HOPS } from '#flows/runs/cascades.ts'

/** Each `emit` is held against so many, so that a huge graph is judged as fast as it is read. */
const MOST_PATTERNS = 50

/**
 * Warns of each `emit` whose event begins the same flow whatever it holds: such runs go on beginning each other until the
 * limit of hops cuts them.
 */
export function selfBeginnings(ready: ReadonlyMap<string, { kind: NodeKind; ready: unknown }>): GraphFault[] {
  const all = [...ready]
  const emits = all.flatMap(([nodeId, { kind, ready: made }]) =>
    kind.type === 'emit' ? [{ nodeId, type: (made as { type: string }).type }] : [],
  )
  if (emits.length === 0) return []
  const begins = all.flatMap(([, { kind, ready: made }]) => {
    const how = kind.type === 'trigger' ? (made as Begins) : null
    return how?.by === 'event' && how.where === null ? [how.pattern] : []
  })
  const fits = [...new Set(begins)].slice(0, MOST_PATTERNS).map(compilePattern)
  return emits
    .filter(({ type }) => fits.some((fit) => fit(type)))
    .map(({ nodeId, type }) => ({
      nodeId,
      path: 'data.type',
      says: {
        en: `${type} begins this very flow again: after ${MAX_HOPS} rounds nothing more begins. A condition in its beginning ends it sooner`,
        es: `${type} vuelve a empezar este mismo flujo: tras ${MAX_HOPS} vueltas ya no empieza nada. Una condición en su inicio lo termina antes`,
      },
    }))
}
