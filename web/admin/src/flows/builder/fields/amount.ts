import { type Amount, amountsIn, msOf, partsOf, UNIT_MS } from '../../../ui/iso-duration.ts'

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
