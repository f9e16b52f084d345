/** Of each of two generations. */
const MOST = 20_000

/**
 * Events that this node has just sent to the bus. What comes back of them is in the log already and need not be asked
 * for; what was forgotten here is found to be a repeat by the log.
 */
export type Known = {
  add(source: string, id: string): void
  has(source: string, id: string): boolean
}

export function recentlySent(): Known {
  let young = new Set<string>()
  let old = new Set<string>()
  const keyOf = (source: string, id: string) => `${source}\n${id}`
  return {
    add(source, id) {
      young.add(keyOf(source, id))
      if (young.size < MOST) return
      old = young
      young = new Set()
    },
    has(source, id) {
      if (young.size + old.size === 0) return false
      const key = keyOf(source, id)
      return young.has(key) || old.has(key)
    },
  }
}
