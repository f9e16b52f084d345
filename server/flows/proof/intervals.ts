import { chiSquareTail, normalQuantile } from '#flows/proof/distributions.ts'

/** So many of so many people. */
export type Count = { readonly hits: number; readonly people: number }

/** A value with the limits between which the true one lies with the stated confidence. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number }

const zOf = (confidence: number): number => normalQuantile((1 + confidence) / 2)

/**
 * A share with Wilson's score interval, without continuity correction: E. B. Wilson, Probable inference, the law of
 * succession, and statistical inference, JASA 22 (1927); method 3 of R. G. Newcombe, Two-sided confidence intervals for
 * the single proportion, Statistics in Medicine 17 (1998) 857–872.
 * @param confidence above 0 and below 1
 * @returns shares of 1; null for nobody
 */
export function wilson({ hits, people }: Count, confidence = 0.95): Estimate | null {
  if (people === 0) return null
  const z = zOf(confidence)
  const value = hits / people
  const squared = (z * z) / people
  const middle = value + squared / 2
  const reach = Math.sqrt(squared * value * (1 - value) + (squared * squared) / 4)
  // At the ends the limit is the end itself, which the arithmetic misses by its rounding.
  const low = hits === 0 ? 0 : Math.max(0, (middle - reach) / (1 + squared))
  const high = hits === people ? 1 : Math.min(1, (middle + reach) / (1 + squared))
  return { value, low, high }
}

/**
 * How much greater the first share is than the second, with the hybrid score interval: method 10 of R. G. Newcombe,
 * Interval estimation for the difference between independent proportions, Statistics in Medicine 17 (1998) 873–890.
 * @returns differences of shares, -1 to 1; null where one of the two is nobody
 */
export function newcombe(first: Count, second: Count, confidence = 0.95): Estimate | null {
  const a = wilson(first, confidence)
  const b = wilson(second, confidence)
  if (a === null || b === null) return null
  const value = a.value - b.value
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  }
}

/**
 * Whether people were spread as the weights say: Pearson's chi-square test of fit.
 * @param found people in each arm
 * @param weights of the arms, in the same order and of any sum
 * @returns the probability of a spread at least as uneven by chance; null where it cannot be told: one arm, or fewer
 * than five people to be expected in one (Cochran's rule)
 */
export function spreadChance(found: readonly number[], weights: readonly number[]): number | null {
  const people = found.reduce((sum, n) => sum + n, 0)
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  if (found.length < 2 || whole <= 0) return null
  const expected = weights.map((weight) => (people * weight) / whole)
  if (expected.some((n) => n < 5)) return null
  const distance = expected.reduce((sum, n, i) => sum + ((found[i] ?? 0) - n) ** 2 / n, 0)
  return chiSquareTail(distance, found.length - 1)
}
