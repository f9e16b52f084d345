import { type Amount, amountsIn, isoOf, isoOfParts, msOf, partsOf, UNIT_MS } from '../../../ui/iso-duration.ts'

/**
 * A duration as one whole number and its unit, in which a form shows it. PT90M is 90 minutes, P1DT12H is 36 hours; null where
 * no one unit says it (a month and a day, half a second).
 */
export function amountOf(iso: string): Amount | null {
  const parts = partsOf(iso)
  if (parts === null) return null
  const [only, ...more] = amountsIn(parts)
  if (only !== undefined && more.length === 0) return Number.isInteger(only.count) ? only : null
  const ms = msOf(iso)
  if (ms === null) return null
  const unit = (['day', 'hour', 'minute', 'second'] as const).find((one) => ms % UNIT_MS[one] === 0)
  return unit === undefined ? null : { count: ms / UNIT_MS[unit], unit }
}

/** The same the other way; of part of a unit, in whole seconds: an hour and a half is PT1H30M. */
export function isoOfAmount({ count, unit }: Amount): string {
  if (Number.isInteger(count) || unit === 'year' || unit === 'month') return isoOfParts({ [unit]: Math.round(count) })
  return isoOf(Math.round((count * UNIT_MS[unit]) / 1_000) * 1_000)
}
