/** Values that were just written and will be asked for once, soon: a bounded memory, in which the oldest give way. */
export type Recent<T> = {
  /** @param size in characters */
  put(key: string, value: T, size: number): void
  /** Gives the value out and forgets it. */
  take(key: string): T | undefined
}

/** As many as a node has deliveries in hand, twice, and no more text than this. */
const MOST = 4_000
const MOST_CHARACTERS = 16 * 1024 * 1024

export function createRecent<T>(most = MOST, mostCharacters = MOST_CHARACTERS): Recent<T> {
  const kept = new Map<string, { value: T; size: number }>()
  let characters = 0

  function take(key: string): T | undefined {
    const found = kept.get(key)
    if (found === undefined) return undefined
    kept.delete(key)
    characters -= found.size
    return found.value
  }

  return {
    put(key, value, size) {
      take(key)
      kept.set(key, { value, size })
      characters += size
      for (const oldest of kept.keys()) {
        if (kept.size <= most && characters <= mostCharacters) break
        take(oldest)
      }
    },
    take,
  }
}
