import type { GraphEdge, GraphFault, GraphNode } from '#flows/graph.ts'
import type { Definition } from '#flows/node-definition.ts'
import { FILLER } from '#platform/schema/repair.ts'
import type { Sentence } from '#platform/sentence.ts'

/**
 * A node; `data` is null when its kind is not known or nothing can be made of it, and then its ways are not known. Of
 * data that was repaired, ways that hang on what was at fault are not known either.
 */
export type Known = { node: GraphNode; definition: Definition; data: GraphNode['data'] | null }

/** Edges by source: the way drawn apart, or '' for the edge that takes all others. */
export type Wires = ReadonlyMap<string, ReadonlyMap<string, string>>

const REST = ''
/** Leads to what undoes a step. */
export const UNDO = 'undo'
/** Leads on when a step fails that has no way of its own for that. */
const ERROR = 'error'
const MOST_BRANCHES = 50

const INTO_TRIGGER = { en: 'nothing can lead into a trigger', es: 'nada puede llevar a un inicio' }
const NOTHING_LEAVES = {
  en: 'the run ends here; nothing can leave',
  es: 'la ejecución termina aquí; nada puede salir',
}
const TWO_WITHOUT_WAY = {
  en: 'two edges leave without a way of its own',
  es: 'dos conexiones salen sin una salida propia',
}
const NO_TRIGGER = {
  en: 'has no trigger: nothing would start a run',
  es: 'no tiene un inicio: nada pondría en marcha una ejecución',
}
const UNREACHED = { en: 'cannot be reached from a trigger', es: 'no se llega a él desde ningún inicio' }
const SPINS = {
  en: 'lies on a cycle with no wait in it',
  es: 'está en un ciclo sin ninguna espera',
}
const MULTIPLIES = {
  en: 'lies on a cycle without a join: each round would make more branches',
  es: 'está en un ciclo sin un nodo que reúna: cada vuelta haría más ramas',
}
/** Forks on cycles that are looked at one by one; whoever has so many hears of these first. */
const MOST_JUDGED = 50
const noNode = (id: string): Sentence => ({ en: `there is no node ${id}`, es: `no hay ningún nodo ${id}` })
const noWay = (handle: string, ways: readonly string[]): Sentence => ({
  en: `has no way out ${handle}; it has ${ways.join(', ')}`,
  es: `no tiene la salida ${handle}; tiene ${ways.join(', ')}`,
})
const twoBy = (handle: string): Sentence => ({
  en: `two edges leave by ${handle}`,
  es: `dos conexiones salen por ${handle}`,
})

/** Everything that is wrong with how nodes hang together, and the wires where nothing is. */
export function wire(
  nodes: ReadonlyMap<string, Known>,
  edges: readonly GraphEdge[],
): { wires: Wires; faults: GraphFault[]; doubts: GraphFault[] } {
  const faults: GraphFault[] = []
  const wires = new Map<string, Map<string, string>>()
  const ids = new Set<string>()
  for (const [i, edge] of edges.entries()) {
    const path = `edges.${i}`
    if (ids.has(edge.id))
      faults.push({
        nodeId: edge.source,
        path: `${path}.id`,
        says: { en: `edge ${edge.id} is there twice`, es: `la conexión ${edge.id} está dos veces` },
      })
    ids.add(edge.id)
    const source = nodes.get(edge.source)
    const target = nodes.get(edge.target)
    if (source === undefined) {
      faults.push({ nodeId: edge.source, path: `${path}.source`, says: noNode(edge.source) })
    }
    if (target === undefined) {
      faults.push({ nodeId: edge.source, path: `${path}.target`, says: noNode(edge.target) })
    }
    if (source === undefined || target === undefined) continue
    if (target.definition.starts === true) {
      faults.push({ nodeId: edge.target, path: `${path}.target`, says: INTO_TRIGGER })
    }
    const forks = source.definition.forks === true
    const handle = forks ? edge.id : (edge.sourceHandle ?? REST)
    const ways = forks ? null : knownWays(source)
    if (ways !== null && (ways.length === 0 || !isWay(handle, ways, source.definition))) {
      const says = ways.length === 0 ? NOTHING_LEAVES : noWay(handle, ways)
      faults.push({ nodeId: edge.source, path: `${path}.sourceHandle`, says })
    }
    const outs = wires.get(edge.source) ?? new Map<string, string>()
    wires.set(edge.source, outs)
    if (outs.has(handle)) {
      faults.push({ nodeId: edge.source, path, says: handle === REST ? TWO_WITHOUT_WAY : twoBy(handle) })
    }
    outs.set(handle, edge.target)
  }
  for (const [id, known] of nodes) faults.push(...leadsNowhere(id, known, wires), ...branching(id, known, wires))
  return {
    wires,
    faults,
    doubts: [...unreachable(nodes, wires), ...spinning(nodes, wires), ...multiplying(nodes, wires)],
  }
}

/** Every step that may fail can be given a way for that, and some can be undone. */
const isWay = (handle: string, ways: readonly string[], { starts, undoable }: Definition): boolean =>
  handle === REST ||
  ways.includes(handle) ||
  (handle === ERROR && starts !== true) ||
  (handle === UNDO && undoable === true)

