export type Turn = {
  /** Resolves when all before it have had theirs; rejects with what keeps the one before it from going on for now. */
  come(): Promise<void>
  /**
   * Said again when it turns out only later.
   * @param error why it goes on later: what comes after it must not go before it
   */
  end(error?: unknown): void
}

type Place = { ended: Promise<void>; error: unknown }

/** Of each key one after the other, in the order in which they were asked for. */
export function createTurns(): (key: string) => Turn {
  const last = new Map<string, Place>()
  return (key) => {
    let before = last.get(key)
    const { promise: own, resolve } = Promise.withResolvers<void>()
    // One that gives its turn back before it has come lets nobody past those before it.
    const ended = Promise.all([before?.ended, own]).then(() => {
      place.error ??= before?.error
      before = undefined
      if (last.get(key) === place) last.delete(key)
    })
    const place: Place = { ended, error: undefined }
    last.set(key, place)
    return {
      async come() {
        const previous = before
        await previous?.ended
        if (previous?.error !== undefined) throw previous.error
      },
      end(error) {
        place.error ??= error
        resolve()
      },
    }
  }
}
