import { type Leaf, leavesOf, shownValue, wordsOf } from '#flows/field-words.ts'
import type { Graph, GraphEdge, GraphNode } from '#flows/graph.ts'
import { KINDS } from '#flows/nodes/kinds.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

export type ChangeKind =
  | 'stepAdded'
  | 'stepRemoved'
  /** The step has the same id and is of another kind now. */
  | 'stepReplaced'
  | 'fieldChanged'
  /** A field that people read: a message, a title. */
  | 'textChanged'
  | 'edgeAdded'
  | 'edgeRemoved'
  | 'settingChanged'
  | 'nameChanged'

/** One thing that differs between two graphs. `before` and `after` are null where there is nothing on that side. */
export type Change = {
  change: ChangeKind
  nodeId: string | null
  /** JSON pointer into the graph, with nodes by their ids. */
  path: string
  before: Json
  after: Json
  says: Sentence
}

export type Difference = {
  changes: readonly Change[]
  /** Of all changes, however many are listed. */
  counts: { [kind in ChangeKind]?: number }
}

/** More are of no use to anybody; the counts tell of all. */
const MAX_CHANGES = 500

/**
 * What an author changed between two graphs, in the order in which it is drawn. Where nodes stand on the canvas, and the
 * order in which nodes, edges and members are written, does not count.
 */
export function differenceOf(before: Graph | null, after: Graph | null): Difference {
  const found = [
    ...nameChange(before?.name, after?.name),
    ...settingChanges(before, after),
    ...stepChanges(before?.nodes ?? [], after?.nodes ?? []),
    ...edgeChanges(before?.edges ?? [], after?.edges ?? []),
  ]
  const counts: Difference['counts'] = {}
  for (const { change } of found) counts[change] = (counts[change] ?? 0) + 1
  return { changes: found.slice(0, MAX_CHANGES), counts }
}

/** Ids of the steps that are of another kind, or have other settings, in the second graph. */
export function changedSteps(before: Graph, after: Graph): Set<string> {
  return new Set(
    stepChanges(before.nodes, after.nodes)
      .filter(({ change, path }) => change !== 'stepAdded' && change !== 'stepRemoved' && !path.endsWith('/data/label'))
      .flatMap(({ nodeId }) => nodeId ?? []),
  )
}

/** A graph without a name leaves the flow its own. */
const nameChange = (before: string | undefined, after: string | undefined): Change[] =>
  before === undefined || after === undefined || before === after
    ? []
    : [
        {
          change: 'nameChanged',
          nodeId: null,
          path: '/name',
          before,
          after,
          says: {
            en: `the name changed from ${shownValue(before, 'en')} to ${shownValue(after, 'en')}`,
            es: `el nombre cambió de ${shownValue(before, 'es')} a ${shownValue(after, 'es')}`,
          },
        },
      ]

function settingChanges(before: Graph | null, after: Graph | null): Change[] {
  return leafChanges((before?.settings ?? {}) as Json, (after?.settings ?? {}) as Json).map((leaf) => ({
    change: 'settingChanged',
    nodeId: null,
    path: `/settings${leaf.path}`,
    before: leaf.before,
    after: leaf.after,
    says: changedFrom({ en: 'settings:', es: 'ajustes:' }, leaf),
  }))
}

/** A step as people name it: its id and what kind of step it is. */
export function stepName({ id, type, data }: Pick<GraphNode, 'id' | 'type'> & Partial<GraphNode>): Sentence {
  const title = KINDS.get(type)?.definition.title ?? { en: type, es: type }
  const label = typeof data?.label === 'string' ? data.label.trim() : ''
  if (label === '') return { en: `step ${id} (${title.en})`, es: `paso ${id} (${title.es})` }
  return { en: `step “${label}” (${id}, ${title.en})`, es: `paso «${label}» (${id}, ${title.es})` }
}

