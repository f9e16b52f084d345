import type { Language } from '../app/language.ts'
import { dateFormat, relativeFormat } from './formatters.ts'

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** Days are told apart by their dates, whatever the clock does in between: the number of one, in the reader's zone or in another. */
function dayOf(moment: number, timeZone?: string): number {
  const parts = dateFormat('es', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).formatToParts(moment)
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value
  return Date.parse(`${part('year')}-${part('month')}-${part('day')}`) / 86_400_000
}

/**
 * "hace 3 h", "dentro de 2 días", "ahora", "en unos segundos": how far a moment is, in the largest unit that fits. `long` for sentences: short ones
 * may end with a point of their own.
 */
export function relative(at: number, now: number, language: Language, style: 'short' | 'long' = 'short'): string {
  const away = at - now
  // Rounded first: 59 min 40 s is an hour.
  const step = STEPS.find(([, ms]) => Math.round(Math.abs(away) / 60_000) * 60_000 >= ms)
  // What is still to come is not now: somebody waits for it.
  if (step === undefined && away >= 1_000) return language === 'es' ? 'en unos segundos' : 'in a few seconds'
  if (step === undefined) return relativeFormat(language, { numeric: 'auto', style }).format(0, 'second')
  const [unit, ms] = step
  // "Yesterday" is a date: what is two nights ago is not, though it be less than 48 hours.
  if (unit === 'day') return relativeFormat(language, { numeric: 'auto', style }).format(dayOf(at) - dayOf(now), 'day')
  // Shortened, months are taken for minutes ("11 m") and years for nothing ("2 a").
  const words = relativeFormat(language, { numeric: 'auto', style: ms > 86_400_000 ? 'long' : style })
  return words.format(Math.trunc((Math.round(away / 60_000) * 60_000) / ms), unit)
}

/**
 * A moment of a day as people arrange it: "hoy a las 8:00", "mañana a la 1:00", "el martes, 10 de marzo, a las 8:00". In the
 * reader's zone, or in another.
 */
export function appointed(at: number, now: number, language: Language, timeZone?: string): string {
  const es = language === 'es'
  const away = dayOf(at, timeZone) - dayOf(now, timeZone)
  const time = dateFormat(language, { hour: 'numeric', minute: '2-digit', timeZone }).format(at)
  const clock = es ? `a ${/^1:/.test(time) ? 'la' : 'las'} ${time}` : `at ${time}`
  if (away === 0 || away === 1) return `${relativeFormat(language, { numeric: 'auto' }).format(away, 'day')} ${clock}`
  const day = dateFormat(language, { weekday: 'long', day: 'numeric', month: 'long', timeZone }).format(at)
  return es ? `el ${day}, ${clock}` : `on ${day}, ${clock}`
}

/** From when until when somebody waits: times, with their days where it is a day or more. */
export function span(from: number, to: number, language: Language, timeZone?: string): readonly [string, string] {
  const time = { hour: 'numeric', minute: '2-digit', timeZone } as const
  const words = dateFormat(language, to - from < 86_400_000 ? time : { weekday: 'short', day: 'numeric', ...time })
  return [words.format(from), words.format(to)]
}

/** A moment of the weeks around: "vie 4 dic, 18:05". */
export const dayAndTime = (at: number, language: Language): string =>
  dateFormat(language, { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }).format(
    at,
  )

/** The moment itself to the minute, short: "5 sept 2027, 1:30". */
export const brief = (at: number, language: Language, timeZone?: string): string =>
  dateFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)

/** The moment itself to the second, short: "5 sept 2027, 1:30:07". */
export const precise = (at: number, language: Language, timeZone?: string): string =>
  dateFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(at)

/** The moment itself, in the reader's zone and habit. */
export const exact = (at: number, language: Language, timeZone?: string): string =>
  dateFormat(language, { dateStyle: 'full', timeStyle: 'medium', timeZone }).format(at)
