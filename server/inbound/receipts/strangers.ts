/** Strangers' messages of an endpoint that a node keeps in a second; the others are counted only. */
const PER_S = 5
/** Endpoints whose strangers are counted at once. */
const MOST_COUNTED = 10_000

/** Which of strangers' messages this node keeps: who knows an address must not fill the disk. */
export function strangersKept(): {
  /** Counts one at wall ms. @returns whether it is kept, and whether it is the time to let older ones of its endpoint go */
  next(endpoint: string, at: number): { isKept: boolean; isTurnToTrim: boolean }
} {
  const counts = new Map<string, { second: number; count: number }>()
  return {
    next(endpoint, at) {
      const second = Math.floor(at / 1000)
      const before = counts.get(endpoint)
      const count = before?.second === second ? before.count + 1 : 1
      if (before === undefined && counts.size >= MOST_COUNTED) counts.clear()
      counts.set(endpoint, { second, count })
      return { isKept: count <= PER_S, isTurnToTrim: count === 1 }
    },
  }
}
