/** E2E_FULL=1: the full counts, for a release; otherwise the sample that each run of the tests takes. */
export const FULL = process.env.E2E_FULL === '1'

export const count = (sample: number, full: number): number => (FULL ? full : sample)

/**
 * How long a fact is waited for. One that does not come at all is what fails: a machine with much else to do may need
 * half a minute for a start alone.
 */
export const PATIENCE_MS = count(180_000, 600_000)

/** The same moments in each run of a seed (E2E_SEED), so that a failure can be had again. */
export function seeded(seed = Number(process.env.E2E_SEED ?? 1)): () => number {
  let state = seed >>> 0
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
