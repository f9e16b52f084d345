import type { Language } from '../../app/language.ts'

const DAYS = {
  es: ['domingo', 'lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
} as const

/** A schedule that a form can show: at one time of the day, on all days, some days of the week, or one of the month. */
export type Timetable = {
  time: string
  /** Sunday is 0; empty: every day. */
  days: readonly number[]
  dayOfMonth: number | null
}

const TWO = (n: number) => String(n).padStart(2, '0')

/** The timetable of a cron text; null where it is another kind of schedule, which is shown as it is written. */
export function timetableOf(cron: string): Timetable | null {
  const [minute = '', hour = '', day = '', month = '', week = '', ...more] = cron.trim().split(/\s+/)
  if (more.length > 0 || month !== '*' || !isNumber(minute, 59) || !isNumber(hour, 23)) return null
  const time = `${TWO(Number(hour))}:${TWO(Number(minute))}`
  if (day !== '*') {
    return week === '*' && isNumber(day, 31) && Number(day) > 0 ? { time, days: [], dayOfMonth: Number(day) } : null
  }
  const days = daysOf(week)
  return days === null ? null : { time, days, dayOfMonth: null }
}

const isNumber = (text: string, most: number): boolean => /^\d{1,2}$/.test(text) && Number(text) <= most

function daysOf(week: string): number[] | null {
  if (week === '*') return []
  const days = new Set<number>()
  for (const part of week.split(',')) {
    const [, from, to] = /^([0-7])(?:-([0-7]))?$/.exec(part) ?? []
    if (from === undefined || (to !== undefined && Number(to) < Number(from))) return null
    for (let day = Number(from); day <= Number(to ?? from); day++) days.add(day % 7)
  }
  return [...days].toSorted((a, b) => a - b)
}

export function cronOf({ time, days, dayOfMonth }: Timetable): string {
  const [hour = '0', minute = '0'] = time.split(':')
  const week = days.length === 0 || days.length === 7 || dayOfMonth !== null ? '*' : runs(days)
  return `${Number(minute)} ${Number(hour)} ${dayOfMonth ?? '*'} * ${week}`
}

/** 1,2,3,5 as 1-3,5. */
function runs(days: readonly number[]): string {
  const parts: string[] = []
  for (let i = 0; i < days.length; i++) {
    const from = i
    while (days[i + 1] === (days[i] as number) + 1) i++
    parts.push(i - from > 1 ? `${days[from]}-${days[i]}` : days.slice(from, i + 1).join(','))
  }
  return parts.join(',')
}

/** A schedule in words: "de lunes a viernes a las 09:00". */
export function cronWords(cron: string, language: Language): string {
  const table = timetableOf(cron)
  if (table === null) return cron
  const { time, days, dayOfMonth } = table
  const es = language === 'es'
  const at = es ? `a las ${time}` : `at ${time}`
  if (dayOfMonth !== null)
    return es ? `el día ${dayOfMonth} de cada mes ${at}` : `on day ${dayOfMonth} of each month ${at}`
  if (days.length === 0) return es ? `cada día ${at}` : `every day ${at}`
  if (days.join() === '1,2,3,4,5') return es ? `de lunes a viernes ${at}` : `from Monday to Friday ${at}`
  const names = days.map((day) => DAYS[language][day] as string)
  const last = names.pop() as string
  const list = names.length === 0 ? last : `${names.join(', ')} ${es ? 'y' : 'and'} ${last}`
  return es ? `cada ${list} ${at}` : `every ${list} ${at}`
}

export const weekdays = (language: Language): readonly string[] => DAYS[language]
