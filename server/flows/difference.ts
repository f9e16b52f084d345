import { fieldChanges } from '#flows/field-changes.ts'
import { shownValue } from '#flows/field-words.ts'
import type { Graph, GraphEdge, GraphNode } from '#flows/graph.ts'
import { KINDS } from '#flows/nodes/kinds.ts'
import { wayWords } from '#flows/way-words.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

export type ChangeKind =
  | 'stepAdded'
  | 'stepRemoved'
  /** The step has the same id and is of another kind now. */
  | 'stepReplaced'
  | 'fieldChanged'
  /** A field that people read: a message, a title, the description of the flow. */
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
 * order in which nodes, edges and members are written, does not count; that of variables does, of which each sees those before it.
 */
export function differenceOf(before: Graph | null, after: Graph | null): Difference {
  const found = [
    ...nameChange(before?.name, after?.name),
    ...descriptionChange(before, after),
    ...settingChanges(before, after),
    ...stepChanges(before?.nodes ?? [], after?.nodes ?? []),
    ...edgeChanges(before, after),
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

const descriptionChange = (before: Graph | null, after: Graph | null): Change[] =>
  fieldChanges(described(before), described(after)).map(({ isText: _always, ...changed }) => ({
    change: 'textChanged',
    nodeId: null,
    ...changed,
  }))

const described = (graph: Graph | null): Json =>
  graph?.description === undefined ? {} : { description: graph.description }

const settingChanges = (before: Graph | null, after: Graph | null): Change[] =>
  fieldChanges((before?.settings ?? {}) as Json, (after?.settings ?? {}) as Json).map(
    ({ isText: _none, ...changed }) => ({
      ...changed,
      change: 'settingChanged',
      nodeId: null,
      path: `/settings${changed.path}`,
      says: { en: `settings: ${changed.says.en}`, es: `ajustes: ${changed.says.es}` },
    }),
  )

const labelOf = ({ data }: Partial<GraphNode>): string => (typeof data?.label === 'string' ? data.label.trim() : '')

/** A step as people name it: its id and what kind of step it is. */
export function stepName({ id, type, data }: Pick<GraphNode, 'id' | 'type'> & Partial<GraphNode>): Sentence {
  const title = KINDS.get(type)?.definition.title ?? { en: type, es: type }
  const label = labelOf({ data })
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
    return fieldChanges((was.data ?? {}) as Json, (node.data ?? {}) as Json).map(
      ({ isText, ...changed }): Change => ({
        ...changed,
        change: isText ? 'textChanged' : 'fieldChanged',
        nodeId: node.id,
        path: `/nodes/${node.id}/data${changed.path}`,
        says: { en: `${en}: ${changed.says.en}`, es: `${es}: ${changed.says.es}` },
      }),
    )
  })
  return [...removed, ...others]
}

function edgeChanges(before: Graph | null, after: Graph | null): Change[] {
  const keyed = (graph: Graph | null) =>
    new Map(
      graph?.edges.map((edge) => [JSON.stringify([edge.source, edge.sourceHandle ?? '', edge.target]), edge] as const),
    )
  const [old, now] = [keyed(before), keyed(after)]
  const labels = new Map(
    [...(before?.nodes ?? []), ...(after?.nodes ?? [])].flatMap((node) =>
      labelOf(node) === '' ? [] : [[node.id, labelOf(node)]],
    ),
  )
  const name = (id: string, language: 'en' | 'es') => shownValue(labels.get(id) ?? id, language)
  const told = (change: 'edgeAdded' | 'edgeRemoved', { source, sourceHandle, target }: GraphEdge): Change => {
    const way = sourceHandle ?? ''
    const edge: Json = { source, ...(way === '' ? {} : { sourceHandle: way }), target }
    const words = wayWords(way)
    const by: Sentence = way === '' ? { en: '', es: '' } : { en: ` by “${words.en}”`, es: ` por «${words.es}»` }
    const isAdded = change === 'edgeAdded'
    return {
      change,
      nodeId: source,
      path: '/edges',
      before: isAdded ? null : edge,
      after: isAdded ? edge : null,
      says: {
        en: `${name(source, 'en')} ${isAdded ? 'now leads' : 'no longer leads'}${by.en} to ${name(target, 'en')}`,
        es: `${name(source, 'es')} ${isAdded ? 'ahora lleva' : 'ya no lleva'}${by.es} a ${name(target, 'es')}`,
      },
    }
  }
  return [
    ...[...old].flatMap(([key, edge]) => (now.has(key) ? [] : told('edgeRemoved', edge))),
    ...[...now].flatMap(([key, edge]) => (old.has(key) ? [] : told('edgeAdded', edge))),
  ]
}
