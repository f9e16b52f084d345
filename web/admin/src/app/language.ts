import i18next from 'i18next'
import { useTranslation } from 'react-i18next'

export const LANGUAGES = ['es', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A word or sentence in both languages, where a table of texts would be too much. */
export type Both = Readonly<Record<Language, string>>

const KEY = 'cauce.language'

/** The language chosen here, else the first of the browser's that we speak, else Spanish. */
export function initialLanguage(chosen: string | null, browser: readonly string[]): Language {
  const known = (word: string | undefined) => LANGUAGES.find((language) => language === word)
  return known(chosen ?? undefined) ?? browser.map((tag) => known(tag.split('-')[0])).find(Boolean) ?? 'es'
}

/** Starts translating; called once, before the first paint. */
export function startLanguage(): void {
  const language = initialLanguage(localStorage.getItem(KEY), navigator.languages)
  document.documentElement.lang = language
  void i18next.changeLanguage(language)
}

export function setLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
  document.documentElement.lang = language
  void i18next.changeLanguage(language)
}

/** The language of the reader; whoever calls it is rendered again when it changes. */
export function useLanguage(): Language {
  const { i18n } = useTranslation()
  return i18n.language as Language
}
