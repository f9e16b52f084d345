import type { Both, Language } from '../../app/language.ts'
import { durationWords } from '../../ui/durations.ts'
import { partsOf } from '../../ui/iso-duration.ts'
import { type FlowNode, type Graph, type Json, nodeOf, REST } from './graph.ts'
import { nameOf } from './sentences.ts'
import { wayWords } from './ways.ts'

/** One thing that differs, as the API tells it. */
export type Change = {
  change: string
  nodeId: string | null
  path: string
  before?: Json
  after?: Json
  says: Both
}

export type ChangeGroup = {
  /** Null: the flow as a whole. */
  readonly nodeId: string | null
  readonly kind: 'added' | 'removed' | 'changed'
  readonly changes: readonly Change[]
}

const ADDED = new Set(['stepAdded'])
const REMOVED = new Set(['stepRemoved'])

/** Changes by the step they are about, in the order in which they are told; what is about the whole flow comes first. */
export function groupsOf(changes: readonly Change[]): ChangeGroup[] {
  const groups = new Map<string, Change[]>()
  for (const change of changes) {
    const list = groups.get(change.nodeId ?? '') ?? []
    list.push(change)
    groups.set(change.nodeId ?? '', list)
  }
  const made = [...groups].map(([nodeId, list]): ChangeGroup => {
    const kind = list.some(({ change }) => ADDED.has(change))
      ? 'added'
      : list.some(({ change }) => REMOVED.has(change))
        ? 'removed'
        : 'changed'
    return { nodeId: nodeId === '' ? null : nodeId, kind, changes: list }
  })
  return made.toSorted((a, b) => Number(a.nodeId !== null) - Number(b.nodeId !== null))
}

/** The steps that changes tell of, those that are gone too: what a removed one was stands in its change. */
export function stepsOf(changes: readonly Change[], graph: Graph | null): (id: string) => FlowNode | undefined {
  const gone = new Map(
    changes.flatMap(({ change, nodeId, before }) => {
      const { type, data } = (before ?? {}) as { type?: unknown; data?: FlowNode['data'] }
      return change !== 'stepRemoved' || nodeId === null || typeof type !== 'string'
        ? []
        : [[nodeId, { id: nodeId, type, position: { x: 0, y: 0 }, data: data ?? {} } as FlowNode] as const]
    }),
  )
  return (id) => (graph === null ? undefined : nodeOf(graph, id)) ?? gone.get(id)
}

const ARROWS: { readonly [change: string]: Both } = {
  edgeAdded: { es: 'ahora lleva', en: 'now leads' },
  edgeRemoved: { es: 'ya no lleva', en: 'no longer leads' },
}

const WHOLE: { readonly [change: string]: Both } = {
  stepAdded: { es: 'se añadió', en: 'was added' },
  stepRemoved: { es: 'se quitó', en: 'was removed' },
}

/** Which step the program's sentence is about: said already where the sentence stands under the step. */
const OF_STEP = /^(?:paso|step) .*?\): /
const QUOTED = /«(P[^»]+)»|“(P[^”]+)”/g

/** What the program says of a field, with durations in words. */
const fieldSaid = (said: string, language: Language): string =>
  said.replace(OF_STEP, '').replace(QUOTED, (whole, es?: string, en?: string) => {
    const iso = es ?? en ?? ''
    if (partsOf(iso) === null) return whole
    const words = durationWords({ iso, business: false }, language)
    return es === undefined ? `“${words}”` : `«${words}»`
  })

/** A change in words, to stand under its step. The program says ids of steps without a name; here they go by their sentence, as they are drawn. */
export function changeWords(change: Change, stepOf: ReturnType<typeof stepsOf>, language: Language): string {
  const whole = WHOLE[change.change]
  if (whole !== undefined) return whole[language]
  const arrow = ARROWS[change.change]
  const { target, sourceHandle = REST } = (change.after ?? change.before ?? {}) as { [member: string]: unknown }
  if (arrow === undefined || typeof target !== 'string') return fieldSaid(change.says[language], language)
  const node = stepOf(target)
  const es = language === 'es'
  const by = sourceHandle === REST ? '' : ` ${es ? 'por' : 'by'} «${wayWords(String(sourceHandle))[language]}»`
  return `${arrow[language]}${by} ${es ? 'a' : 'to'} «${node === undefined ? target : nameOf(node, language)}»`
}

/** A line of text as it was and as it is, with what is the same taken apart, so that the difference is seen. */
export type TextChange = { readonly head: string; readonly was: string; readonly is: string; readonly tail: string }

/** Where two texts differ, at the borders of words. */
export function textChange(before: string, after: string): TextChange {
  const [a, b] = [words(before), words(after)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return {
    head: a.slice(0, start).join(''),
    was: a.slice(start, a.length - end).join(''),
    is: b.slice(start, b.length - end).join(''),
    tail: a.slice(a.length - end).join(''),
  }
}

const words = (text: string): string[] => text.match(/\s+|[^\s]+/gu) ?? []

/** How many changes there are, in words. */
export function countWords(counts: { readonly [kind: string]: number }, language: Language): string {
  const sum = Object.values(counts).reduce((all, one) => all + one, 0)
  if (language === 'es') return sum === 0 ? 'Sin cambios' : sum === 1 ? '1 cambio' : `${sum} cambios`
  return sum === 0 ? 'No changes' : sum === 1 ? '1 change' : `${sum} changes`
}
