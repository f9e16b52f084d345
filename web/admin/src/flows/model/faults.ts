import type { Both, Language } from '../../app/language.ts'
import type { Graph } from './graph.ts'
import { wayWords } from './ways.ts'

/** A fault as the API tells it. */
export type ApiFault = {
  path: string
  message: string
  messages?: { en: string; es: string }
  nodeId?: string
  label?: string
}

/** A fault at its place in the builder. */
export type Fault = {
  /** Null: of the flow as a whole. */
  readonly nodeId: string | null
  /** The setting, outermost first; empty: the step itself. */
  readonly field: readonly string[]
  /** The edge at fault. */
  readonly edgeId: string | null
  /** The way out at fault. */
  readonly way: string | null
  /** It is one of the flow's settings. */
  readonly isSetting: boolean
  readonly says: Both
  /** It keeps the flow from being published; else it is only worth knowing. */
  readonly stops: boolean
}

/** Faults and warnings of the program, each at the step, setting, way or edge that it is about. */
export function faultsOf(graph: Graph, stopping: readonly ApiFault[], warnings: readonly ApiFault[]): Fault[] {
  return [
    ...stopping.map((fault) => placed(graph, fault, true)),
    ...warnings.map((fault) => placed(graph, fault, false)),
  ]
}

function placed(graph: Graph, fault: ApiFault, stops: boolean): Fault {
  const says = fault.messages ?? { en: fault.message, es: fault.message }
  const parts = fault.path.split('/').slice(1)
  const nowhere: Fault = { nodeId: null, field: [], edgeId: null, way: null, isSetting: false, says, stops }
  if (parts[0] === 'settings') return { ...nowhere, field: parts.slice(1), isSetting: true }
  if (parts[0] !== 'nodes' || fault.nodeId === undefined) return nowhere
  const at = { ...nowhere, nodeId: fault.nodeId }
  const [first, second] = parts.slice(2)
  if (first === undefined || first === 'id' || first === 'type' || first === 'position') return at
  if (first === 'data') return { ...at, field: parts.slice(3) }
  if (first === 'edges') {
    const edge = graph.edges[Number(second)]
    return edge === undefined ? at : { ...at, edgeId: edge.id, way: edge.sourceHandle ?? null }
  }
  return { ...at, way: first, says: withWayWords(says, first) }
}

/** A way as the drawing calls it: "la salida «llegó»", not "la salida event". */
function withWayWords(says: Both, way: string): Both {
  const words = wayWords(way)
  return {
    en: says.en.replace(` ${way} `, ` “${words.en}” `),
    es: says.es.replace(` ${way} `, ` «${words.es}» `),
  }
}

/** Those of one setting of a step, deeper ones with them. */
export const faultsAt = (faults: readonly Fault[], nodeId: string | null, ...names: readonly string[]): Fault[] =>
  faults.filter((fault) => fault.nodeId === nodeId && fault.field[0] !== undefined && names.includes(fault.field[0]))

/** Those of a place inside a setting: `('cases', '0', 'when')`. */
export const faultsIn = (faults: readonly Fault[], ...path: readonly string[]): Fault[] =>
  faults.filter(({ field }) => path.every((part, i) => field[i] === part))

/** By step; '' has those of the flow as a whole. */
export function faultsByNode(faults: readonly Fault[]): Map<string, Fault[]> {
  const found = new Map<string, Fault[]>()
  for (const fault of faults) {
    const list = found.get(fault.nodeId ?? '') ?? []
    list.push(fault)
    found.set(fault.nodeId ?? '', list)
  }
  return found
}

export const faultWords = (faults: readonly Fault[], language: Language): string | undefined =>
  faults.length === 0 ? undefined : [...new Set(faults.map(({ says }) => says[language]))].join('; ')
