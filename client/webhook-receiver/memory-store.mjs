const MAX = 100_000
/** Longer than any schedule of retries lasts, so that the last retry of what was done is known too. */
const KEEP_SECONDS = 8 * 86_400

/**
 * Remembers ids in this process: the last `max` of them, none longer than `keepSeconds`. A restart forgets them, and
 * several processes do not share them; for that, give the receiver a store over your database.
 * @type {typeof import('./index.d.mts').memoryStore}
 */
export function memoryStore({ max = MAX, keepSeconds = KEEP_SECONDS, now = Date.now } = {}) {
  /** In the order in which they came. @type {Map<string, { state: 'busy' | 'done', until: number }>} */
  const seen = new Map()

  function makeRoom(/** @type {number} */ nowMs) {
    for (const [id, { until }] of seen) {
      if (until > nowMs && seen.size < max) return
      seen.delete(id)
    }
  }

  return {
    get size() {
      return seen.size
    },
    begin(/** @type {string} */ id) {
      const nowMs = now()
      const known = seen.get(id)
      if (known !== undefined && known.until > nowMs) return known.state
      seen.delete(id)
      makeRoom(nowMs)
      seen.set(id, { state: 'busy', until: nowMs + keepSeconds * 1000 })
      return 'new'
    },
    done(/** @type {string} */ id) {
      const known = seen.get(id)
      if (known !== undefined) known.state = 'done'
    },
    forget(/** @type {string} */ id) {
      seen.delete(id)
    },
  }
}
