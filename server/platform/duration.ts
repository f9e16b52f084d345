/** An ISO 8601 duration. Months (and years) have no fixed length: they are added on the calendar, in UTC. */
export type Span = { readonly months: number; readonly ms: number }

const FORM =
  /^P(?=[0-9T])(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:[.,](\d{1,9}))?S)?)?$/

const DAY_MS = 86_400_000
/** Nothing waits longer: such a wait is a mistake, and times stay inside what databases and Date can hold. */
const MAX_MS = 3_660 * DAY_MS
/** As many of them as ten years have are `MAX_MS`. */
const LONGEST_MONTH_MS = MAX_MS / 120

/** Reads `P1DT2H`, `PT0.5S`, `P2W`, `P1M`. Null when it is none, or more than ten years. */
export function parseDuration(text: string): Span | null {
  const found = FORM.exec(text)
  if (found === null) return null
  const [years, months, weeks, days, hours, minutes, seconds] = found.slice(1, 8).map((part) => Number(part ?? 0))
  const fraction = Math.round(Number(`0.${found[8] ?? 0}`) * 1_000)
  const span = {
    months: (years ?? 0) * 12 + (months ?? 0),
    ms:
      (weeks ?? 0) * 7 * DAY_MS +
      (days ?? 0) * DAY_MS +
      (hours ?? 0) * 3_600_000 +
      (minutes ?? 0) * 60_000 +
      (seconds ?? 0) * 1_000 +
      fraction,
  }
  return span.ms + span.months * LONGEST_MONTH_MS > MAX_MS ? null : span
}

/** Adds a duration to epoch milliseconds: months first (31 January + P1M is the last day of February), then time. */
export function addSpan(at: number, span: Span): number {
  if (span.months === 0) return at + span.ms
  const date = new Date(at)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + span.months)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, lastDay))
  return date.getTime() + span.ms
}

/** Milliseconds as an ISO 8601 duration in seconds: `PT90S`, `-PT0.5S`. */
export const isoOf = (ms: number): string => `${ms < 0 ? '-' : ''}PT${Math.abs(Math.round(ms)) / 1_000}S`
