/** Delays between the attempts of a webhook (Standard Webhooks' example): ten attempts over some 75 hours. */
export const STANDARD_SCHEDULE_MS: readonly number[] = [
  5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
]

/** A receiver may put us off by a day, not by a year. */
const RETRY_AFTER_CAP_MS = 86_400_000
const JITTER = 0.15

/**
 * When to try again after a failure.
 * @param failures failed attempts so far, this one included (1 or more)
 * @param random from 0 to below 1: spreads the delay by ±15 %
 * @param notBefore the receiver's wish; it never brings the attempt forward
 * @returns wall milliseconds, or null when the schedule has run out
 */
export function nextAttemptAt(
  schedule: readonly number[],
  failures: number,
  now: number,
  random: number,
  notBefore?: number,
): number | null {
  const delay = schedule[failures - 1]
  if (delay === undefined) return null
  const own = now + Math.round(delay * (1 - JITTER + 2 * JITTER * random))
  return notBefore === undefined ? own : Math.max(own, Math.min(notBefore, now + RETRY_AFTER_CAP_MS))
}

/** The longest that a schedule can last, with every attempt timing out: after it a row is given up unseen. */
export const spanMs = (schedule: readonly number[], timeoutMs: number): number =>
  schedule.reduce((sum, delay) => sum + delay * (1 + JITTER) + timeoutMs, timeoutMs)

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const DATES = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  // asctime: Sun Nov  6 08:49:37 1994
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<month>[A-Z][a-z]{2}) (?<day>[\d ]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
]

/** An HTTP-date in any of the three forms of RFC 9110 §5.6.7, as epoch milliseconds; undefined when it is none. */
export function parseHttpDate(text: string, now: number): number | undefined {
  for (const form of DATES) {
    const parts = form.exec(text)?.groups
    if (parts === undefined) continue
    const month = MONTHS.indexOf(parts.month ?? '')
    const [hour = 0, minute = 0, second = 0] = (parts.time ?? '').split(':').map(Number)
    if (month < 0 || month % 3 !== 0 || hour > 23 || minute > 59 || second > 60) return undefined
    let year = Number(parts.year)
    if (year < 100) {
      // A two-digit year more than 50 years ahead is the most recent past one with the same digits.
      const thisYear = new Date(now).getUTCFullYear()
      year += Math.floor(thisYear / 100) * 100
      if (year > thisYear + 50) year -= 100
    }
    const day = Number(parts.day)
    const at = Date.UTC(year, month / 3, day, hour, minute, second)
    return new Date(at).getUTCDate() === day || second === 60 ? at : undefined
  }
  return undefined
}

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): seconds or an HTTP-date.
 * @returns how long to wait from now, from 0 to 24 h; undefined when absent or garbage, which is ignored
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, RETRY_AFTER_CAP_MS)
  const at = parseHttpDate(text, now)
  return at === undefined ? undefined : Math.min(Math.max(0, at - now), RETRY_AFTER_CAP_MS)
}
