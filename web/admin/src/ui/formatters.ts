/** Formatters are made once: making one costs more than a table of moments that it writes. */
import { habitOf, type Language } from '../app/language.ts'

const made = new Map<string, unknown>()

function kept<F, O extends object>(
  kind: string,
  Formatter: new (language: string, options: O) => F,
  language: Language,
  options: O,
): F {
  const habit = habitOf(language)
  const key = `${kind} ${habit} ${JSON.stringify(options)}`
  const known = made.get(key)
  if (known !== undefined) return known as F
  const fresh = new Formatter(habit, options)
  made.set(key, fresh)
  return fresh
}

export const numberFormat = (language: Language, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat =>
  kept('number', Intl.NumberFormat, language, options)

export const dateFormat = (language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  kept('date', Intl.DateTimeFormat, language, options)

export const listFormat = (language: Language, options: Intl.ListFormatOptions = {}): Intl.ListFormat =>
  kept('list', Intl.ListFormat, language, options)

export const languageNames = (language: Language): Intl.DisplayNames =>
  kept('names', Intl.DisplayNames, language, { type: 'language' })

export const relativeFormat = (language: Language, options: Intl.RelativeTimeFormatOptions): Intl.RelativeTimeFormat =>
  kept('relative', Intl.RelativeTimeFormat, language, options)
