/** Texts of a context, Spanish and English side by side. They come with the code that shows them. */
import i18next from 'i18next'
import { numberFormat } from '../ui/formatters.ts'
import { type Language, useLanguage } from './language.ts'

type Words = Readonly<Record<string, string>>
/** What `t` is asked for: of `runs_one` and `runs_other`, `runs`. */
type Asked<K> = K extends `${infer Base}_${'one' | 'other'}` ? Base : K

export type Texts<W extends Words> = { readonly name: string; readonly es: W; readonly en: Record<keyof W, string> }
export type Translate<W extends Words> = (key: Asked<keyof W & string>, values?: Record<string, unknown>) => string

void i18next.init({
  lng: 'es',
  fallbackLng: 'es',
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  resources: {},
  // React escapes what it renders.
  interpolation: { escapeValue: true, escape: isolated },
})

/** Characters that steer in which direction others are read. */
const STEERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** A name that steers the direction of what is read does so within itself, and not in the sentence around it. */
export function isolated(value: string): string {
  return STEERING.test(value) ? `\u2068${value}\u2069` : value
}

/** Makes a table of texts known. The English one must have exactly the keys of the Spanish one: tsc and a test hold it. */
export function defineTexts<const W extends Words>(name: string, es: W, en: Record<keyof W, string>): Texts<W> {
  i18next.addResourceBundle('es', name, es)
  i18next.addResourceBundle('en', name, en)
  return { name, es, en }
}

/** Numbers as the reader writes them; words stay. */
export function written(values: Record<string, unknown>, language: Language): Record<string, unknown> {
  const shown = (value: unknown) => (typeof value === 'number' ? numberFormat(language).format(value) : value)
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shown(value)]))
}

const translators = new Map<string, Translate<Words>>()

/** One for a table and a language, whoever asks. What has no blanks is looked up once. */
function translator(name: string, language: Language): Translate<Words> {
  const known = translators.get(`${language} ${name}`)
  if (known !== undefined) return known
  const fixed = i18next.getFixedT(language, name)
  const plain = new Map<string, string>()
  const translate: Translate<Words> = (key, values) => {
    // Which form is taken hangs on the number itself; it is written as the reader writes numbers.
    if (values !== undefined) return fixed(key, { ...values, replace: written(values, language) })
    let text = plain.get(key)
    if (text === undefined) {
      text = fixed(key)
      plain.set(key, text)
    }
    return text
  }
  translators.set(`${language} ${name}`, translate)
  return translate
}

/** The texts in the reader's language: `t('runs', { count: 3 })`. The same function as long as the language is. */
export function useTexts<W extends Words>(texts: Texts<W>): Translate<W> {
  return translator(texts.name, useLanguage()) as unknown as Translate<W>
}
