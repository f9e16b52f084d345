import { reconnectDelayMs } from '#platform/brokers/reconnect.ts'

/** A cluster that was there for so long was well: the next loss is a new one. */
const LASTING_MS = 10_000

/** Whether the cluster can be reached; while it cannot it is looked for again by itself. */
export type Reach = {
  readonly up: boolean
  /** Resolves when it is up, or closed for good. */
  whenReady(): Promise<void>
  /** It has done what it is for: the next loss is waited for from the shortest time on. */
  well(): void
  /** Something did not get through. */
  failed(error: Error): void
  /** The cluster is known to be there: a wait for the next look is cut short. */
  hurry(): void
  close(): void
}

/**
 * @param options.look connects anew; when it throws that is tried again after the usual wait
 * @param options.changed it is up, or lost with the error
 */
export function createReach(options: {
  look(): Promise<void>
  changed(what: { event: 'up' | 'lost'; error?: Error; retryMs?: number }): void
}): Reach {
  let up = false
  let upAt = 0
  let attempts = 0
  let closed = false
  let ready = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined

  function lost(error: Error): void {
    if (closed) return
    if (up) {
      if (performance.now() - upAt > LASTING_MS) attempts = 0
      const before = ready
      ready = Promise.withResolvers()
      // Whoever waited for the one before waits for this one.
      void ready.promise.then(() => before.resolve())
    }
    up = false
    attempts += 1
    const retryMs = reconnectDelayMs(attempts, Math.random())
    clearTimeout(timer)
    timer = setTimeout(again, retryMs)
    options.changed({ event: 'lost', error, retryMs })
  }

  async function look(): Promise<void> {
    try {
      await options.look()
    } catch (error) {
      return lost(error as Error)
    }
    if (closed) return
    up = true
    upAt = performance.now()
    ready.resolve()
    options.changed({ event: 'up' })
  }

  function again(): void {
    clearTimeout(timer)
    timer = undefined
    void look()
  }

  void look()
  return {
    get up() {
      return up
    },
    whenReady: () => ready.promise,
    well() {
      attempts = 0
    },
    failed(error) {
      // What was on its way together fails together.
      if (up) lost(error)
    },
    hurry() {
      if (timer !== undefined && !closed) again()
    },
    close() {
      closed = true
      up = false
      clearTimeout(timer)
      ready.resolve()
    },
  }
}
