import { Temporal } from 'temporal-polyfill'

const DAY_MS = 86_400_000
/** No zone is further from UTC than 14 h; a day covers it. */
const MARGIN_MS = DAY_MS
const CACHED_YEARS = 2_000

/** A stretch of time over which a zone's distance from UTC stays the same (UTC milliseconds, end excluded). */
export type Segment = { from: number; to: number; offsetMs: number }

const years = new Map<string, readonly Segment[]>()

/** The segments of a UTC year and a day on each side. Asking the zone costs some 20 µs: once a year is enough. */
function yearSegments(timeZone: string, year: number): readonly Segment[] {
  const key = `${year} ${timeZone}`
  const known = years.get(key)
  if (known !== undefined) return known
  const end = Date.UTC(year + 1, 0, 1) + MARGIN_MS
  const segments: Segment[] = []
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(
    Date.UTC(year, 0, 1) - MARGIN_MS,
  ).toZonedDateTimeISO(timeZone)
  while (at !== null && at.epochMilliseconds < end) {
    const next: Temporal.ZonedDateTime | null = at.getTimeZoneTransition('next')
    const to = Math.min(next?.epochMilliseconds ?? end, end)
    segments.push({ from: at.epochMilliseconds, to, offsetMs: at.offsetNanoseconds / 1e6 })
    at = next
  }
  if (years.size >= CACHED_YEARS) years.clear()
  years.set(key, segments)
  return segments
}

/**
 * The stretches in which a zone shows the local date `day` (days since 1970): one on most days, two where the
 * clock changes, cut so that the first begins at its midnight and the last ends at the next.
 */
export function daySegments(timeZone: string, day: number): Segment[] {
  const found: Segment[] = []
  for (const { from, to, offsetMs } of yearSegments(timeZone, new Date(day * DAY_MS).getUTCFullYear())) {
    const start = Math.max(from, day * DAY_MS - offsetMs)
    const end = Math.min(to, (day + 1) * DAY_MS - offsetMs)
    if (start < end) found.push({ from: start, to: end, offsetMs })
  }
  return found
}

/** True if this runtime knows the IANA zone. Offsets like `+03:00` are refused: they know no summer. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch {
    return false
  }
}
