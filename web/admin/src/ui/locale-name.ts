import type { Language } from '../app/language.ts'
import { languageNames } from './formatters.ts'

/** Languages that are offered; others are written by their code. */
export const USUAL_LOCALES = ['es', 'es-CL', 'es-MX', 'es-AR', 'en', 'pt', 'pt-BR', 'ca', 'eu', 'gl', 'fr', 'de', 'it']

/** `es`, `es-CL`, `pt-BR`. */
export const isLocale = (code: string): boolean => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(code)

/** What a locale is called: `pt_BR` is "Brazilian Portuguese". What is none stays as it is written. */
export function localeName(locale: string, language: Language): string {
  try {
    return languageNames(language).of(locale.replaceAll('_', '-')) ?? locale
  } catch {
    return locale
  }
}
