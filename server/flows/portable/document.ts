import { type NamedCase, readCases } from '#flows/cases/case.ts'
import { type Graph, type GraphEdge, type GraphFault, type GraphNode, shapeFaults } from '#flows/graph.ts'
import type { Json } from '#platform/event.ts'
import { isUuid } from '#platform/ids.ts'

/** Form of the file; another number means that older programs cannot read it. */
export const FORM = 'flow/1'

/** A flow as a file: its graph, its cases, and the id by which it is found again. */
export type FlowDocument = { id: string | null; graph: Graph; cases: NamedCase[] | null }

/**
 * A flow as a text that is the same however its author came to it: members in a fixed order at every level, triggers first and in
 * theirs (the first that fits begins the run), other steps and all edges sorted. Reading it gives the same flow.
 */
export function textOf({ id, graph, cases }: FlowDocument): string {
  const { name, description, settings, nodes, edges, ...others } = graph
  return `${JSON.stringify(
    {
      cauce: FORM,
      ...(id === null ? {} : { id }),
      name,
      description,
      ...sorted(others),
      settings: settings === undefined ? undefined : sorted(settings),
      nodes: [...nodes.filter(isTrigger), ...nodes.filter((node) => !isTrigger(node)).sort(byId)].map(nodeOf),
      edges: [...edges].sort(byEnds).map(edgeOf),
      cases: (cases ?? []).toSorted((a, b) => compare(a.name, b.name)).map(caseOf),
    },
    null,
    2,
  )}\n`
}

const isTrigger = ({ type }: GraphNode): boolean => type === 'trigger'
/** By code units, so that every machine sorts alike. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byId = (a: GraphNode, b: GraphNode): number => compare(a.id, b.id)
const byEnds = (a: GraphEdge, b: GraphEdge): number =>
  compare(a.source, b.source) ||
  compare(a.sourceHandle ?? '', b.sourceHandle ?? '') ||
  compare(a.target, b.target) ||
  compare(a.id, b.id)

/** Fields whose members stand in an order that means something: variables are set, and an answer is written, one after the other. */
const AS_WRITTEN: { readonly [type: string]: string } = { set: 'vars', llm: 'schema' }

/** Members by name, at every level; lists keep their order. */
const sorted = (members: object, asWritten?: string): { [name: string]: unknown } =>
  Object.fromEntries(
    Object.entries(members)
      .map(([name, value]) => [name, name === asWritten ? value : sortedIn(value)] as const)
      .sort(([a], [b]) => compare(a, b)),
  )

const sortedIn = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(sortedIn) : typeof value === 'object' && value !== null ? sorted(value) : value

function nodeOf({ id, type, position, data, ...others }: GraphNode) {
  const asWritten = Object.hasOwn(AS_WRITTEN, type) ? AS_WRITTEN[type] : undefined
  return {
    id,
    type,
    position: sortedIn(position),
    data: data === undefined ? undefined : sorted(data, asWritten),
    ...sorted(others),
  }
}

function edgeOf({ id, source, sourceHandle, target, ...others }: GraphEdge) {
  return { id, source, sourceHandle, target, ...sorted(others) }
}

function caseOf({
  name,
  description,
  event,
  contact,
  encounter,
  queue,
  calendars,
  later,
  outcomes,
  expect,
}: NamedCase) {
  const parts = { event, contact, encounter, queue, calendars, later, outcomes, expect }
  return { name, description, ...Object.fromEntries(Object.entries(parts).map(([part, of]) => [part, sortedIn(of)])) }
}

const fault = (path: string, en: string, es: string): GraphFault => ({ nodeId: null, path, says: { en, es } })

/** Reads a flow from what a file holds; the graph may have the faults of a draft. Nothing is read of what has faults. */
export function readDocument(
  value: unknown,
): { document: FlowDocument; faults?: undefined } | { document?: undefined; faults: GraphFault[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { faults: shapeFaults(value) }
  const { cauce, id, cases, ...graph } = value as { [name: string]: unknown }
  const faults: GraphFault[] = []
  // A graph alone, as the API takes it for a draft and the guides show it, says of no form.
  const isGraph = cauce === undefined && Array.isArray(graph.nodes) && Array.isArray(graph.edges)
  if (cauce !== FORM && !isGraph) {
    faults.push(fault('cauce', `must be ${FORM}`, `debe ser ${FORM}`))
  }
  if (id !== undefined && !(typeof id === 'string' && isUuid(id))) {
    faults.push(fault('id', 'must be a UUID in small letters', 'debe ser un UUID en minúsculas'))
  }
  const read = readCases(cases)
  faults.push(...shapeFaults(graph), ...read.faults)
  if (faults.length > 0) return { faults }
  return {
    document: {
      id: (id as string | undefined) ?? null,
      graph: graph as unknown as Graph,
      cases: cases === undefined ? null : read.cases,
    },
  }
}

/** The document as the API gives it: in the order of its text. */
export const documentOf = (document: FlowDocument): Json => JSON.parse(textOf(document)) as Json

/** A file name for a flow: its name in letters that every file system takes. */
export function fileNameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
  return plain === '' ? 'flow' : plain
}
