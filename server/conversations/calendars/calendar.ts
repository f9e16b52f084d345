import { daySegments } from '#conversations/calendars/zone.ts'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Wall-clock times `HH:MM`; `to` may be `24:00`, and not after `from` means that it ends on the next day. */
export type Opening = { from: string; to: string }

export type Holiday = { date: string; name?: string } | { from: string; to: string; name?: string }

/**
 * When a team works, in one time zone. An opening belongs to the day on which it begins: a night shift goes on
 * into a holiday, and does not begin on one. Exceptions replace week and holidays on their date.
 */
export type Calendar = {
  timeZone: string
  week: { readonly [day in Weekday]?: readonly Opening[] }
  holidays?: readonly Holiday[]
  exceptions?: readonly { date: string; openings: readonly Opening[]; name?: string }[]
}

const DAY_MS = 86_400_000
const DAY_MIN = 1_440
/**
 * Days that are looked through for open time: a little more than the ten years that anything may wait. A calendar that
 * opens for a minute a week, and a wait of years in its time, would otherwise be counted through for seconds, during
 * which nobody else is served.
 */
const MOST_DAYS = 3_700
/** Days kept in memory for each calendar: some more, so that the waits of a queue are counted through once. */
const CACHED_DAYS = MOST_DAYS + 100

type Span = readonly [from: number, to: number]
type Compiled = {
  timeZone: string
  /** By weekday, Monday first: minutes from midnight; an end over 1440 lies on the next day. */
  week: readonly (readonly Span[])[]
  special: ReadonlyMap<number, readonly Span[]>
  days: Map<number, readonly Span[]>
}

const compiledOf = new WeakMap<Calendar, Compiled>()

/** The number of days from 1970-01-01 to an ISO date. */
export const epochDay = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS)

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

const spansOf = (openings: readonly Opening[]): Span[] =>
  openings.map(({ from, to }) => {
    const start = minutesOf(from)
    const end = minutesOf(to)
    return [start, end <= start ? end + DAY_MIN : end]
  })

function compile(calendar: Calendar): Compiled {
  const known = compiledOf.get(calendar)
  if (known !== undefined) return known
  const special = new Map<number, readonly Span[]>()
  for (const holiday of calendar.holidays ?? []) {
    const [first, last] = 'date' in holiday ? [holiday.date, holiday.date] : [holiday.from, holiday.to]
    for (let day = epochDay(first); day <= epochDay(last); day++) special.set(day, [])
  }
  for (const exception of calendar.exceptions ?? []) special.set(epochDay(exception.date), spansOf(exception.openings))
  const compiled: Compiled = {
    timeZone: calendar.timeZone,
    week: WEEKDAYS.map((day) => spansOf(calendar.week[day] ?? [])),
    special,
    days: new Map(),
  }
  compiledOf.set(calendar, compiled)
  return compiled
}

/** Shifts that begin on a local date. 1970-01-01 was a Thursday. */
const shiftsOf = (compiled: Compiled, day: number): readonly Span[] =>
  compiled.special.get(day) ?? compiled.week[(((day + 3) % 7) + 7) % 7] ?? []

/** The open time of one local date as UTC milliseconds: sorted, disjoint, and right when the clock changes. */
function openOn(compiled: Compiled, day: number): readonly Span[] {
  const known = compiled.days.get(day)
  if (known !== undefined) return known
  const minutes: Span[] = []
  for (const [, to] of shiftsOf(compiled, day - 1)) if (to > DAY_MIN) minutes.push([0, to - DAY_MIN])
  for (const [from, to] of shiftsOf(compiled, day)) minutes.push([from, Math.min(to, DAY_MIN)])
  const spans: Span[] = []
  for (const { from: start, to: end, offsetMs } of daySegments(compiled.timeZone, day)) {
    for (const [from, to] of minutes) {
      const utcFrom = Math.max(start, day * DAY_MS + from * 60_000 - offsetMs)
      const utcTo = Math.min(end, day * DAY_MS + to * 60_000 - offsetMs)
      if (utcFrom < utcTo) spans.push([utcFrom, utcTo])
    }
  }
  const merged = merge(spans)
  if (compiled.days.size >= CACHED_DAYS) compiled.days.clear()
  compiled.days.set(day, merged)
  return merged
}

function merge(spans: Span[]): Span[] {
  const merged: Span[] = []
  for (const span of spans.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last !== undefined && span[0] <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])]
    else merged.push(span)
  }
  return merged
}

/** The open spans that end after `fromMs` and begin before `toMs`, in order, cut to begin at the first. */
function* openBetween(calendar: Calendar, fromMs: number, toMs: number): Generator<Span> {
  const compiled = compile(calendar)
  // No zone is more than a day from UTC: the day before covers what is still open from it.
  const last = Math.floor(toMs / DAY_MS) + 1
  for (let day = Math.floor(fromMs / DAY_MS) - 1; day <= last; day++) {
    for (const [from, to] of openOn(compiled, day)) if (to > fromMs && from < toMs) yield [Math.max(from, fromMs), to]
  }
}

/** How far it is looked for open time. */
const horizonOf = (fromMs: number): number => fromMs + MOST_DAYS * DAY_MS

/**
 * The moment by which `durationMs` of open time have passed since `fromMs` (epoch milliseconds). A duration of 0
 * gives `fromMs`; one that is used up at closing time gives closing time, not the next opening. What is not used up
 * within `MOST_DAYS` ends there: further ahead than whatever may be asked for, so callers that have a limit refuse it.
 */
export function addBusinessTime(calendar: Calendar, fromMs: number, durationMs: number): number {
  if (durationMs <= 0) return fromMs
  const horizon = horizonOf(fromMs)
  let left = durationMs
  for (const [from, to] of openBetween(calendar, fromMs, horizon)) {
    if (to - from >= left) return Math.min(from + left, horizon)
    left -= to - from
  }
  return horizon
}

/** True from the first millisecond of an opening to the last before its end. */
export const isOpen = (calendar: Calendar, atMs: number): boolean => nextOpening(calendar, atMs) === atMs

/** The first open moment at or after `fromMs`, or null if there is none within `MOST_DAYS`. */
export function nextOpening(calendar: Calendar, fromMs: number): number | null {
  for (const [from] of openBetween(calendar, fromMs, horizonOf(fromMs))) return from
  return null
}

/** Open milliseconds from `fromMs` to `toMs`; 0 if that is no time at all. */
export function businessTimeBetween(calendar: Calendar, fromMs: number, toMs: number): number {
  if (toMs <= fromMs) return 0
  let total = 0
  for (const [from, to] of openBetween(calendar, fromMs, toMs)) total += Math.min(to, toMs) - from
  return total
}

/** `fromMs` plus a duration: business time where there is a calendar, plain time where there is none. */
export const addTime = (calendar: Calendar | null, fromMs: number, durationMs: number): number =>
  calendar === null ? fromMs + durationMs : addBusinessTime(calendar, fromMs, durationMs)
