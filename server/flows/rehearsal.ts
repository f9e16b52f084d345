import { setTimeout as delay } from 'node:timers/promises'
import { brokenOff, Problem } from '#platform/problem.ts'

/**
 * What is played to a flow for the answer alone: simulations, and cases. It is computed in the thread that serves everybody, so
 * it is bounded, and all of it together takes half of that thread.
 */
export type Bounds = {
  /** CPU time of one rehearsal. */
  computingMs: number
  /** From its beginning to its end, the turns of others and the database included. */
  lastsMs: number
  atOncePerTenant: number
  atOnce: number
}

/** A run of 10,000 steps takes half of the computing at most. Eight full ones at once end within the time. */
export const BOUNDS: Bounds = { computingMs: 2_000, lastsMs: 60_000, atOncePerTenant: 2, atOnce: 8 }

/** So long nobody else waits for the thread. */
const TURN_MS = 10

/** Plays on, turn by turn. */
export type Turns = {
  /**
   * Goes on with a walk until it asks something, or is over.
   * @throws Problem 422 (too much), 503 (too long, or nobody waits)
   */
  on<Question, Result, Told>(
    walk: Generator<Question | null, Result, Told | undefined>,
    told?: Told,
  ): Promise<IteratorResult<Question, Result>>
  /** Before what is read between turns. @throws Problem as `on` does */
  check(): void
}

export type Rehearsals = {
  /**
   * Plays something. It must hold no connection of the database while it plays.
   * @param left aborted when nobody waits for it any more
   * @throws Problem 429 (the tenant plays enough), 503 (all together do)
   */
  hold<T>(tenant: string, left: AbortSignal, play: (turns: Turns) => Promise<T>): Promise<T>
}

/** Who plays on this node. */
export function createRehearsals(bounds: Bounds = BOUNDS): Rehearsals {
  const byTenant = new Map<string, number>()
  let all = 0

  function turnsOf(left: AbortSignal): Turns {
    const endsAt = performance.now() + bounds.lastsMs
    let spentMs = 0
    let turnMs = 0
    function check(): void {
      if (left.aborted) throw brokenOff()
      if (performance.now() > endsAt) throw tooLong(bounds.lastsMs)
    }
    return {
      check,
      async on(walk, told) {
        for (let given = told; ; given = undefined) {
          if (turnMs > TURN_MS) {
            // Of all who play, each waits for the turns of the others, and for as long as they all take together.
            await delay(turnMs * (2 * all - 1), undefined, { signal: left }).catch(() => {})
            turnMs = 0
          }
          check()
          const before = computedMs()
          const step = walk.next(given)
          const took = computedMs() - before
          turnMs += took
          spentMs += took
          if (spentMs > bounds.computingMs) throw tooMuch(bounds.computingMs)
          if (step.done) return step
          if (step.value !== null) return { done: false, value: step.value }
        }
      },
    }
  }

  return {
    async hold(tenant, left, play) {
      const own = byTenant.get(tenant) ?? 0
      if (own >= bounds.atOncePerTenant) throw enoughOfYours(bounds.atOncePerTenant)
      if (all >= bounds.atOnce) throw enoughOfAll()
      byTenant.set(tenant, own + 1)
      all += 1
      try {
        return await play(turnsOf(left))
      } finally {
        all -= 1
        const others = (byTenant.get(tenant) ?? 1) - 1
        if (others === 0) byTenant.delete(tenant)
        else byTenant.set(tenant, others)
      }
    },
  }
}

/** Plays to the end at once: where there is nobody else. */
export const ALONE: Turns = {
  check() {},
  async on(walk, told) {
    for (let given = told; ; given = undefined) {
      const step = walk.next(given)
      if (step.done) return step
      if (step.value !== null) return { done: false, value: step.value }
    }
  },
}

/** Of this thread: a busy machine must not make an honest walk fail. */
function computedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

const tooMuch = (computingMs: number) =>
  new Problem(
    422,
    'flows/too-much-to-play',
    `Playing this takes more than ${computingMs / 1_000} s of computing: the flow goes round too often, or its texts are too long.`,
  )
const tooLong = (lastsMs: number) =>
  new Problem(503, 'flows/too-long-to-play', `Playing this took longer than ${lastsMs / 1_000} s.`, { retryAfterS: 10 })
const enoughOfYours = (atOnce: number) =>
  new Problem(
    429,
    'flows/playing',
    `${atOnce} simulations or plays of cases are under way already. Wait for one of them.`,
    {
      retryAfterS: 1,
    },
  )
const enoughOfAll = () =>
  new Problem(503, 'flows/playing', 'As many simulations as this node plays at once are under way.', { retryAfterS: 2 })
