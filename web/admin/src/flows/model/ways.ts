import type { Both } from '../../app/language.ts'
import { type FlowEdge, type FlowNode, type Graph, REST, wayOf } from './graph.ts'
import { KINDS, type Kind } from './kinds.ts'

/** A way out of a step, as it is drawn. */
export type Way = {
  /** `sourceHandle`; '' takes every way that is not drawn apart. */
  id: string
  /** `rest`: all others. `aside`: taken when a step fails, or is undone; drawn only where somebody uses it. */
  role: 'own' | 'rest' | 'aside'
}

const ASIDE = ['error', 'undo'] as const

const WORDS: { readonly [way: string]: Both } = {
  out: { es: 'después', en: 'then' },
  [REST]: { es: 'en cualquier caso', en: 'in any case' },
  sent: { es: 'se envió', en: 'sent' },
  failed: { es: 'falló', en: 'failed' },
  suppressed: { es: 'no se envió', en: 'not sent' },
  event: { es: 'llegó', en: 'it came' },
  timeout: { es: 'venció el plazo', en: 'time ran out' },
  else: { es: 'si no', en: 'otherwise' },
  ok: { es: 'respondió', en: 'answered' },
  error: { es: 'si falla', en: 'if it fails' },
  undo: { es: 'se deshace con', en: 'undone by' },
  item: { es: 'cada uno', en: 'each one' },
  done: { es: 'al terminar', en: 'when done' },
  approved: { es: 'aprobado', en: 'approved' },
  rejected: { es: 'rechazado', en: 'rejected' },
}
const OTHERS: Both = { es: 'en los demás casos', en: 'in all other cases' }

/** What a way is called. Those that authors made up go by their name. */
export function wayWords(way: string, others = false): Both {
  if (way === REST && others) return OTHERS
  return (Object.hasOwn(WORDS, way) ? WORDS[way] : undefined) ?? { es: way, en: way }
}

/** Ways that are good or bad news, for their colour. */
export const isBadNews = (way: string): boolean => ['failed', 'error', 'rejected'].includes(way)

/**
 * The ways of a step in the order in which they are drawn: its own, the one for all others where it is usual or in use, and
 * those aside that are in use. Ways that edges name and the step has not are last, so that no edge is lost from sight.
 * A step that forks has one place from which all its edges leave.
 */
export function waysOf(node: FlowNode, leaving: readonly FlowEdge[]): Way[] {
  const kind = KINDS.get(node.type)
  if (kind?.forks === true) return [{ id: REST, role: 'own' }]
  const used = new Set(leaving.map(wayOf))
  const own = kind === undefined ? [] : [...new Set(kind.ways(node.data))]
  const [only] = own
  // One way out, drawn with its name or without: the same place.
  if (own.length === 1 && only !== undefined) {
    const asides = ASIDE.filter((way) => used.has(way) && way !== only)
    const lost = [...used].filter((way) => way !== REST && way !== only && !asides.some((aside) => aside === way))
    return [{ id: only, role: 'own' }, ...[...asides, ...lost].map((id): Way => ({ id, role: 'aside' }))]
  }
  const rest = used.has(REST) || (kind?.oneEdgeIsUsual === true && own.length > 0)
  const known = new Set([...own, REST])
  const asides = [...used].filter((way) => !known.has(way))
  return [
    ...(rest ? [{ id: REST, role: 'rest' } as Way] : []),
    ...own.map((id): Way => ({ id, role: 'own' })),
    ...asides.map((id): Way => ({ id, role: 'aside' })),
  ]
}

/** Where an edge leaves its step, of the ways that are drawn. */
export function drawnWay(node: FlowNode, edge: FlowEdge): string {
  const kind = KINDS.get(node.type)
  if (kind?.forks === true) return REST
  const own = kind?.ways(node.data) ?? []
  const way = wayOf(edge)
  return way === REST && own.length === 1 ? (own[0] ?? REST) : way
}

/** Ways aside that a step could have besides: what happens when it fails, and what undoes it. */
export function asidesOf(node: FlowNode): string[] {
  const kind = KINDS.get(node.type)
  if (kind === undefined || kind.starts === true || isEnd(kind)) return []
  const own = kind.ways(node.data)
  return ASIDE.filter((way) => !own.includes(way) && (way !== 'undo' || kind.undoable === true))
}

const isEnd = (kind: Kind): boolean => kind.forks !== true && kind.ways({}).length === 0 && kind.type === 'end'

/** Whether every way of a step leads on, so that a new edge has no place of its own. */
export function freeWay(graph: Graph, node: FlowNode): string | null {
  const leaving = graph.edges.filter(({ source }) => source === node.id)
  const kind = KINDS.get(node.type)
  if (kind?.forks === true) return REST
  const used = new Set(leaving.map((edge) => drawnWay(node, edge)))
  const ways = waysOf(node, leaving).filter(({ role }) => role !== 'aside')
  if (used.has(REST)) return null
  return ways.find(({ id }) => !used.has(id))?.id ?? null
}