function branching(id: string, { definition }: Known, wires: Wires): GraphFault[] {
  if (definition.forks !== true) return []
  const branches = wires.get(id)?.size ?? 0
  if (branches >= 2 && branches <= MOST_BRANCHES) return []
  const says = {
    en: `needs 2 to ${MOST_BRANCHES} edges that leave it, and has ${branches}`,
    es: `necesita de 2 a ${MOST_BRANCHES} conexiones que salgan, y tiene ${branches}`,
  }
  return [{ nodeId: id, says }]
}

function knownWays(known: Known): readonly string[] | null {
  if (known.data === null) return null
  const ways = waysOf(known, 'ways')
  return ways.includes(FILLER) ? null : ways
}

const waysOf = ({ definition, data }: Known, which: 'ways' | 'mustLead'): readonly string[] =>
  (definition[which] as ((data: unknown) => readonly string[]) | undefined)?.(data) ?? []

function leadsNowhere(id: string, known: Known, wires: Wires): GraphFault[] {
  if (known.data === null) return []
  const outs = wires.get(id)
  if (outs?.has(REST)) return []
  return waysOf(known, 'mustLead')
    .filter((way) => way !== FILLER && outs?.has(way) !== true)
    .map((way) => ({
      nodeId: id,
      path: way,
      says: { en: `the way ${way} leads nowhere`, es: `la salida ${way} no lleva a ninguna parte` },
    }))
}

function unreachable(nodes: ReadonlyMap<string, Known>, wires: Wires): GraphFault[] {
  const reached = new Set([...nodes].filter(([, { definition }]) => definition.starts === true).map(([id]) => id))
  if (reached.size === 0) return [{ nodeId: null, path: 'nodes', says: NO_TRIGGER }]
  // A set hands out what is added while it is walked.
  for (const id of reached) for (const target of wires.get(id)?.values() ?? []) reached.add(target)
  return [...nodes.keys()].filter((id) => !reached.has(id)).map((id) => ({ nodeId: id, says: UNREACHED }))
}

/** Of a node whose data does not fit it is not known: it gets the benefit of the doubt if its kind can wait. */
const waits = ({ definition, data }: Known): boolean =>
  definition.waits !== undefined && (data === null || (definition.waits as (data: unknown) => boolean)(data))

/** Nodes on cycles in which no time passes: what is left when nodes without an entry, or an exit, are taken away. */
function spinning(nodes: ReadonlyMap<string, Known>, wires: Wires): GraphFault[] {
  const fast = [...nodes].filter(([, known]) => !waits(known)).map(([id]) => id)
  const forward = new Map(fast.map((id) => [id, [] as string[]]))
  const backward = new Map(fast.map((id) => [id, [] as string[]]))
  for (const id of fast) {
    const bounded = nodes.get(id)?.definition.boundedWay
    const outs = [...(wires.get(id) ?? [])].filter(([way]) => way !== bounded)
    for (const target of new Set(outs.map(([, to]) => to))) {
      if (!forward.has(target)) continue
      forward.get(id)?.push(target)
      backward.get(target)?.push(id)
    }
  }
  const left = peel(peel(new Set(fast), backward, forward), forward, backward)
  return [...left].map((id) => ({ nodeId: id, says: SPINS }))
}

/** Takes away, again and again, what has nothing left in `needs`. */
function peel(
  ids: Set<string>,
  needs: ReadonlyMap<string, readonly string[]>,
  feeds: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const count = new Map([...ids].map((id) => [id, (needs.get(id) ?? []).filter((other) => ids.has(other)).length]))
  const free = [...count].filter(([, n]) => n === 0).map(([id]) => id)
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    ids.delete(id)
    for (const other of feeds.get(id) ?? []) {
      if (!ids.has(other)) continue
      const n = (count.get(other) ?? 0) - 1
      count.set(other, n)
      if (n === 0) free.push(other)
    }
  }
  return ids
}

/** Nodes at which a run becomes several again and again, since a way leads back to them past every join. */
function multiplying(nodes: ReadonlyMap<string, Known>, wires: Wires): GraphFault[] {
  const kept = [...nodes].filter(([, { node }]) => node.type !== 'join').map(([id]) => id)
  const into = new Map(kept.map((id) => [id, [] as string[]]))
  const out = new Map(kept.map((id) => [id, [] as string[]]))
  for (const id of kept) {
    for (const target of new Set(wires.get(id)?.values())) {
      if (!into.has(target)) continue
      out.get(id)?.push(target)
      into.get(target)?.push(id)
    }
  }
  const onCycles = peel(peel(new Set(kept), into, out), out, into)
  return [...onCycles]
    .filter((id) => nodes.get(id)?.definition.forks === true)
    .slice(0, MOST_JUDGED)
    .filter((id) => leadsTo(id, out, onCycles))
    .map((id) => ({ nodeId: id, says: MULTIPLIES }))
}

/** Whether some way leads from a node back to it. */
function leadsTo(id: string, out: ReadonlyMap<string, readonly string[]>, within: ReadonlySet<string>): boolean {
  const reached = new Set(out.get(id)?.filter((next) => within.has(next)))
  for (const next of reached) for (const one of out.get(next) ?? []) if (within.has(one)) reached.add(one)
  return reached.has(id)
}
