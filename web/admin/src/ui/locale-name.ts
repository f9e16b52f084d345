import type { Language } from '../app/language.ts'

/** What a locale is called: `pt_BR` is "Brazilian Portuguese". What is none stays as it is written. */
export function localeName(locale: string, language: Language): string {
  try {
    return new Intl.DisplayNames(language, { type: 'language' }).of(locale.replaceAll('_', '-')) ?? locale
  } catch {
    return locale
  }
}
