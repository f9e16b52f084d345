import { isTransient } from '#platform/database.ts'
import { Problem } from '#platform/problem.ts'

/** Whether the database or the node is at fault and not what was tried: the same may succeed later. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Problem ? error.status >= 500 || error.status === 429 : isTransient(error)
