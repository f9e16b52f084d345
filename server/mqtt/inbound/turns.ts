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
    const { promise: own, resolve: end } = Promise.withResolvers<unknown>()
    // One that gives its turn back before it has come lets nobody past those before it.
    const ended = before === undefined ? own : Promise.all([before, own]).then(([earlier, error]) => earlier ?? error)
    last.set(key, ended)
    void ended.then(() => {
      if (last.get(key) === ended) last.delete(key)
    })
    return {
      async come() {
        const error = await before
        if (error !== undefined) throw error
      },
      end,
    }
  }
}
