import { invalid } from '#platform/problem.ts'

/**
 * A time that a caller wrote, in milliseconds; undefined when there is none.
 * @throws Problem 400 naming the field
 */
export function timeIn(path: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const at = Date.parse(value)
  if (Number.isNaN(at)) throw invalid({ path, message: 'must be an RFC 3339 time' })
  return at
}
