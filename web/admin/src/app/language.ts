import { createContext, useContext, useSyncExternalStore } from 'react'

export const LANGUAGES = ['es', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A word or sentence in both languages, where a table of texts would be too much. */
export type Both = Readonly<Record<Language, string>>

/**
 * The form of a language in which its dates and numbers are written: English is as different as the eighth of March and the
 * third of August, so it is that of the reader's browser. Spanish is one everywhere but for its clocks, and ours has 24 hours.
 */
export function habitOf(language: Language, browser: readonly string[] = navigator.languages): string {
  return (language === 'en' && browser.find((tag) => tag.startsWith('en-'))) || language
}

const KEY = 'cauce.language'

/** The language chosen here, else the first of the browser's that we speak, else Spanish. */
export function initialLanguage(chosen: string | null, browser: readonly string[]): Language {
  const known = (word: string | undefined) => LANGUAGES.find((language) => language === word)
  return known(chosen ?? undefined) ?? browser.map((tag) => known(tag.split('-')[0])).find(Boolean) ?? 'es'
}

let spoken: Language = 'es'
const listeners = new Set<() => void>()

function speak(language: Language): void {
  spoken = language
  document.documentElement.lang = language
  for (const each of listeners) each()
}

/** Called once, before the first paint. */
export const startLanguage = (): void => speak(initialLanguage(localStorage.getItem(KEY), navigator.languages))

export function setLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
  speak(language)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** For the root alone, which hands it to all below. */
export const useSpokenLanguage = (): Language => useSyncExternalStore(subscribe, () => spoken)

/** A context, and no subscription of each that speaks: a table has hundreds of them. */
export const LanguageContext = createContext<Language>('es')

/** The language of the reader; whoever calls it is rendered again when it changes. */
export const useLanguage = (): Language => useContext(LanguageContext)
