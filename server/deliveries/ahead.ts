import type { FairQueue } from './fair-queue.ts'
import type { Item, TargetKnown, TargetLane } from './hand.ts'

/** A batch waits no longer than this, whatever its targets do: it bounds what one of them can cost all others. */
const LONGEST_MS = 50
/** A target flows if something of it ended so recently. */
const FLOWS_MS = 100
/** With more rows than this in the database a target does not catch up within a moment. */
const MOST_LEFT = 1_000

/**
 * Keeps what decides of deliveries from running ahead of what sends them. What finds no room in hand has to be claimed
 * from the database, which costs as much as writing it: where a moment is enough for room to come, that is cheaper.
 */
export type Ahead = {
  /** Resolves when no target that flows is more than half full, at the latest after a moment. */
  ready(): Promise<void>
  /** Something of the lane is done with. */
  settled(lane: TargetLane): void
  /** There may be room by now: whoever waits looks again. */
  moved(): void
}

export function createAhead(
  queue: Pick<FairQueue<Item, TargetKnown>, 'lanes' | 'room'>,
  longestMs = LONGEST_MS,
): Ahead {
  let waiting: (() => void)[] = []

  function isFull(lane: TargetLane, now: number): boolean {
    const { inHand, held, state } = lane
    if (held || state.left > MOST_LEFT || now - state.settledAt > FLOWS_MS) return false
    return state.backlog ? state.left > 0 : inHand > queue.room(lane)
  }

  function mayCome(now: number): boolean {
    for (const lane of queue.lanes()) if (lane.inHand > 0 && isFull(lane, now)) return true
    return false
  }

  return {
    async ready() {
      const until = performance.now() + longestMs
      for (let now = performance.now(); now < until && mayCome(now); now = performance.now()) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, until - now)
          waiting.push(() => {
            clearTimeout(timer)
            resolve()
          })
        })
      }
    },
    settled(lane) {
      lane.state.settledAt = performance.now()
    },
    moved() {
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
  }
}
