/** What a receiver got so far, and a way to wait for more of it without sleeping. */
export type Received<Item> = {
  readonly all: readonly Item[]
  /** Resolves with the first item, past or to come, that matches. Rejects after `timeoutMs`. */
  waitFor(matches: (item: Item) => boolean, timeoutMs?: number): Promise<Item>
}

/** How a receiver is run. */
export type SinkOptions<Item> = {
  /** 0 takes a free one. */
  port?: number
  /** Told of each item as it comes. */
  tell?(item: Item): void
  /** Of what came, the last so many are kept; all, unless said. A receiver that runs for days keeps few. */
  keep?: number
}

export function recorder<Item>({ tell, keep = Number.POSITIVE_INFINITY }: SinkOptions<Item> = {}): Received<Item> & {
  add(item: Item): void
} {
  const all: Item[] = []
  const waiting = new Set<(item: Item) => void>()
  return {
    all,
    add(item) {
      all.push(item)
      if (all.length > keep) all.shift()
      tell?.(item)
      for (const met of [...waiting]) met(item)
    },
    waitFor(matches, timeoutMs = 10_000) {
      const found = all.find(matches)
      if (found !== undefined) return Promise.resolve(found)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(meet)
          reject(new Error(`nothing of the kind arrived within ${timeoutMs} ms; ${all.length} others did`))
        }, timeoutMs)
        const meet = (item: Item) => {
          if (!matches(item)) return
          clearTimeout(timer)
          waiting.delete(meet)
          resolve(item)
        }
        waiting.add(meet)
      })
    },
  }
}
