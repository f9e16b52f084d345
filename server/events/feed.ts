import type { LogEvent } from '#platform/event.ts'

/**
 * The tail of the log in memory: one reader per node, many consumers. What this node commits is pushed here
 * without reading it back; what other nodes commit is read from the database.
 */
export type Feed = {
  /** Events that follow `base` without a gap, as committed on this node; `last` is the position drawn last. */
  push(base: number, events: readonly LogEvent[], last: number): void
  /** Something was committed elsewhere, or a hint may have been lost: look at the database. */
  look(): void
  /** Events after `after` in order, at most `limit`, and the position up to which nothing else will appear. */
  read(after: number, limit: number): Promise<{ events: readonly LogEvent[]; upTo: number }>
  /** Milliseconds since the oldest event after `position` was committed; 0 at the head. */
  ageAfter(position: number): number
  /** Called whenever the head moved. */
  onMoved(fn: () => void): void
  readonly head: number
  stop(): Promise<void>
}

const KEEP_EVENTS = 4_096
const KEEP_BYTES = 16 * 1024 * 1024
const READ_ROWS = 1_000
/** Commits of this node may be reported out of order by some milliseconds. */
const GAP_MS = 5
const SWEEP_MS = 1_000
const SAMPLE_MS = 10
const SAMPLES = 6_000

/** @param load events after a position in order, at most `limit` */
export function createFeed(
  head: number,
  load: (after: number, limit: number) => Promise<LogEvent[]>,
  wall: () => number,
): Feed {
  let ring: LogEvent[] = []
  let bytes = 0
  /** Everything up to here is in the ring or older than it. */
  let end = head
  /** The ring holds every event after this position. */
  let start = head
  const early = new Map<number, { events: readonly LogEvent[]; last: number }>()
  const listeners: (() => void)[] = []
  /** When the head reached which position: enough of the past to tell how far a consumer lags. */
  let reached: { position: number; wall: number }[] = []
  let gapTimer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let lookAgain = false
  let stopped = false

  const sizeOf = (event: LogEvent) => event.raw.length + 400

  function add(events: readonly LogEvent[], last: number): void {
    for (const event of events) {
      ring.push(event)
      bytes += sizeOf(event)
    }
    end = last
    const at = wall()
    if (at - (reached.at(-1)?.wall ?? 0) >= SAMPLE_MS) reached.push({ position: last, wall: at })
    else (reached.at(-1) as { position: number }).position = last
    if (reached.length > SAMPLES * 2) reached = reached.slice(-SAMPLES)
    if (ring.length > KEEP_EVENTS * 1.5 || bytes > KEEP_BYTES) trim()
  }

  function trim(): void {
    let drop = Math.max(0, ring.length - KEEP_EVENTS)
    let kept = bytes
    for (let i = 0; i < drop; i++) kept -= sizeOf(ring[i] as LogEvent)
    while (kept > KEEP_BYTES / 2 && drop < ring.length) kept -= sizeOf(ring[drop++] as LogEvent)
    if (drop === 0) return
    start = (ring[drop - 1] as LogEvent).position
    ring = ring.slice(drop)
    bytes = kept
  }

  function moved(): void {
    for (const fn of listeners) fn()
  }

  function takeEarly(): void {
    for (let next = early.get(end); next !== undefined; next = early.get(end)) {
      early.delete(end)
      add(next.events, next.last)
    }
    for (const base of early.keys()) if (base < end) early.delete(base)
  }

  async function catchUp(): Promise<void> {
    for (;;) {
      const from = end
      const events = await load(from, READ_ROWS)
      // Meanwhile a push may have carried the head on: keep only what follows it.
      const fresh = events.filter((event) => event.position > end)
      const last = fresh.at(-1)
      if (last !== undefined) add(fresh, last.position)
      takeEarly()
      if (last !== undefined) moved()
      if (events.length < READ_ROWS) return
    }
  }

  function look(): void {
    if (stopped) return
    if (looking !== undefined) {
      lookAgain = true
      return
    }
    looking = catchUp()
      // The database is away: the sweep looks again.
      .catch(() => {})
      .finally(() => {
        looking = undefined
        if (lookAgain) {
          lookAgain = false
          look()
        }
      })
  }

  const sweep = setInterval(look, SWEEP_MS)

  function indexAfter(position: number): number {
    let low = 0
    let high = ring.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ring[middle] as LogEvent).position <= position) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    push(base, events, last) {
      if (base === end) {
        add(events, last)
        takeEarly()
        moved()
      } else if (base > end) {
        early.set(base, { events, last })
        gapTimer ??= setTimeout(() => {
          gapTimer = undefined
          if (early.size > 0) look()
        }, GAP_MS)
      } else {
        // Read from the database already, or rows of ours that were sent again after a lost COMMIT.
        if (last > end) look()
      }
    },
    look,
    async read(after, limit) {
      if (after >= end) return { events: [], upTo: after }
      if (after < start) {
        const known = start
        const events = await load(after, limit)
        const last = events.at(-1)?.position ?? after
        return { events, upTo: events.length < limit ? Math.max(known, last) : last }
      }
      const from = indexAfter(after)
      const events = ring.slice(from, from + limit)
      return { events, upTo: from + events.length === ring.length ? end : (events.at(-1)?.position ?? end) }
    },
    ageAfter(position) {
      if (position >= end) return 0
      const oldest = reached.find((sample) => sample.position > position)
      return oldest === undefined ? 0 : Math.max(0, wall() - oldest.wall)
    },
    onMoved: (fn) => void listeners.push(fn),
    get head() {
      return end
    },
    async stop() {
      stopped = true
      clearInterval(sweep)
      clearTimeout(gapTimer)
      await looking
    },
  }
}
