import type { LogEvent } from '#platform/event.ts'

/** What of a batch is sent next, where a queue behind the bus was full. */
export type Room = {
  /** Of what waits, in its order. */
  next(waiting: readonly LogEvent[]): LogEvent[]
  /** What became of it: `busy` found no room. */
  learn(sent: readonly LogEvent[], busy: ReadonlySet<LogEvent>): void
}

/**
 * A bus does not say which queue had no room, and whichever had gets the message again with each try. So of a type that found
 * none one event tries whether there is some; when it gets in two follow, then four, each of another subject. Other
 * types are not held up.
 */
export function roomForTries(): Room {
  const most = new Map<string, number>()
  return {
    next(waiting) {
      const taken = new Map<string, number>()
      /** Their next event has to wait for one before it. */
      const held = new Set<string>()
      return waiting.filter(({ type, subject }) => {
        const limit = most.get(type)
        if (held.has(subject)) return false
        if (limit === undefined) return true
        held.add(subject)
        const before = taken.get(type) ?? 0
        taken.set(type, before + 1)
        return before < limit
      })
    },
    learn(sent, busy) {
      const tried = new Set(sent.map(({ type }) => type))
      const full = new Set([...busy].map(({ type }) => type))
      for (const type of tried) {
        const limit = most.get(type)
        if (full.has(type)) most.set(type, 1)
        else if (limit !== undefined) most.set(type, limit * 2)
      }
    },
  }
}
