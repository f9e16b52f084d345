import type { Both, Language } from '../../app/language.ts'
import type { Json } from './graph.ts'

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
