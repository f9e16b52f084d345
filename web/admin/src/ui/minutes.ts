/** Times that the program counts in minutes. */
import type { Duration } from './durations.ts'
import { partsOf } from './iso-duration.ts'

const YEAR_DAYS = 365

/** A duration as minutes, a year as 365 days; null where it is none or has months, which differ. */
export function minutesOf(duration: Duration | null): number | null {
  const parts = duration === null ? null : partsOf(duration.iso)
  if (parts === null || parts.month) return null
  const { year = 0, week = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
  return ((year * YEAR_DAYS + week * 7 + day) * 24 + hour) * 60 + minute + second / 60
}

export type Refusal = 'wholeMinutes' | 'noMonths' | 'atMost'

/** Why a duration is not taken where only whole minutes are, up to so many; null where it is. */
export function refusalOf(duration: Duration, most: number): Refusal | null {
  const minutes = minutesOf(duration)
  if (minutes === null) return 'noMonths'
  if (!Number.isInteger(minutes)) return 'wholeMinutes'
  return minutes > most ? 'atMost' : null
}
