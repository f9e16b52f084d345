/** Numbers from 0 to below 1 that the same seed always gives in the same order: a trial must come out alike twice. */
export type Chance = () => number

/** FNV-1a over a text. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Mulberry32: small, fast, and even enough for draws by the thousand. */
export function chanceOf(seed: string): Chance {
  let state = hashOf(seed)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A delay around a median, with a long tail (log-normal). `spread` 0: always the median; 1: two thirds within a factor of 2.7. */
export function delayOf(chance: Chance, medianMs: number, spread: number): number {
  // Box and Muller; never the logarithm of 0.
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
  return Math.round(medianMs * Math.exp(spread * normal))
}
