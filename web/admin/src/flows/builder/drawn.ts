import type { Language } from '../../app/language.ts'
import type { Canvas } from '../model/canvas.ts'
import type { Fault } from '../model/faults.ts'
import type { Lit } from '../model/playing.ts'
import { type Names, nameOf } from '../model/sentences.ts'
import { wayWords } from '../model/ways.ts'
import type { StepEdgeType } from './step-edge.tsx'
import type { StepData, StepNodeType } from './step-node.tsx'

/** What is shown at steps and edges besides the graph itself. */
export type Shown = {
  readonly language: Language
  readonly names: Names
  readonly faults: readonly Fault[]
  readonly standing: ReadonlyMap<string, number>
  readonly lit: Lit | null
  readonly changed: ReadonlySet<string>
}

/** The canvas in the form of the library; what is equal stays the same object, so that it is not drawn again. */
export function drawnNodes(canvas: Canvas, shown: Shown, before: readonly StepNodeType[]): StepNodeType[] {
  const known = new Map(before.map((node) => [node.id, node]))
  const counts = new Map<string, { stops: number; warns: number }>()
  for (const { nodeId, stops } of shown.faults) {
    const count = counts.get(nodeId ?? '') ?? { stops: 0, warns: 0 }
    if (stops) count.stops++
    else count.warns++
    counts.set(nodeId ?? '', count)
  }
  const { lit } = shown
  return canvas.nodes.map((item) => {
    const { id } = item.node
    const data: StepData = {
      item,
      names: shown.names,
      language: shown.language,
      faults: counts.get(id)?.stops ?? 0,
      warnings: counts.get(id)?.warns ?? 0,
      standing: shown.standing.get(id) ?? 0,
      lit: lit === null ? null : lit.at === id ? 'here' : lit.nodes.has(id) ? 'been' : 'no',
      changed: shown.changed.has(id),
    }
    const old = known.get(id)
    if (old === undefined) return { id, type: 'step', position: item.position, data }
    const sameData = (Object.keys(data) as (keyof StepData)[]).every((name) => old.data[name] === data[name])
    // While somebody drags it, where it is is the library's to say.
    const samePlace =
      old.dragging === true || (old.position.x === item.position.x && old.position.y === item.position.y)
    if (sameData && samePlace) return old
    return { ...old, data: sameData ? old.data : data, position: samePlace ? old.position : item.position }
  })
}

/** An arrow, as it is read out. */
const arrowWords = {
  es: (from: string, to: string, way: string) => `De «${from}» a «${to}»: ${way}`,
  en: (from: string, to: string, way: string) => `From “${from}” to “${to}”: ${way}`,
} as const

export function drawnEdges(canvas: Canvas, shown: Shown, before: readonly StepEdgeType[]): StepEdgeType[] {
  const known = new Map(before.map((edge) => [edge.id, edge]))
  const faulty = new Set(shown.faults.flatMap(({ edgeId }) => edgeId ?? []))
  const there = new Map(canvas.nodes.map(({ node }) => [node.id, node]))
  const { lit } = shown
  const named = (id: string) => {
    const node = there.get(id)
    return node === undefined ? id : nameOf(node, shown.language, shown.names)
  }
  return canvas.edges
    .filter(({ edge }) => there.has(edge.source) && there.has(edge.target))
    .map(({ edge, way }) => {
      const { id, source, target } = edge
      const light = lit === null ? null : lit.edges.has(id) ? 'been' : 'no'
      const aside = way === 'error' || way === 'undo' || way === 'failed'
      const ariaLabel = arrowWords[shown.language](named(source), named(target), wayWords(way)[shown.language])
      const old = known.get(id)
      const same =
        old?.source === source &&
        old.target === target &&
        old.data?.way === way &&
        old.ariaLabel === ariaLabel &&
        old.data.lit === light &&
        old.data.faulty === faulty.has(id)
      if (old !== undefined && same) return old
      const data = { way, lit: light, aside, faulty: faulty.has(id) } as const
      return {
        ...(old?.selected ? { selected: true } : {}),
        id,
        type: 'step',
        source,
        target,
        sourceHandle: way,
        data,
        ariaLabel,
      }
    })
}
