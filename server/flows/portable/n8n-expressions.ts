import { type Drawing, textIn } from '#flows/portable/drawing.ts'
import { valueOr } from '#flows/portable/there.ts'
import { partsIn } from '#platform/liquid-parts.ts'

/*
 * Expressions of n8n that only fetch a value: `{{ $json.a.b }}`, `{{ $node["X"].json.a }}`, `{{ $('X').item.json.a }}`.
 * Everything else in them is JavaScript, which nothing here runs.
 */

/** Where the output of a node is found here, with its members; null: nowhere. @param node null: the node before */
export type Source = (node: string | null, path: readonly string[]) => string | null

const FROM =
  /^(?:\$json|\$node\["([^"]+)"\]\.json|\$node\['([^']+)'\]\.json|\$\(\s*['"]([^'"]+)['"]\s*\)(?:\.item|\.first\(\)|\.last\(\))?\.json)((?:\.[A-Za-z_]\w*|\[\d+\]|\["[^"\]]*"\]|\['[^'\]]*'\])*)$/
const PART = /\.([A-Za-z_]\w*)|\[(\d+)\]|\["([^"\]]*)"\]|\['([^'\]]*)'\]/g

function fetched(code: string, source: Source): string | null {
  const found = FROM.exec(code.trim())
  if (found === null) return code.trim() === '$now' ? 'now' : null
  const path = [...(found[4] ?? '').matchAll(PART)].map((part) => part.slice(1).find((one) => one !== undefined) ?? '')
  return source(found[1] ?? found[2] ?? found[3] ?? null, path)
}

export const isExpression = (value: unknown): value is string => typeof value === 'string' && value.startsWith('=')

type Piece = { text: string } | { path: string }

/** A text in pieces; null where one of them is more than a value. */
function pieces(value: string, source: Source): Piece[] | null {
  const found: Piece[] = []
  let from = 0
  for (const { index, text, isTag } of partsIn(value)) {
    if (isTag) continue
    if (index > from) found.push({ text: value.slice(from, index) })
    const path = fetched(text.slice(2, -2), source)
    if (path === null) return null
    found.push({ path })
    from = index + text.length
  }
  if (from < value.length) found.push({ text: value.slice(from) })
  return found
}

/** A field as a Liquid text. `kept`: it holds JavaScript, and stays as it was written. */
export function liquidOf(value: unknown, source: Source): { text: string; kept: boolean } {
  if (!isExpression(value))
    return { text: typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), kept: false }
  const made = pieces(value.slice(1), source)
  if (made === null) return { text: value.slice(1), kept: true }
  return { text: made.map((piece) => ('path' in piece ? `{{ ${piece.path} }}` : piece.text)).join(''), kept: false }
}

/** A field as JSON in a Liquid text: what is wholly one value keeps its type. */
export function jsonOf(value: unknown, source: Source): { json: string; kept: boolean } {
  if (!isExpression(value)) return { json: JSON.stringify(value === undefined ? '' : value), kept: false }
  const made = pieces(value.slice(1), source)
  if (made === null) return { json: JSON.stringify(value.slice(1)), kept: true }
  const [only] = made
  if (made.length === 1 && only !== undefined && 'path' in only)
    return { json: `{{ ${only.path} | json }}`, kept: false }
  const parts = made.map((piece) => ('path' in piece ? `{{ ${piece.path} }}` : JSON.stringify(piece.text).slice(1, -1)))
  return { json: `"${parts.join('')}"`, kept: false }
}

/** A field as a CEL expression. */
export function celOf(value: unknown, source: Source): { cel: string; kept: boolean } {
  if (!isExpression(value)) {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    return isPlain ? { cel: JSON.stringify(value), kept: false } : { cel: JSON.stringify(value ?? null), kept: false }
  }
  const made = pieces(value.slice(1).trim(), source)
  if (made === null) return { cel: textIn(value).slice(1), kept: true }
  const [only] = made
  if (made.length === 1 && only !== undefined && 'path' in only) return { cel: only.path, kept: false }
  // n8n writes nothing for what is missing or null.
  const parts = made.map((piece) =>
    'path' in piece ? valueOr(piece.path, '""', `string(${piece.path})`) : JSON.stringify(piece.text),
  )
  return { cel: parts.length === 0 ? '""' : parts.join(' + '), kept: false }
}

const PARTS = {
  condition: { en: 'a condition', es: 'una condición' },
  value: { en: 'a value', es: 'un valor' },
  field: { en: 'a field', es: 'un campo' },
  text: { en: 'a text', es: 'un texto' },
} as const

/** Tells that a part of a step stays as it was written. */
export const kept = (drawn: Drawing, id: string, name: string, part: keyof typeof PARTS) =>
  drawn.note(
    id,
    `${name}: ${PARTS[part].en} holds JavaScript, which nothing here runs; it stays as it was written`,
    `${name}: ${PARTS[part].es} contiene JavaScript, que aquí nada ejecuta; queda como estaba`,
  )
