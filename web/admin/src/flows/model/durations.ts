import type { Language } from './graph.ts'

export const UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const
export type Unit = (typeof UNITS)[number]

/** A duration as people say it: so many of one unit. */
export type Amount = { count: number; unit: Unit }

const ISO = /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const IN_ORDER: readonly Unit[] = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds']

const WORDS: { readonly [language in Language]: { readonly [unit in Unit]: readonly [string, string] } } = {
  es: {
    seconds: ['segundo', 'segundos'],
    minutes: ['minuto', 'minutos'],
    hours: ['hora', 'horas'],
    days: ['día', 'días'],
    weeks: ['semana', 'semanas'],
    months: ['mes', 'meses'],
    years: ['año', 'años'],
  },
  en: {
    seconds: ['second', 'seconds'],
    minutes: ['minute', 'minutes'],
    hours: ['hour', 'hours'],
    days: ['day', 'days'],
    weeks: ['week', 'weeks'],
    months: ['month', 'months'],
    years: ['year', 'years'],
  },
}

/** The parts of an ISO 8601 duration, the largest first; null where it is none. */
export function partsOf(iso: string): Amount[] | null {
  const found = ISO.exec(iso.trim())
  if (found === null) return null
  const parts = IN_ORDER.flatMap((unit, i) => {
    const given = found[i + 1]
    return given === undefined ? [] : [{ count: Number(given), unit }]
  })
  return parts.length === 0 ? null : parts
}

const SECONDS: Partial<Record<Unit, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
  weeks: 604_800,
}

/**
 * A duration as one number and its unit, in which a form shows it. PT90M is 90 minutes, P1DT12H is 36 hours; null where no
 * one unit says it (a month and a day).
 */
export function amountOf(iso: string): Amount | null {
  const parts = partsOf(iso)
  if (parts === null) return null
  const [only, more] = parts.filter(({ count }) => count > 0)
  if (only === undefined) return { count: 0, unit: parts[0]?.unit ?? 'hours' }
  if (more === undefined) return only
  const seconds = parts.map(({ count, unit }) => count * (SECONDS[unit] ?? Number.NaN))
  const sum = seconds.reduce((all, one) => all + one, 0)
  if (Number.isNaN(sum)) return null
  const unit = (['days', 'hours', 'minutes'] as const).find((one) => sum % (SECONDS[one] as number) === 0) ?? 'seconds'
  return { count: sum / (SECONDS[unit] as number), unit }
}

const LETTERS: { readonly [unit in Unit]: string } = {
  seconds: 'S',
  minutes: 'M',
  hours: 'H',
  days: 'D',
  weeks: 'W',
  months: 'M',
  years: 'Y',
}

/** The ISO 8601 duration of an amount. */
export function isoOf({ count, unit }: Amount): string {
  const inDay = unit === 'seconds' || unit === 'minutes' || unit === 'hours'
  return `P${inDay ? 'T' : ''}${count}${LETTERS[unit]}`
}

const BUSINESS: { readonly [language in Language]: readonly [string, string] } = {
  es: [' hábil', ' hábiles'],
  en: [' business', ' business'],
}

export const unitWord = (unit: Unit, count: number, language: Language): string =>
  WORDS[language][unit][count === 1 ? 0 : 1]

/** A duration in words: "4 horas hábiles", "1 day and 6 hours". What is none stays as it is written. */
export function durationWords(iso: string, language: Language, business = false): string {
  const parts = partsOf(iso)?.filter(({ count }, _i, all) => count > 0 || all.length === 1)
  if (parts === undefined) return iso
  const said = parts.map(({ count, unit }) => {
    const word = unitWord(unit, count, language)
    if (!business) return `${count} ${word}`
    const [one, many] = BUSINESS[language]
    return language === 'es' ? `${count} ${word}${count === 1 ? one : many}` : `${count}${many} ${word}`
  })
  const last = said.pop() ?? iso
  return said.length === 0 ? last : `${said.join(', ')} ${language === 'es' ? 'y' : 'and'} ${last}`
}

/** So many milliseconds as an ISO 8601 duration of days, hours, minutes and seconds. */
export function isoFromMs(ms: number): string {
  let left = Math.max(0, Math.round(ms / 1_000))
  const take = (seconds: number) => {
    const count = Math.floor(left / seconds)
    left -= count * seconds
    return count
  }
  const [days, hours, minutes] = [take(86_400), take(3_600), take(60)]
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${left > 0 ? `${left}S` : ''}`
  if (days === 0 && time === '') return 'PT0S'
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}

/** How long something took, in at most two units: "2 días y 3 horas". */
export function elapsedWords(ms: number, language: Language): string {
  if (ms < 1_000) return language === 'es' ? 'al instante' : 'at once'
  const parts = (partsOf(isoFromMs(ms)) ?? []).filter(({ count }) => count > 0).slice(0, 2)
  return parts
    .map(({ count, unit }) => `${count} ${unitWord(unit, count, language)}`)
    .join(language === 'es' ? ' y ' : ' and ')
}
