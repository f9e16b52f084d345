/** Durations in words, both ways: `PT4H` and "4 horas hábiles". What the program stores is ISO 8601; nobody should have to read it. */

import { LANGUAGES, type Language } from '../app/language.ts'
import { listFormat, numberFormat } from './formatters.ts'
import { type Amount, amountsIn, isoOf, isoOfParts, type Parts, partsOf, UNITS, type Unit } from './iso-duration.ts'
import { plain } from './plain.ts'

/** ISO 8601, and whether it is counted in the hours of a business calendar. */
export type Duration = { readonly iso: string; readonly business: boolean }

/** Without points between thousands: a person may correct the words, and "1.000 horas" would be read as one. */
const counted = ({ unit }: Pick<Amount, 'unit'>, language: Language) =>
  numberFormat(language, { style: 'unit', unit, unitDisplay: 'long', useGrouping: false })

/** What a unit is called beside a count: "hora", "horas". */
export const unitWord = (unit: Unit, count: number, language: Language): string =>
  counted({ unit }, language)
    .formatToParts(count)
    .find(({ type }) => type === 'unit')?.value ?? unit

const inWords = (amounts: readonly Amount[], language: Language): string[] =>
  amounts.map((amount) => counted(amount, language).format(amount.count))

const listed = (texts: readonly string[], language: Language): string =>
  listFormat(language, { type: 'conjunction' }).format(texts)

/** As it is stated: "4 horas hábiles", "1 día y 6 horas", "90 minutos". What is no duration is shown as it is. */
export function durationWords({ iso, business }: Duration, language: Language): string {
  const parts = partsOf(iso)
  if (parts === null) return iso
  const amounts = amountsIn(parts)
  const texts = inWords(amounts, language)
  if (!business) return listed(texts, language)
  // Said once, of all units: after them in Spanish, before them in English.
  if (language === 'es')
    return `${listed(texts, 'es')} ${amounts.length === 1 && amounts[0]?.count === 1 ? 'hábil' : 'hábiles'}`
  const [first = '', ...more] = texts
  return listed([first.replace(' ', ' business '), ...more], 'en')
}

/** How long something took, in two units at most, seconds only below ten minutes: "2 días y 3 horas". */
export function lengthWords(ms: number, language: Language): string {
  const length = Math.abs(ms)
  if (length < 1_000) return language === 'es' ? 'menos de un segundo' : 'less than a second'
  const step = length < 600_000 ? 1_000 : 60_000
  const parts = partsOf(isoOf(Math.round(length / step) * step)) ?? {}
  return listed(inWords(amountsIn(parts).slice(0, 2), language), language)
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

let known: ReadonlyMap<string, Unit> | undefined

/** Made when somebody writes a duration: it asks for a formatter of each unit. */
const knownWords = (): ReadonlyMap<string, Unit> => {
  known ??= new Map<string, Unit>([
    ...LANGUAGES.flatMap((language) =>
      UNITS.flatMap((unit) => [1, 2].map((count) => [plain(unitWord(unit, count, language)), unit] as const)),
    ),
    ...Object.entries(ALSO),
  ])
  return known
}

const BUSINESS = /\b(?:habil|habiles|laborables?|de trabajo|business|working)\b/g

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
    const unit = knownWords().get(word as string)
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
    if (count === undefined || Number.isInteger(count) || unit === 'second') continue
    const into = smaller[unit]
    if (into === undefined) return null
    const [below, times] = into
    result[unit] = Math.floor(count)
    result[below] = (result[below] ?? 0) + Math.round((count - Math.floor(count)) * times * 1e6) / 1e6
  }
  return result
}
