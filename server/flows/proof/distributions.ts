/**
 * The value below which a standard normal variable lies with probability `p`. Wichura's algorithm AS 241 (PPND7, Applied
 * Statistics 37, 1988): about seven figures, far more than any interval here shows.
 * @param p above 0 and below 1
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    )
  }
  const tail = Math.sqrt(-Math.log(q < 0 ? p : 1 - p))
  const value = tail <= 5 ? near(tail - 1.6) : far(tail - 5)
  return q < 0 ? -value : value
}

const near = (r: number) =>
  (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
  ((0.12021132975 * r + 0.7370016425) * r + 1)
const far = (r: number) =>
  (((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115) /
  ((0.012258202635 * r + 0.24197894225) * r + 1)

/**
 * The probability that a chi-square variable exceeds `x`: of a difference at least as great, where there is none.
 * By the finite sums for whole degrees of freedom (Abramowitz and Stegun 26.4.4 and 26.4.5).
 * @param df degrees of freedom, 1 or more
 */
export function chiSquareTail(x: number, df: number): number {
  if (x <= 0) return 1
  const half = x / 2
  const odd = df % 2 === 1
  let term = odd ? (Math.sqrt(half) * 2) / Math.sqrt(Math.PI) : 1
  let sum = odd && df === 1 ? 0 : term
  for (let k = odd ? 3 : 2; k < df; k += 2) {
    term *= x / k
    sum += term
  }
  const tail = Math.exp(-half) * sum
  return Math.min(1, odd ? tail + erfc(Math.sqrt(half)) : tail)
}

/** The complementary error function for x ≥ 0: fractional error below 1.2e-7 everywhere (Numerical Recipes, 6.2). */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2)
  const series = [0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196]
  const sum = series.reduce((inner, term) => term + t * inner, 0)
  return t * Math.exp(-x * x - 1.26551223 + t * (1.00002368 + t * sum))
}
