/** What a figure must reach: at least (`>=`) or below (`<`) a value in the figure's unit. */
export type Target = { is: '>=' | '<' | '<='; value: number }

/** One line of the table. */
export type Figure = {
  name: string
  value: number
  unit: string
  /** Absent: reported, not judged. */
  target?: Target
  /** The best that this machine gave in the same run for the same work without the product. */
  limit?: { name: string; value: number }
  /** What a reader needs to judge the figure: spread, counts. */
  note?: string
}

export type Verdict = 'holds' | 'miss' | '-'

/** A figure that is no number (nothing was measured) misses. */
export function verdictOf({ value, target }: Figure): Verdict {
  if (target === undefined) return '-'
  const reached =
    target.is === '>=' ? value >= target.value : target.is === '<' ? value < target.value : value <= target.value
  return reached ? 'holds' : 'miss'
}

export const atLeast = (value: number): Target => ({ is: '>=', value })
export const below = (value: number): Target => ({ is: '<', value })
export const atMost = (value: number): Target => ({ is: '<=', value })

/** The middle one; of an even number the mean of the middle two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
