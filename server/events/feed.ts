import type { LogEvent } from '#platform/event.ts'

/**
 * The tail of the log in memory: one reader per node, many consumers. What this node commits is pushed here
 * without reading it back; what other nodes commit is read from the database.
 */
export type Feed = {
  /** What this node committed, all of it new: events that follow `base` without a gap; `last` is the last position. */
  push(base: number, events: readonly LogEvent[], last: number): void
  /** Something was committed elsewhere, or a hint may have been lost: look at the database. */
  look(): void
  /** Some of the events after `after`, in order, and the position up to which nothing else will appear. */
  read(after: number, limit: number): Promise<{ events: readonly LogEvent[]; upTo: number }>
  /** Milliseconds since the oldest event after `position` was committed; 0 at the head. */
  ageAfter(position: number): number
  /** The tenants that have events after `position` which were committed `ageMs` ago or earlier. */
  tenantsBehind(position: number, ageMs: number): ReadonlySet<string>
  /** Called whenever the head moved. */
  onMoved(fn: () => void): void
  /** Calls with all events from now on, in order, once each, until what is returned is called. `fn` may not throw. */
  watch(fn: (events: readonly LogEvent[]) => void): () => void
  readonly head: number
  stop(): Promise<void>
}

const KEEP_EVENTS = 4_096
const KEEP_BYTES = 16 * 1024 * 1024
const READ_ROWS = 1_000
/** One batch of a reader: what it decides on at once, and what is parsed at once. */
const READ_BYTES = 1024 * 1024
/** Pushes that wait for a gap to be filled; beyond these they are read from the database like anybody's. */
const MAX_EARLY = 64
/** Commits of this node may be reported out of order by some milliseconds. */
const GAP_MS = 5
const SWEEP_MS = 1_000
const SAMPLE_MS = 10
const SAMPLES = 4_000

/**
 * @param head every event up to this position is committed and visible
 * @param load events after a position in order: at most `rows`, and fewer when they are large, but none only when
 *   there are none
 */
export function createFeed(
  head: number,
  load: (after: number, rows: number, bytes: number) => Promise<LogEvent[]>,
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
  const watchers = new Set<(events: readonly LogEvent[]) => void>()
  /** When the head reached which position, and with whose events: enough of the past to tell who lags how far. */
  let reached: { position: number; wall: number; tenants: Set<string> }[] = []
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
    for (const watcher of watchers) watcher(events)
    sample(events, last)
    if (ring.length > KEEP_EVENTS * 1.5 || bytes > KEEP_BYTES) trim()
  }

  function sample(events: readonly LogEvent[], last: number): void {
    const at = wall()
    let newest = reached.at(-1)
    if (newest === undefined || at - newest.wall >= SAMPLE_MS) {
      newest = { position: last, wall: at, tenants: new Set() }
      reached.push(newest)
    }
    newest.position = last
    for (const { tenant } of events) newest.tenants.add(tenant)
    if (reached.length <= SAMPLES * 2) return
    const forgotten = reached.slice(0, -SAMPLES)
    reached = reached.slice(-SAMPLES)
    // Whoever had events then may still wait for them.
    for (const { tenants } of forgotten) for (const tenant of tenants) reached[0]?.tenants.add(tenant)
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
      const events = await load(from, READ_ROWS, READ_BYTES)
      // Meanwhile a push may have carried the head on: keep only what follows it.
      const fresh = events.filter((event) => event.position > end)
      const last = fresh.at(-1)
      if (last !== undefined) add(fresh, last.position)
      takeEarly()
      if (last !== undefined) moved()
      if (events.length === 0) return
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

  return {
    push(base, events, last) {
      if (base === end) {
        add(events, last)
        takeEarly()
        moved()
      } else if (base > end) {
        if (early.size < MAX_EARLY) early.set(base, { events, last })
        gapTimer ??= setTimeout(() => {
          gapTimer = undefined
          if (base > end) look()
        }, GAP_MS)
      } else {
        // Read from the database already.
        if (last > end) look()
      }
    },
    look,
    async read(after, limit) {
      if (after >= end) return { events: [], upTo: after }
      if (after < start) {
        const known = start
        const events = await load(after, limit, READ_BYTES)
        return { events, upTo: events.at(-1)?.position ?? known }
      }
      const from = firstAfter(ring, after)
      let upTo = from
      for (let size = 0; upTo < ring.length && upTo - from < limit && size < READ_BYTES; upTo++)
        size += sizeOf(ring[upTo] as LogEvent)
      const events = ring.slice(from, upTo)
      return { events, upTo: upTo === ring.length ? end : (events.at(-1)?.position ?? end) }
    },
    ageAfter(position) {
      if (position >= end) return 0
      const oldest = reached[firstAfter(reached, position)]
      return oldest === undefined ? 0 : Math.max(0, wall() - oldest.wall)
    },
    tenantsBehind(position, ageMs) {
      const behind = new Set<string>()
      const at = wall()
      for (let i = firstAfter(reached, position); i < reached.length; i++) {
        const { wall: since, tenants } = reached[i] as (typeof reached)[number]
        if (at - since < ageMs) break
        for (const tenant of tenants) behind.add(tenant)
      }
      return behind
    },
    onMoved: (fn) => void listeners.push(fn),
    watch(fn) {
      watchers.add(fn)
      return () => void watchers.delete(fn)
    },
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

/** The index of the first item behind a position, in a list sorted by position. */
function firstAfter(list: readonly { position: number }[], position: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as { position: number }).position <= position) low = middle + 1
    else high = middle
  }
  return low
}
