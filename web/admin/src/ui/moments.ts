import type { Language } from '../app/language.ts'
import { dateFormat, relativeFormat } from './formatters.ts'

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/**
 * "hace 3 h", "dentro de 2 días", "ahora": how far a moment is, in the largest unit that fits. `long` for sentences: short ones
 * may end with a point of their own.
 */
export function relative(at: number, now: number, language: Language, style: 'short' | 'long' = 'short'): string {
  const words = relativeFormat(language, { numeric: 'auto', style })
  const away = at - now
  // Rounded first: 59 min 40 s is an hour.
  const step = STEPS.find(([, ms]) => Math.round(Math.abs(away) / 60_000) * 60_000 >= ms)
  if (step === undefined) return words.format(0, 'second')
  const [unit, ms] = step
  return words.format(Math.trunc((Math.round(away / 60_000) * 60_000) / ms), unit)
}

/** The moment itself, in the reader's zone and habit. */
export const exact = (at: number, language: Language, timeZone?: string): string =>
  dateFormat(language, { dateStyle: 'full', timeStyle: 'medium', timeZone }).format(at)
