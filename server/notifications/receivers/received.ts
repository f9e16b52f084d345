/** What a receiver got so far, and a way to wait for more of it without sleeping. */
export type Received<Item> = {
  readonly all: readonly Item[]
  /** Resolves with the first item, past or to come, that matches. Rejects after `timeoutMs`. */
  waitFor(matches: (item: Item) => boolean, timeoutMs?: number): Promise<Item>
}

export function recorder<Item>(): Received<Item> & { add(item: Item): void } {
  const all: Item[] = []
  const waiting = new Set<(item: Item) => void>()
  return {
    all,
    add(item) {
      all.push(item)
      for (const tell of [...waiting]) tell(item)
    },
    waitFor(matches, timeoutMs = 10_000) {
      const found = all.find(matches)
      if (found !== undefined) return Promise.resolve(found)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(tell)
          reject(new Error(`nothing of the kind arrived within ${timeoutMs} ms; ${all.length} others did`))
        }, timeoutMs)
        const tell = (item: Item) => {
          if (!matches(item)) return
          clearTimeout(timer)
          waiting.delete(tell)
          resolve(item)
        }
        waiting.add(tell)
      })
    },
  }
}
