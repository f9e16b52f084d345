import { NO_TIME, rfc3339Ms } from '#events/forms-fields.ts'
import { invalid } from '#platform/problem.ts'

/**
 * A time that a caller wrote, in milliseconds; undefined when there is none. Read as that of events is: what JavaScript
 * makes of `5` or of a time without its zone would choose other events than were meant.
 * @throws Problem 400 naming the field
 */
export function timeIn(path: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const at = rfc3339Ms(value)
  if (at === null) throw invalid({ path, message: NO_TIME })
  return at
}
