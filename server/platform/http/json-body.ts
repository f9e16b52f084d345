import { parseJson } from '#platform/json-text.ts'
import { invalid } from '#platform/problem.ts'

/**
 * Reads the JSON body of a command. An empty body is undefined.
 * @throws Problem 400 for what `parseJson` refuses, and for a member `__proto__`
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return undefined
  const { text, value } = parseJson(body)
  // The name may be written with escapes, so a text that mentions neither form is the only quick answer.
  if ((text.includes('__proto__') || text.includes('\\u005')) && hasPrototypeName(value)) {
    throw invalid({ path: '', message: 'must not have a member __proto__' })
  }
  return value
}

function hasPrototypeName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Object.hasOwn(value, '__proto__')) return true
  return Object.values(value).some(hasPrototypeName)
}
