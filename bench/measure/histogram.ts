/**
 * Latencies in microseconds, counted in buckets that grow with the value (as HdrHistogram does): any percentile is
 * known to 1 %, in 26 kB, whatever the number of values.
 */
export class Histogram {
  readonly counts: Float64Array
  #total = 0
  #max = 0

  constructor(counts: Float64Array = new Float64Array(BUCKETS)) {
    this.counts = counts
    for (let i = 0; i < counts.length; i++) this.#total += counts[i] as number
    this.#max = middleOf(this.counts.findLastIndex((count) => count > 0))
  }

  /** @param us microseconds; below zero counts as zero, above 35 minutes as 35 minutes */
  record(us: number): void {
    const value = us < 0 ? 0 : us > MAX_US ? MAX_US : Math.round(us)
    const shift = value < SUB * 2 ? 0 : 31 - Math.clz32(value) - SUB_BITS
    const bucket = shift * SUB + (value >>> shift)
    this.counts[bucket] = (this.counts[bucket] as number) + 1
    this.#total += 1
    if (value > this.#max) this.#max = value
  }

  get total(): number {
    return this.#total
  }

  get maxMs(): number {
    return this.#max / 1000
  }

  /** Milliseconds below which the share `p` (0 to 1) of the values lies; NaN when there are none. */
  percentileMs(p: number): number {
    if (this.#total === 0) return Number.NaN
    const wanted = Math.max(1, Math.ceil(this.#total * p))
    let seen = 0
    for (let i = 0; i < this.counts.length; i++) {
      seen += this.counts[i] as number
      if (seen >= wanted) return middleOf(i) / 1000
    }
    return this.maxMs
  }
}

export function mergeHistograms(parts: readonly Histogram[]): Histogram {
  const counts = new Float64Array(BUCKETS)
  for (const part of parts)
    for (let i = 0; i < BUCKETS; i++) counts[i] = (counts[i] as number) + (part.counts[i] as number)
  return new Histogram(counts)
}

const SUB_BITS = 7
const SUB = 2 ** SUB_BITS
const MAX_US = 2 ** 31 - 1
const BUCKETS = (31 - SUB_BITS + 1) * SUB

/** Middle of a bucket. */
function middleOf(bucket: number): number {
  if (bucket < SUB * 2) return Math.max(0, bucket)
  const shift = Math.floor(bucket / SUB) - 1
  return (bucket - shift * SUB) * 2 ** shift + 2 ** (shift - 1)
}
