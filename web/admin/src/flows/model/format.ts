import { isObject } from '../../ui/json-text.ts'

export type Format = 'n8n' | 'typebot' | 'novu'

/** Members that only flows of that product have. */
const SIGNS: readonly (readonly [Format, string])[] = [
  ['n8n', 'connections'],
  ['typebot', 'groups'],
  ['novu', 'steps'],
]

/** Of which product a file is, where nobody said so; undefined: one of ours, or of nobody known. */
export function formatOf(document: unknown): Format | undefined {
  if (!isObject(document) || 'cauce' in document) return undefined
  const inside = isObject(document.data) ? document.data : {}
  return SIGNS.find(([, member]) => member in document || member in inside)?.[0]
}
