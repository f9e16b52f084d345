import type { Logger } from 'pino'

/** Lines of one kind that are written in a second; of a flood the log keeps a sample and the count of the rest. */
export const LINES_PER_SECOND = 10
const WINDOW_MS = 1_000

type Kind = { since: number; written: number; omitted: number }

/** What a line is about; ids, never contents. */
export type About = {
  tenantId: string
  traceId?: string | undefined
  eventId?: string | undefined
  [name: string]: string | number | null | undefined
}

const byLogger = new WeakMap<Logger, (message: string, about: () => About) => void>()

/**
 * A sample of a flood: at most {@link LINES_PER_SECOND} lines of a kind in a second.
 * @returns asked for each line: how many of its kind were left out before it; null when it is to be left out too
 */
export function createSampler(now: () => number = () => performance.now()): (kind: string) => number | null {
  const kinds = new Map<string, Kind>()
  return (name) => {
    const at = now()
    const kind = kinds.get(name) ?? { since: at, written: 0, omitted: 0 }
    kinds.set(name, kind)
    if (at - kind.since >= WINDOW_MS) {
      kind.since = at
      kind.written = 0
    }
    if (kind.written === LINES_PER_SECOND) {
      kind.omitted++
      return null
    }
    kind.written++
    const { omitted } = kind
    kind.omitted = 0
    return omitted
  }
}

/**
 * Says at level `info` what happened in the words of the business (`encounter warned`), so that an operator can follow it
 * in the log. At most 10 lines of a kind in a second; the next one says how many were `omitted` before it.
 */
export function tellerOf(logger: Logger, now: () => number = () => performance.now()) {
  const known = byLogger.get(logger)
  if (known !== undefined) return known
  const sample = createSampler(now)
  const tell = (message: string, about: () => About): void => {
    if (!logger.isLevelEnabled('info')) return
    const omitted = sample(message)
    if (omitted !== null) logger.info(omitted === 0 ? about() : { ...about(), omitted }, message)
  }
  byLogger.set(logger, tell)
  return tell
}
