import type { Json } from '#platform/event.ts'

/* What the watchdog makes of a flow: pure, so that its rhythm of weeks is tried in milliseconds. Times are domain milliseconds. */

export const TROUBLES = ['runs_overdue', 'firing_stopped', 'failures_risen'] as const
export type Trouble = (typeof TROUBLES)[number]

export type Seen = {
  /** It is published: else its runs go on, none begins, and nothing is remembered of its rhythm. */
  readonly begins: boolean
  /** When its latest run began; null: none has. */
  readonly lastStart: number | null
  /** Runs that failed within the latest window, and within the day before that. */
  readonly failed: number
  readonly failedBefore: number
  /** Runs that should have gone on for longer than the margin; null: not looked at this time. */
  readonly overdue: number | null
}

export type Memory = {
  readonly lastAt: number | null
  /** The longest pause that ended on each of the latest days on which runs began, the oldest first. */
  readonly days: readonly { readonly day: number; readonly gapMs: number }[]
  /** What was told and is not over, with since when. */
  readonly told: { readonly [what in Trouble]?: number }
}
export const NOTHING_KNOWN: Memory = { lastAt: null, days: [], told: {} }

export type Limits = {
  /** Failures within a window from which on they are many, whatever is usual. */
  readonly failures: number
  /** No shorter pause is a silence. */
  readonly shortestMs: number
  /** Before that nobody was here to begin a run; absent: somebody always was. */
  readonly awakeSince?: number
}

/** Something has become wrong, or well again. */
export type News = {
  readonly what: Trouble
  readonly since: number
  readonly over: boolean
  readonly data: { readonly [name: string]: Json }
}

const DAY_MS = 86_400_000
/** Days with runs that are remembered, and how many there must be before anything is said of the rhythm: it may be one of weeks. */
const DAYS = 14
const ENOUGH_DAYS = 7
/** What was longer ago is no rhythm of today. */
const OLDEST_DAYS = 400
/** A pause is a silence when it is so many times the longest usual one. */
const TIMES = 2
/** Failures are a burst when they are so many times what is usual. */
const TIMES_USUAL = 5
/** The window of failures goes so often into a day. */
export const WINDOWS_PER_DAY = 96

/** What is wrong with a flow by now, and what has changed about it. Each trouble is told once, and once when it is over. */
export function judge(
  memory: Memory,
  seen: Seen,
  now: number,
  limits: Limits,
): { memory: Memory; news: readonly News[] } {
  const silentSince = memory.told.firing_stopped
  const { lastAt, days } = seen.begins
    ? withRhythm(memory, seen.lastStart, silentSince !== undefined)
    : { lastAt: null, days: [] }
  const usualMs = Math.max(...days.map(({ gapMs }) => gapMs), 0)
  const told: { [what in Trouble]?: number } = { ...memory.told }
  const news: News[] = []
  const say = (what: Trouble, isWrong: boolean, since: number, data: News['data']) => {
    const before = told[what]
    if (isWrong && before === undefined) {
      told[what] = since
      news.push({ what, since, over: false, data })
    } else if (!isWrong && before !== undefined) {
      delete told[what]
      news.push({ what, since: before, over: true, data: {} })
    }
  }
  if (seen.overdue !== null) say('runs_overdue', seen.overdue > 0, now, { runs: seen.overdue })
  const knows = days.length >= ENOUGH_DAYS && lastAt !== null
  const pauseMs = now - Math.max(lastAt ?? now, limits.awakeSince ?? 0)
  const isSilent = knows && pauseMs > Math.max(TIMES * usualMs, limits.shortestMs)
  if (lastAt !== null || !seen.begins) say('firing_stopped', isSilent, lastAt ?? now, { usualPauseMs: usualMs })
  const usual = seen.failedBefore / WINDOWS_PER_DAY
  const many = Math.max(limits.failures, TIMES_USUAL * usual)
  // Well again only when it is well below: a rate at the limit is told once.
  const isBurst = told.failures_risen === undefined ? seen.failed >= many : seen.failed > many / 2
  say('failures_risen', isBurst, now, { failed: seen.failed, usual: Math.round(usual * 100) / 100 })
  return { memory: { lastAt, days, told }, news }
}

function withRhythm(memory: Memory, lastStart: number | null, wasSilent: boolean): Pick<Memory, 'lastAt' | 'days'> {
  const { lastAt, days } = memory
  if (lastStart === null || (lastAt !== null && lastStart <= lastAt)) return { lastAt, days }
  const day = Math.floor(lastStart / DAY_MS)
  // The pause of an outage is not usual.
  const gapMs = lastAt === null || wasSilent ? 0 : lastStart - lastAt
  const today = days.find((one) => one.day === day)
  const others = days.filter((one) => one.day !== day && one.day > day - OLDEST_DAYS)
  return { lastAt: lastStart, days: [...others, { day, gapMs: Math.max(gapMs, today?.gapMs ?? 0) }].slice(-DAYS) }
}
