/**
 * Group commit for anything: concurrent calls become one call of `handle`, and each caller is answered with
 * its own result after it. While one batch is under way the next one gathers.
 */
export type Batcher<Item, Result> = {
  add(item: Item): Promise<Result>
  /** Items that wait or are under way. */
  readonly depth: number
  /** Resolves when nothing is in hand. */
  idle(): Promise<void>
}

type Waiting<Item, Result> = { item: Item; resolve(result: Result): void; reject(error: unknown): void }

/**
 * @param handle gives one result (or an Error for that item alone) for each item, in order. When it throws,
 *   `bisect` decides: true splits the batch until the item at fault stands alone, false fails all of them.
 */
export function createBatcher<Item, Result>(options: {
  maxItems: number
  /** Batches under way at once (default 1). */
  parallel?: number
  handle(items: readonly Item[]): Promise<readonly (Result | Error)[]>
  bisect?(error: unknown): boolean
}): Batcher<Item, Result> {
  const { maxItems, parallel = 1, handle, bisect = () => false } = options
  let queue: Waiting<Item, Result>[] = []
  let running = 0
  let inHand = 0
  let scheduled = false
  const idlers: (() => void)[] = []

  async function settle(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await handle(batch.map((waiting) => waiting.item))
      batch.forEach((waiting, i) => {
        const result = results[i]
        if (result instanceof Error) waiting.reject(result)
        else waiting.resolve(result as Result)
      })
    } catch (error) {
      if (batch.length > 1 && bisect(error)) {
        const half = batch.length >> 1
        await settle(batch.slice(0, half))
        await settle(batch.slice(half))
      } else {
        for (const waiting of batch) waiting.reject(error)
      }
    }
  }

  function pump(): void {
    scheduled = false
    while (running < parallel && queue.length > 0) {
      const batch = queue.length <= maxItems ? queue : queue.slice(0, maxItems)
      queue = queue.length <= maxItems ? [] : queue.slice(maxItems)
      running += 1
      void settle(batch).finally(() => {
        running -= 1
        inHand -= batch.length
        pump()
        if (inHand === 0) for (const resolve of idlers.splice(0)) resolve()
      })
    }
  }

  return {
    add(item) {
      inHand += 1
      return new Promise<Result>((resolve, reject) => {
        queue.push({ item, resolve, reject })
        // Gather what arrives in this turn of the event loop before the first batch leaves.
        if (!scheduled && running < parallel) {
          scheduled = true
          setImmediate(pump)
        }
      })
    },
    get depth() {
      return inHand
    },
    idle: () => (inHand === 0 ? Promise.resolve() : new Promise<void>((resolve) => idlers.push(resolve))),
  }
}
