import type { Language } from '../app/language.ts'

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** Formatters are made once: making one costs more than a table of moments that it writes. */
const made = new Map<string, Intl.RelativeTimeFormat | Intl.DateTimeFormat>()

function kept<F extends Intl.RelativeTimeFormat | Intl.DateTimeFormat>(key: string, make: () => F): F {
  const known = made.get(key) as F | undefined
  if (known !== undefined) return known
  const fresh = make()
  made.set(key, fresh)
  return fresh
}

/**
 * "hace 3 h", "dentro de 2 días", "ahora": how far a moment is, in the largest unit that fits. `long` for sentences: short ones
 * may end with a point of their own.
 */
export function relative(at: number, now: number, language: Language, style: 'short' | 'long' = 'short'): string {
  const words = kept(
    `relative ${language} ${style}`,
    () => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style }),
  )
  const away = at - now
  // Rounded first: 59 min 40 s is an hour.
  const step = STEPS.find(([, ms]) => Math.round(Math.abs(away) / 60_000) * 60_000 >= ms)
  if (step === undefined) return words.format(0, 'second')
  const [unit, ms] = step
  return words.format(Math.trunc((Math.round(away / 60_000) * 60_000) / ms), unit)
}

/** The moment itself, in the reader's zone and habit. */
export const exact = (at: number, language: Language, timeZone?: string): string =>
  kept(
    `exact ${language} ${timeZone}`,
    () => new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'medium', timeZone }),
  ).format(at)
