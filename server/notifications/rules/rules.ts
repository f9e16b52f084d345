import { type Calendar, isTimeZone, nextOpening, WEEKDAYS, type Weekday } from '#conversations/index.ts'
import { parseDuration } from '#platform/duration.ts'
import { CHANNELS, type ChannelName } from '../request.ts'

/** What a rule is about, and what it does with it. */
type Rule = {
  name: string
  /** Absent: those that reach out to a person. The inbox lies still until somebody opens it. */
  channels?: readonly ChannelName[]
  /** Absent: all, also those without one. */
  categories?: readonly string[]
  exceptCategories?: readonly string[]
  /** `hold`: it waits, and is judged again before it leaves. `drop`: the next channel has its turn; without one nobody is told. */
  action: 'hold' | 'drop'
}

/** Wall-clock times `HH:MM` in the person's zone; `to` not after `from` lies on the next day. */
export type QuietHours = Rule & {
  from: string
  to: string
  /** Days on which they begin; absent: every day. */
  days?: readonly Weekday[]
}

/** At most so many to one person within any stretch of that length, whoever asks for them. */
export type Cap = Rule & {
  most: number
  /** ISO 8601 duration of a fixed length, at most `LONGEST_CAP_MS`. */
  per: string
  /** Of those that wait for room, these categories go first, in this order. */
  first?: readonly string[]
}

/** What a tenant's messages to contacts and bare addresses keep to. Those to its own users are of the house: they pass. */
export type SendingRules = {
  /** Of people whose own zone is not known. */
  timeZone: string
  quietHours: readonly QuietHours[]
  caps: readonly Cap[]
}

/** A message that was handed to a channel for one person: notification, domain milliseconds, channel, category. */
export type Left = readonly [id: string, at: number, channel: ChannelName, category: string | null]

/** A message on its way to one channel. */
export type Leaving = {
  id: string
  channel: ChannelName
  category: string | null
  critical: boolean
  /** Of the person; null: not known. */
  timeZone: string | null
}

/** Domain milliseconds. */
export type Verdict = { kind: 'hold'; until: number; reason: string } | { kind: 'drop'; reason: string }

/** The most that a cap may let through. */
export const MOST_COUNTED = 100
export const LONGEST_CAP_MS = 31 * 86_400_000
/** What has not found a moment by then is not held any longer. */
const LONGEST_HOLD_MS = 40 * 86_400_000
/** Quiet hours and caps take turns in putting a message off; more turns than they need find nothing. */
const MOST_TURNS = 100
const REACHING_OUT: readonly ChannelName[] = ['push', 'email']
const DAY_MIN = 1_440
const WEEK_MIN = 7 * DAY_MIN

/**
 * Whether a message may leave on its channel now; null: it may. A critical one always may.
 * @param left what the person was told lately; what was exempt counts too, since the person got it
 * @param now domain milliseconds
 * @param since when it first might have left
 */
export function judge(
  rules: SendingRules,
  left: readonly Left[],
  message: Leaving,
  now: number,
  since = now,
): Verdict | null {
  if (message.critical) return null
  const caps = rules.caps.filter((cap) => concerns(cap, message))
  const quiet = rules.quietHours.filter((hours) => concerns(hours, message))
  const zone = zoneOf(message.timeZone, rules)
  for (const cap of caps) {
    if (cap.action === 'drop' && roomAt(cap, left, message, now) > now) return { kind: 'drop', reason: reached(cap) }
  }
  for (const hours of quiet) {
    if (hours.action === 'drop' && quietUntil(hours, zone, now) > now) return { kind: 'drop', reason: asleep(hours) }
  }
  let until = now
  let reason = ''
  for (let turn = 0; ; turn++) {
    const before = until
    for (const hours of quiet) {
      if (hours.action === 'drop') continue
      const end = quietUntil(hours, zone, until)
      if (end > until) [until, reason] = [end, asleep(hours)]
    }
    for (const cap of caps) {
      if (cap.action === 'drop') continue
      const room = roomAt(cap, left, message, until)
      if (room > until) [until, reason] = [room, reached(cap)]
    }
    if (until === before) break
    if (until - since > LONGEST_HOLD_MS || turn === MOST_TURNS)
      return { kind: 'drop', reason: `no time left: ${reason}` }
  }
  return until === now ? null : { kind: 'hold', until, reason }
}

/** What may count for a cap from now on, also where it lets more through tomorrow. */
export function stillCounts(caps: readonly Cap[], left: readonly Left[], now: number): Left[] {
  const newest = left.filter(([, at]) => at > now - LONGEST_CAP_MS).sort((a, b) => b[1] - a[1])
  const kept = new Set(caps.flatMap((cap) => newest.filter((one) => counts(cap, one)).slice(0, MOST_COUNTED)))
  return left.filter((one) => kept.has(one))
}

const asleep = ({ name }: QuietHours): string => `quiet hours: ${name}`
const reached = ({ name, most, per }: Cap): string => `cap reached: ${name} (${most} in ${per})`

