import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'

/** Said of a message that cannot be handled now, because we stop: it stays with the broker. */
export class Stopping extends Error {
  override readonly name = 'Stopping'
}

export type Pipeline<Item> = {
  /** Resolves when the item is handled, however long that takes; rejects with Stopping only. */
  take(item: Item): Promise<void>
  /** True while something that failed is tried again. */
  readonly stalled: boolean
  /** What waits is given back. */
  stop(): void
}

type Waiting<Item> = { item: Item; turn: number; resolve(): void; reject(error: Error): void }

/**
 * Handles items at once, begun in the order in which they came. When one fails nothing new is begun: it is tried again,
 * after 1, 2, 4 … 30 s, alone; behind it what came meanwhile follows in order, two at once, then four, and so on for as long as all
 * goes well. So a database that is away loses nothing and turns nothing around, and a far broker is caught up with.
 * @param handle rejects when a later try may succeed
 */
export function createPipeline<Item>(options: {
  handle(item: Item): Promise<void>
  onStall(error: unknown): void
  onFlow(): void
  pause?(ms: number): Promise<void>
}): Pipeline<Item> {
  const pause = options.pause ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref()))
  /** In order; not empty while stalled. */
  const waiting: Waiting<Item>[] = []
  let turns = 0
  let inHand = 0
  let idle: (() => void) | undefined
  let recovering = false
  let stopped = false

  async function attempt(entry: Waiting<Item>): Promise<unknown> {
    inHand += 1
    try {
      await options.handle(entry.item)
      entry.resolve()
      return null
    } catch (error) {
      return error ?? new Error('failed')
    } finally {
      inHand -= 1
      if (inHand === 0) idle?.()
    }
  }

  function keep(entry: Waiting<Item>): void {
    if (stopped) {
      entry.reject(new Stopping())
      return
    }
    const at = waiting.findIndex(({ turn }) => turn > entry.turn)
    waiting.splice(at === -1 ? waiting.length : at, 0, entry)
  }

  async function recover(): Promise<void> {
    // What had been begun beside the one that failed may fail as well, and then belongs before the others.
    if (inHand > 0) {
      await new Promise<void>((resolve) => {
        idle = resolve
      })
      idle = undefined
    }
    for (let failures = 1; waiting.length > 0 && !stopped; failures += 1) {
      await pause(reconnectDelayMs(failures, Math.random()))
      for (let atOnce = 1; waiting.length > 0 && !stopped; atOnce *= 2) {
        const begun = waiting.splice(0, atOnce)
        const errors = await Promise.all(begun.map(attempt))
        const failed = begun.filter((_, i) => errors[i] !== null)
        for (const entry of failed) keep(entry)
        if (failed.length < begun.length) failures = 0
        if (failed.length > 0) break
      }
    }
    recovering = false
    if (!stopped) options.onFlow()
  }

  return {
    take(item) {
      if (stopped) return Promise.reject(new Stopping())
      return new Promise((resolve, reject) => {
        const entry: Waiting<Item> = { item, turn: ++turns, resolve, reject }
        if (recovering) return keep(entry)
        void attempt(entry).then((error) => {
          if (error === null) return
          keep(entry)
          if (recovering || stopped) return
          recovering = true
          options.onStall(error)
          void recover()
        })
      })
    },
    get stalled() {
      return recovering
    },
    stop() {
      stopped = true
      for (const { reject } of waiting.splice(0)) reject(new Stopping())
    },
  }
}
