import { isUtf8 } from 'node:buffer'
import { invalid } from '#platform/problem.ts'

/** Deeper JSON is refused: recursive code behind the door must never meet it. */
export const MAX_JSON_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** True when brackets outside strings nest deeper than `limit`. One pass, no allocation. */
export function deeperThan(text: string, limit: number): boolean {
  // Each level needs an opening and a closing bracket.
  if (text.length <= limit * 2) return false
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = text.indexOf('"', i + 1)
      while (i !== -1 && isEscaped(text, i)) i = text.indexOf('"', i + 1)
      if (i === -1) return false
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > limit) return true
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1
    }
  }
  return false
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1
  return backslashes % 2 === 1
}

/**
 * Reads a JSON body. An empty body is undefined.
 * @throws Problem 400 for text that is not UTF-8 or not JSON, nests deeper than 64, or has a key `__proto__`
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) throw invalid({ path: '', message: 'the body is not UTF-8' })
  // A byte order mark is allowed to a reader (RFC 8259, 8.1).
  const text =
    body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.toString('utf8', 3) : body.toString('utf8')
  if (deeperThan(text, MAX_JSON_DEPTH)) {
    throw invalid({ path: '', message: `the JSON nests deeper than ${MAX_JSON_DEPTH} levels` })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw invalid({ path: '', message: `the body is not JSON: ${(error as Error).message}` })
  }
  // The key may be written with escapes, so a text that mentions neither form is the only quick answer.
  if ((text.includes('__proto__') || text.includes('\\u005')) && hasPrototypeKey(value)) {
    throw invalid({ path: '', message: 'the key __proto__ is not allowed' })
  }
  return value
}

function hasPrototypeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Object.hasOwn(value, '__proto__')) return true
  return Object.values(value).some(hasPrototypeKey)
}
