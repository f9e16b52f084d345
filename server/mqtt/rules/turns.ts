export type Turn = {
  /** Resolves when all before it have had theirs; rejects with what keeps one of them from going on for now. */
  come(): Promise<void>
  /** @param error why it goes on later: what comes after it must not go before it */
  end(error?: unknown): void
}

/** Of each key one after the other, in the order in which they were asked for. */
export function createTurns(): (key: string) => Turn {
  const last = new Map<string, Promise<unknown>>()
  return (key) => {
    const before = last.get(key)
    const { promise, resolve } = Promise.withResolvers<unknown>()
    last.set(key, promise)
    return {
      async come() {
        const error = await before
        if (error !== undefined) throw error
      },
      end(error) {
        resolve(error)
        if (last.get(key) === promise) last.delete(key)
      },
    }
  }
}
