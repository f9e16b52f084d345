/** What the platform says by itself, and in which moment. */
export type TextMoment = 'warning' | 'closing'

/** A text of a tenant. What is absent fits everything. */
export type ConversationText = {
  on: TextMoment
  locale: string
  text: string
  brand?: string
  product?: string
  queue?: string
  service?: string
}

/** Where a text is needed. */
export type TextPlace = {
  brand: string | null
  product: string | null
  queue: string | null
  service: string | null
  /** Of the person; null when unknown. */
  locale: string | null
  /** The silence decides: a warning says that a close follows, a closing text that no answer came. */
  bySilence: boolean
}

/** Texts for what another one is for already: which of the two would be said nobody could tell. */
export function repeatedTexts(texts: readonly ConversationText[]): { index: number; first: number }[] {
  const seen = new Map<string, number>()
  return texts.flatMap((text, index) => {
    const { on, locale, brand, product, queue, service } = text
    const key = JSON.stringify([on, tidy(locale), brand ?? null, product ?? null, queue ?? null, service ?? null])
    const first = seen.get(key)
    if (first === undefined) seen.set(key, index)
    return first === undefined ? [] : [{ index, first }]
  })
}

/** What the built-in texts say. One must promise no close that does not come, nor name a silence that was no reason. */
type BuiltIn = 'warning' | 'warningOfClose' | 'closing' | 'closingOfSilence'

const BUILT_IN: Readonly<Record<BuiltIn, Readonly<Record<string, string>>>> = {
  warning: {
    es: '¿Sigue ahí? Hace un tiempo que no recibimos su respuesta. Escríbanos cuando quiera para continuar.',
    en: 'Are you still there? We have not heard from you for a while. Write to us whenever you like to go on.',
  },
  warningOfClose: {
    es: '¿Sigue ahí? Hace un tiempo que no recibimos su respuesta. Escríbanos cuando quiera para continuar; si no, más adelante cerraremos esta conversación.',
    en: 'Are you still there? We have not heard from you for a while. Write to us whenever you like to go on; otherwise we will close this conversation later.',
  },
  closing: {
    es: 'Hemos cerrado esta conversación. Si nos necesita, estamos a su disposición.',
    en: 'We have closed this conversation. If you need us, we are here.',
  },
  closingOfSilence: {
    es: 'Hemos cerrado esta conversación porque no recibimos su respuesta. Si nos necesita, estamos a su disposición.',
    en: 'We have closed this conversation because we did not hear from you. If you need us, we are here.',
  },
}

/** Where even the language of last resort has no text: the language of the people this was made for. */
const FIRST_LANGUAGE = 'es'

/** Weights make the more specific text win: the queue before the service, the product and the brand. */
const WEIGHTS = { queue: 8, service: 4, product: 2, brand: 1 } as const

const weightOf = (text: ConversationText, place: TextPlace): number => {
  let weight = 0
  for (const name of ['queue', 'service', 'product', 'brand'] as const) {
    if (text[name] === undefined) continue
    if (text[name] !== place[name]) return -1
    weight += WEIGHTS[name]
  }
  return weight
}

const tidy = (locale: string): string => locale.toLowerCase().replace('_', '-')
const languageOf = (locale: string): string => locale.split('-')[0] ?? locale

/**
 * The text for a moment and a person. Their language goes before everything: first their locale (`es-CL`), then its
 * language (`es`), then the built-in text of that language; only then the language of last resort. Within one locale
 * the queue's own text wins, then the tenant's by queue, service, product and brand.
 * @param lastResort locale for whose language is not known, or has no text (`CAUCE_LOCALE`)
 */
export function findText(
  moment: TextMoment,
  place: TextPlace,
  texts: readonly ConversationText[],
  ofQueue: Readonly<Record<string, string>>,
  lastResort: string,
): string {
  const own = moment === 'warning' ? ofQueue : {}
  const builtIn = place.bySilence
    ? ({ warning: 'warningOfClose', closing: 'closingOfSilence' } as const)[moment]
    : moment
  const configured = (locale: string): string | undefined => {
    const queueText = Object.entries(own).find(([name]) => tidy(name) === locale)?.[1]
    if (queueText !== undefined) return queueText
    let best: { text: string; weight: number } | undefined
    for (const text of texts) {
      if (text.on !== moment || tidy(text.locale) !== locale) continue
      const weight = weightOf(text, place)
      if (weight >= 0 && weight > (best?.weight ?? -1)) best = { text: text.text, weight }
    }
    return best?.text
  }
  for (const locale of [place.locale, lastResort, FIRST_LANGUAGE]) {
    if (locale === null) continue
    const wanted = tidy(locale)
    const language = languageOf(wanted)
    const found = configured(wanted) ?? configured(language) ?? BUILT_IN[builtIn][language]
    if (found !== undefined) return found
  }
  throw new Error(`there is no built-in text in ${FIRST_LANGUAGE}`)
}
