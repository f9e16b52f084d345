import type { Logger } from 'pino'
import { isoOrNull } from '#platform/iso.ts'

/** Tells an operator why the relay stands still while the broker is well: somebody's queue is full and refuses. */
export type FullQueue = {
  /** After each try: the types that found no room. */
  found(types: ReadonlySet<string>): void
  /** What is said of it while it lasts. */
  readonly warning: string | null
}

const MOST_NAMED = 5

export function fullQueue(logger: Logger, wall: () => number): FullQueue {
  let since: number | null = null
  let warning: string | null = null

  return {
    found(types) {
      if (types.size === 0) {
        if (since !== null) logger.info('the queue that was full has room again: the relay goes on')
        since = null
        warning = null
        return
      }
      const begins = since === null
      since ??= wall()
      const named = [...types].sort().slice(0, MOST_NAMED).join(', ')
      const more = types.size > MOST_NAMED ? ` and ${types.size - MOST_NAMED} types more` : ''
      warning = `the broker refuses ${named}${more} since ${isoOrNull(since)}: a queue that gets it is full (reject-publish). It is tried each second, and what came after it waits`
      if (begins) logger.warn(warning)
    },
    get warning() {
      return warning
    },
  }
}