function concerns(rule: Rule, { channel, category }: Pick<Leaving, 'channel' | 'category'>): boolean {
  const { channels = REACHING_OUT, categories, exceptCategories = [] } = rule
  if (!channels.includes(channel)) return false
  if (category !== null && exceptCategories.includes(category)) return false
  return categories === undefined || (category !== null && categories.includes(category))
}

/** Whether what was handed over counts for a cap: exemptions say what may leave, not what was got. */
const counts = ({ channels = REACHING_OUT, categories }: Cap, [, , channel, category]: Left): boolean =>
  channels.includes(channel) && (categories === undefined || (category !== null && categories.includes(category)))

/** The first moment at or after `from` at which a cap has room; those that wait for it go one by one, by their rank. */
function roomAt(cap: Cap, left: readonly Left[], { id, category }: Leaving, from: number): number {
  const perMs = parseDuration(cap.per)?.ms ?? 0
  const counted = left
    .filter((one) => one[0] !== id && one[1] > from - perMs && counts(cap, one))
    .map(([, at]) => at)
    .sort((a, b) => a - b)
  const last = counted[counted.length - cap.most]
  if (last === undefined) return from
  const { first = [] } = cap
  const rank = category === null ? -1 : first.indexOf(category)
  return last + perMs + (rank === -1 ? first.length : rank)
}

const quietUntil = (hours: QuietHours, zone: string, from: number): number => {
  // Never null: rules that leave no time are refused.
  return nextOpening(calendarOf(hours, zone), from) ?? from
}

const zones = new Map<string, boolean>()
const MOST_ZONES = 1_000

/** A contact may have been saved with any text as its zone. */
function zoneOf(own: string | null, { timeZone }: SendingRules): string {
  if (own === null) return timeZone
  let known = zones.get(own)
  if (known === undefined) {
    if (zones.size >= MOST_ZONES) zones.clear()
    known = isTimeZone(own)
    zones.set(own, known)
  }
  return known ? own : timeZone
}

const calendars = new WeakMap<QuietHours, Map<string, Calendar>>()

/** The hours that are not quiet, as the calendar of somebody who may be spoken to: right when the clock changes. */
function calendarOf(hours: QuietHours, timeZone: string): Calendar {
  let byZone = calendars.get(hours)
  if (byZone === undefined) {
    byZone = new Map()
    calendars.set(hours, byZone)
  }
  let calendar = byZone.get(timeZone)
  if (calendar === undefined) {
    calendar = { timeZone, week: outsideOf([hours]) }
    byZone.set(timeZone, calendar)
  }
  return calendar
}

/**
 * Whether there are messages for which these hours together leave no time of the week: they would wait, and then be dropped,
 * all of them.
 */
export function leavesNoTime(rules: readonly QuietHours[]): boolean {
  const named = [
    null,
    ...new Set(
      rules.flatMap(({ categories, exceptCategories }) => [...(categories ?? []), ...(exceptCategories ?? [])]),
    ),
  ]
  const sets = CHANNELS.flatMap((channel) =>
    named.map((category) => rules.filter((hours) => concerns(hours, { channel, category }))),
  )
  const distinct = new Map(sets.map((set) => [set.map((hours) => rules.indexOf(hours)).join(), set]))
  return [...distinct.values()].some((set) => Object.keys(outsideOf(set)).length === 0)
}

/** The times of a week that none of these hours covers, by the day on which they lie. */
export function outsideOf(rules: readonly Pick<QuietHours, 'from' | 'to' | 'days'>[]): Calendar['week'] {
  const quiet = rules
    .flatMap(({ from, to, days = WEEKDAYS }) =>
      days.flatMap((day) => {
        const start = WEEKDAYS.indexOf(day) * DAY_MIN + minutesOf(from)
        const length = (minutesOf(to) - minutesOf(from) + DAY_MIN) % DAY_MIN || DAY_MIN
        // Sunday night goes on into Monday.
        const over = Math.max(0, start + length - WEEK_MIN)
        return [[start, start + length - over] as const, [0, over] as const]
      }),
    )
    .sort((a, b) => a[0] - b[0])
  const week: { [day in Weekday]?: { from: string; to: string }[] } = {}
  let at = 0
  for (const [from, to] of [...quiet, [WEEK_MIN, WEEK_MIN] as const]) {
    for (; at < from; at = Math.min(from, nextMidnight(at))) {
      const day = WEEKDAYS[Math.floor(at / DAY_MIN)] as Weekday
      const end = Math.min(from, nextMidnight(at))
      week[day] = [...(week[day] ?? []), { from: timeOf(at % DAY_MIN), to: timeOf(((end - 1) % DAY_MIN) + 1) }]
    }
    at = Math.max(at, to)
  }
  return week
}

const nextMidnight = (minute: number): number => (Math.floor(minute / DAY_MIN) + 1) * DAY_MIN
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
