/** The times of a queue are minutes; people read and write them in words. */
import type { Duration } from '../ui/durations.ts'
import { isoOf, isoOfParts } from '../ui/iso-duration.ts'
import type { Queue } from './query.ts'

/** Minutes in words' form. In hours of a calendar there are no days: 24 hours of it may be three. Null: never. */
export function durationOf(minutes: number | null | undefined, business: boolean): Duration | null {
  if (minutes === null || minutes === undefined) return null
  if (!business) return { iso: isoOf(minutes * 60_000), business }
  return { iso: isoOfParts({ hour: Math.floor(minutes / 60), minute: minutes % 60 }), business }
}

/** The longest that the program takes. */
export const LONGEST = 'P10Y'

type CloseTimes = Pick<Queue, 'max_inactive_patient_time' | 'continuity' | 'continuity_extension_time'>

/** How long after the warning a queue closes, with what one of continuity adds. Null: never. */
export function closeMinutes(queue: CloseTimes): number | null {
  const { max_inactive_patient_time: minutes, continuity, continuity_extension_time: extension } = queue
  return minutes == null ? null : minutes + (continuity ? (extension ?? 0) : 0)
}
