/** What a caller may know about a window: whether the request passes, how many are left, seconds until it ends. */
export type Quota = { allowed: boolean; remaining: number; resetS: number }

export type RateLimiter = {
  /** Takes one from the window of `key`. */
  take(key: string, nowMs: number): Quota
  /** Gives one back: what was counted turned out not to be of the kind that is limited. */
  refund(key: string): void
}

/** More keys than this at once means an attack by many names; finished windows are dropped first. */
const MAX_KEYS = 50_000

/**
 * Fixed windows in memory: each node counts for itself, so a cluster of n nodes allows up to n times the quota.
 * A window begins with its first request; times are wall milliseconds.
 */
export function createRateLimiter(quota: number, windowMs: number): RateLimiter {
  const windows = new Map<string, { endsAt: number; taken: number }>()

  function prune(nowMs: number): void {
    for (const [key, window] of windows) if (window.endsAt <= nowMs) windows.delete(key)
    // Still full: forget the oldest half rather than grow.
    if (windows.size < MAX_KEYS) return
    let excess = MAX_KEYS / 2
    for (const key of windows.keys()) {
      if (excess-- <= 0) break
      windows.delete(key)
    }
  }

  return {
    take(key, nowMs) {
      let window = windows.get(key)
      if (window === undefined || window.endsAt <= nowMs) {
        if (window === undefined && windows.size >= MAX_KEYS) prune(nowMs)
        window = { endsAt: nowMs + windowMs, taken: 0 }
        windows.set(key, window)
      }
      const allowed = window.taken < quota
      if (allowed) window.taken += 1
      return {
        allowed,
        remaining: quota - window.taken,
        resetS: Math.max(1, Math.ceil((window.endsAt - nowMs) / 1000)),
      }
    },
    refund(key) {
      const window = windows.get(key)
      if (window !== undefined && window.taken > 0) window.taken -= 1
    },
  }
}
