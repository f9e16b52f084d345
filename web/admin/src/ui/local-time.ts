/** Days and times of day as inputs write them, in the reader's zone: `2026-08-01`, `2026-08-01T14:30`. */

const two = (number: number): string => String(number).padStart(2, '0')

/** A moment to its minute. */
export function localMinute(at: number): string {
  const date = new Date(at)
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/**
 * The moment that is meant by a minute of a day.
 * @returns `skipped`: no clock showed it, since clocks went forward then; the moment is the one that they showed instead
 */
export function momentOf(minute: string): { at: number; skipped: boolean } | null {
  const at = Date.parse(minute)
  return Number.isNaN(at) ? null : { at, skipped: localMinute(at) !== minute }
}

/** When a day begins, also one that has no midnight since clocks go forward then. */
const beginOf = (day: string): number => Date.parse(`${day}T00:00`)

const isBegin = (at: number): boolean => beginOf(localMinute(at).slice(0, 10)) === at

/** The day so many days after that of a moment, whatever clocks do in between. */
function daysAfter(at: number, days: number): string {
  const date = new Date(at)
  // At noon no clock changes.
  date.setHours(12, 0)
  date.setDate(date.getDate() + days)
  return localMinute(date.getTime()).slice(0, 10)
}

/** An end of a span as people choose it: a day and, where it is not the whole of it, a time. Empty: not chosen. */
type End = { readonly day: string; readonly time: string }
export type Ends = { readonly from: End; readonly to: End }
/** Moments as ISO 8601, the end not included. */
export type Moments = { readonly from?: string; readonly to?: string }
export type EndsFault = {
  readonly at: 'from' | 'to'
  readonly in: keyof End
  readonly why: 'none' | 'noDay' | 'skipped' | 'backwards'
}

const NONE: End = { day: '', time: '' }

const endOf = (at: number): End => {
  const [day = '', time = ''] = localMinute(at).split('T')
  return { day, time: isBegin(at) ? '' : time }
}

/** A span as people would have chosen it: what ends as a day begins ends with the day before. */
export function endsOf({ from, to }: Moments): Ends {
  const end = to === undefined ? undefined : Date.parse(to)
  return {
    from: from === undefined ? NONE : endOf(Date.parse(from)),
    // To the minute, and nothing of the last one is lost.
    to:
      end === undefined
        ? NONE
        : isBegin(end)
          ? { day: daysAfter(end, -1), time: '' }
          : endOf(Math.ceil(end / 60_000) * 60_000),
  }
}

/** The moments between two ends: whole days where they have no time, the last one included. */
export function momentsOf({ from, to }: Ends): { moments: Moments } | { fault: EndsFault } {
  if ([from.day, from.time, to.day, to.time].every((given) => given === ''))
    return { fault: { at: 'from', in: 'day', why: 'none' } }
  const moments: { from?: number; to?: number } = {}
  for (const [at, { day, time }] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (day === '' && time === '') continue
    if (day === '') return { fault: { at, in: 'day', why: 'noDay' } }
    if (time !== '') {
      const chosen = momentOf(`${day}T${time}`)
      if (chosen?.skipped !== false) return { fault: { at, in: 'time', why: 'skipped' } }
      moments[at] = chosen.at
    } else moments[at] = at === 'from' ? beginOf(day) : beginOf(daysAfter(beginOf(day), 1))
  }
  if (moments.from !== undefined && moments.to !== undefined && moments.from >= moments.to)
    return { fault: { at: 'to', in: from.day === to.day ? 'time' : 'day', why: 'backwards' } }
  const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())
  return { moments: { from: iso(moments.from), to: iso(moments.to) } }
}

/** First and last day of a span of whole days, as moments in them; null: it is none. */
export function wholeDays({ from, to }: Moments): readonly [first: number, last: number] | null {
  if (from === undefined || to === undefined) return null
  const [first, end] = [Date.parse(from), Date.parse(to)]
  return first < end && isBegin(first) && isBegin(end) ? [first, end - 1] : null
}
