/** Durations in words, both ways: `PT4H` and "4 horas hábiles". What the program stores is ISO 8601; nobody should have to read it. */
import type { Language } from '../app/language.ts'

/** ISO 8601, and whether it is counted in the hours of a business calendar. */
export type Duration = { readonly iso: string; readonly business: boolean }

type Unit = 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second'
type Parts = Partial<Record<Unit, number>>

const UNITS: readonly Unit[] = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']

const NAMES: Record<Language, Record<Unit, readonly [one: string, other: string]>> = {
  es: {
    year: ['año', 'años'],
    month: ['mes', 'meses'],
    week: ['semana', 'semanas'],
    day: ['día', 'días'],
    hour: ['hora', 'horas'],
    minute: ['minuto', 'minutos'],
    second: ['segundo', 'segundos'],
  },
  en: {
    year: ['year', 'years'],
    month: ['month', 'months'],
    week: ['week', 'weeks'],
    day: ['day', 'days'],
    hour: ['hour', 'hours'],
    minute: ['minute', 'minutes'],
    second: ['second', 'seconds'],
  },
}

/** What people also write. Without accents, since not everybody types them. */
const ALSO: Record<string, Unit> = {
  a: 'year',
  y: 'year',
  w: 'week',
  sem: 'week',
  d: 'day',
  h: 'hour',
  hr: 'hour',
  hrs: 'hour',
  m: 'minute',
  min: 'minute',
  mins: 'minute',
  s: 'second',
  seg: 'second',
  sec: 'second',
}

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

const KNOWN = new Map<string, Unit>([
  ...Object.values(NAMES).flatMap((names) =>
    UNITS.flatMap((unit) => names[unit].map((name) => [plain(name), unit] as const)),
  ),
  ...(Object.entries(ALSO) as [string, Unit][]),
])

const BUSINESS = /\b(?:habil|habiles|laborables?|de trabajo|business|working)\b/g

/** The business word beside a unit, in grammar: "horas hábiles", "business hours". */
const withBusiness = (words: string, language: Language, one: boolean): string =>
  language === 'es' ? `${words} ${one ? 'hábil' : 'hábiles'}` : words.replace(/(\d) (\w+)$/, '$1 business $2')

const ISO =
  /^P(?=[0-9T])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/

function partsOf(iso: string): Parts | null {
  const found = ISO.exec(iso)
  if (found === null) return null
  const parts: Parts = {}
  for (const [i, unit] of UNITS.entries()) {
    const text = found[i + 1]
    if (text !== undefined) parts[unit] = Number(text.replace(',', '.'))
  }
  return parts
}

/** As a person would say it: 90 minutes are an hour and a half to nobody's clock, 1440 minutes are a day. */
function carried(parts: Parts): Parts {
  const { year, month, week = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
  const seconds = Math.round(((week * 7 + day) * 24 + hour) * 3600 + minute * 60 + second)
  const days = Math.floor(seconds / 86_400)
  const weeks = days % 7 === 0 ? days / 7 : 0
  return {
    year,
    month,
    week: weeks,
    day: days - weeks * 7,
    hour: Math.floor((seconds % 86_400) / 3600),
    minute: Math.floor((seconds % 3600) / 60),
    second: seconds % 60,
  }
}

/** "4 horas hábiles", "1 día y 6 horas". What is no duration is shown as it is. */
export function durationWords({ iso, business }: Duration, language: Language): string {
  const stated = partsOf(iso)
  if (stated === null) return iso
  // Business hours make no days: eight of them may be one.
  const parts = business ? stated : carried(stated)
  const said = UNITS.flatMap((unit) => {
    const count = parts[unit] ?? 0
    if (count === 0) return []
    const words = `${new Intl.NumberFormat(language).format(count)} ${NAMES[language][unit][count === 1 ? 0 : 1]}`
    return [{ words, one: count === 1 }]
  })
  const last = said.at(-1)
  if (last === undefined) return `0 ${NAMES[language].minute[1]}`
  const texts = said.map(({ words }) => words)
  if (business) texts[texts.length - 1] = withBusiness(last.words, language, last.one && said.length === 1)
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(texts)
}

/** The same of a length in milliseconds, rounded to what matters: "3 horas", not "3 horas, 2 minutos y 5 segundos". */
export function lengthWords(ms: number, language: Language): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  const unit: number = seconds < 60 ? 1 : seconds < 3_600 ? 60 : seconds < 172_800 ? 3_600 : 86_400
  const rounded = Math.round(seconds / unit) * unit
  // Two units at most: whole hours, and the minutes of the first few.
  const exact = seconds >= 3_600 && seconds < 6 * 3_600 ? Math.round(seconds / 60) * 60 : rounded
  if (exact === 0) return language === 'es' ? 'menos de un segundo' : 'less than a second'
  return durationWords({ iso: `PT${exact}S`, business: false }, language)
}