function stepChanges(before: readonly GraphNode[], after: readonly GraphNode[]): Change[] {
  const old = new Map(before.map((node) => [node.id, node]))
  const now = new Map(after.map((node) => [node.id, node]))
  const whole = (node: GraphNode): Json => ({ type: node.type, data: node.data ?? {} })
  const one = (change: ChangeKind, node: GraphNode, was: Json, is: Json, says: Sentence): Change => ({
    change,
    nodeId: node.id,
    path: `/nodes/${node.id}`,
    before: was,
    after: is,
    says,
  })
  const removed = [...old.values()]
    .filter(({ id }) => !now.has(id))
    .map((node) => {
      const { en, es } = stepName(node)
      return one('stepRemoved', node, whole(node), null, { en: `${en} was removed`, es: `se quitó el ${es}` })
    })
  const others = [...now.values()].flatMap((node) => {
    const was = old.get(node.id)
    const { en, es } = stepName(node)
    if (was === undefined) {
      return [one('stepAdded', node, null, whole(node), { en: `${en} was added`, es: `se añadió el ${es}` })]
    }
    if (was.type !== node.type) {
      const former = stepName(was)
      const says = { en: `${former.en} became ${en}`, es: `el ${former.es} pasó a ser ${es}` }
      return [one('stepReplaced', node, whole(was), whole(node), says)]
    }
    return leafChanges((was.data ?? {}) as Json, (node.data ?? {}) as Json).map(
      (leaf): Change => ({
        change: leaf.isText ? 'textChanged' : 'fieldChanged',
        nodeId: node.id,
        path: `/nodes/${node.id}/data${leaf.path}`,
        before: leaf.before,
        after: leaf.after,
        says: changedFrom({ en: `${en}:`, es: `${es}:` }, leaf),
      }),
    )
  })
  return [...removed, ...others]
}

type LeafChange = { path: string; before: Json; after: Json; isText: boolean }

/** Values that differ, each at its own place: of a list of cases only the one that changed. */
function leafChanges(before: Json, after: Json): LeafChange[] {
  const old = new Map(leavesOf(before).map((leaf) => [leaf.path, leaf]))
  const now = new Map(leavesOf(after).map((leaf) => [leaf.path, leaf]))
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)]
    if (was !== undefined && is !== undefined && JSON.stringify(was.value) === JSON.stringify(is.value)) return []
    const { isText } = (is ?? was) as Leaf
    return [{ path, before: was?.value ?? null, after: is?.value ?? null, isText }]
  })
}

function changedFrom(subject: Sentence, { path, before, after }: LeafChange): Sentence {
  const words = wordsOf(path)
  if (before === null) {
    return {
      en: `${subject.en} ${words.en} ${shownValue(after, 'en')} was added`,
      es: `${subject.es} se añadió ${words.es} ${shownValue(after, 'es')}`,
    }
  }
  if (after === null) {
    return {
      en: `${subject.en} ${words.en} ${shownValue(before, 'en')} was removed`,
      es: `${subject.es} se quitó ${words.es} ${shownValue(before, 'es')}`,
    }
  }
  return {
    en: `${subject.en} ${words.en} changed from ${shownValue(before, 'en')} to ${shownValue(after, 'en')}`,
    es: `${subject.es} ${words.es} cambió de ${shownValue(before, 'es')} a ${shownValue(after, 'es')}`,
  }
}

function edgeChanges(before: readonly GraphEdge[], after: readonly GraphEdge[]): Change[] {
  const keyed = (edges: readonly GraphEdge[]) =>
    new Map(edges.map(({ source, sourceHandle, target }) => [`${source}\n${sourceHandle ?? ''}\n${target}`, source]))
  const [old, now] = [keyed(before), keyed(after)]
  const told = (change: 'edgeAdded' | 'edgeRemoved', key: string): Change => {
    const [source = '', way = '', target = ''] = key.split('\n')
    const edge: Json = { source, ...(way === '' ? {} : { sourceHandle: way }), target }
    const by: Sentence = way === '' ? { en: '', es: '' } : { en: ` by ${way}`, es: ` por ${way}` }
    const isAdded = change === 'edgeAdded'
    return {
      change,
      nodeId: source,
      path: '/edges',
      before: isAdded ? null : edge,
      after: isAdded ? edge : null,
      says: {
        en: isAdded ? `${source} now leads${by.en} to ${target}` : `${source} no longer leads${by.en} to ${target}`,
        es: isAdded ? `${source} ahora lleva${by.es} a ${target}` : `${source} ya no lleva${by.es} a ${target}`,
      },
    }
  }
  return [
    ...[...old.keys()].filter((key) => !now.has(key)).map((key) => told('edgeRemoved', key)),
    ...[...now.keys()].filter((key) => !old.has(key)).map((key) => told('edgeAdded', key)),
  ]
}
