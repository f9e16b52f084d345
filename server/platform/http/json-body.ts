import { mayRound, roundedPlaces } from '#platform/exact-json.ts'
import { MAX_FAULTS, parseJson } from '#platform/json-text.ts'
import { invalid, says } from '#platform/problem.ts'

/**
 * Reads the JSON body of a command. An empty body is undefined.
 * @param near whether a number that is only near what was written will do
 * @throws Problem 400 for what `parseJson` refuses, for a member `__proto__`, and for numbers whose digits would be lost
 */
export function parseJsonBody(body: Buffer, near = false): unknown {
  if (body.length === 0) return undefined
  const { text, value } = parseJson(body)
  // The name may be written with escapes, so a text that mentions neither form is the only quick answer.
  if ((text.includes('__proto__') || text.includes('\\u005')) && hasPrototypeName(value)) {
    throw invalid({ path: '', message: 'must not have a member __proto__' })
  }
  if (!mayRound(text)) return value
  const rounded = near ? [] : roundedPlaces(text, MAX_FAULTS)
  if (rounded.length > 0) throw invalid(...rounded.map((path) => ({ path, ...ROUNDED })))
  return JSON.parse(text)
}

const ROUNDED = says(
  'has so many digits that the last ones would be lost: write it as text, in quotes',
  'tiene tantas cifras que se perderían las últimas: escríbelo como texto, entre comillas',
)

function hasPrototypeName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Object.hasOwn(value, '__proto__')) return true
  return Object.values(value).some(hasPrototypeName)
}