/** How long an ISO 8601 duration is in milliseconds, where it has no months or years: those differ. Null otherwise. */
export function msOf(iso: string): number | null {
  const parts = partsOf(iso)
  if (parts === null || parts.year || parts.month) return null
  const { week = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
  return Math.round((((week * 7 + day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000)
}

/** Milliseconds as an ISO 8601 duration. */
export const isoOf = (ms: number): string => isoOfParts(carried({ second: ms / 1000 }))

function isoOfParts(parts: Parts): string {
  const date = (['year', 'month', 'week', 'day'] as const).map((unit) =>
    parts[unit] ? `${parts[unit]}${unit[0]}` : '',
  )
  const time = (['hour', 'minute', 'second'] as const).map((unit) => (parts[unit] ? `${parts[unit]}${unit[0]}` : ''))
  return `P${date.join('')}${time.some(Boolean) ? `T${time.join('')}` : ''}`.toUpperCase()
}

/**
 * Reads what a person wrote in either language: "4 horas hábiles", "1 día y 6 h", "90 min", "2 business hours", "PT4H".
 * Null when it is no duration, or none that lasts.
 */
export function readDuration(written: string): Duration | null {
  const iso = written.trim().toUpperCase()
  const stated = partsOf(iso)
  if (stated !== null) return Object.values(stated).some((count) => count > 0) ? { iso, business: false } : null
  const text = plain(written)
  const business = text.search(BUSINESS) >= 0
  const rest = text.replaceAll(BUSINESS, ' ')
  const parts: Parts = {}
  let left = rest
  for (const [whole, number, word] of rest.matchAll(
    /(\d+(?:[.,]\d+)?|\bun[ao]?\b|\ban?\b|\bone\b|\bmedia\b|\bhalf an?\b)\s*([a-z]+)/g,
  )) {
    const unit = KNOWN.get(word as string)
    if (unit === undefined || parts[unit] !== undefined) return null
    const count = /^\d/.test(number as string)
      ? Number((number as string).replace(',', '.'))
      : /media|half/.test(number as string)
        ? 0.5
        : 1
    parts[unit] = count
    left = left.replace(whole, ' ')
  }
  // Nothing may be left that was not understood.
  if (/[^\s,y]/.test(left.replaceAll(/\band\b/g, ' ')) || Object.keys(parts).length === 0) return null
  const whole = broken(parts)
  if (whole === null || !Object.values(whole).some((count) => count > 0)) return null
  return { iso: isoOfParts(whole), business }
}

/** Half an hour is 30 minutes; half a month is nothing that can be counted. */
function broken(parts: Parts): Parts | null {
  const smaller: Partial<Record<Unit, readonly [Unit, number]>> = {
    week: ['day', 7],
    day: ['hour', 24],
    hour: ['minute', 60],
    minute: ['second', 60],
  }
  const result: Parts = { ...parts }
  for (const unit of UNITS) {
    const count = result[unit]
    if (count === undefined || Number.isInteger(count)) continue
    const into = smaller[unit]
    if (into === undefined) return null
    const [below, times] = into
    result[unit] = Math.floor(count)
    result[below] = (result[below] ?? 0) + Math.round((count - Math.floor(count)) * times * 1e6) / 1e6
  }
  return result
}
