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
}

const BUILT_IN: Readonly<Record<TextMoment, Readonly<Record<string, string>>>> = {
  warning: {
    es: '¿Sigue ahí? Hace un tiempo que no recibimos su respuesta. Escríbanos cuando quiera para continuar; si no, más adelante cerraremos esta conversación.',
    en: 'Are you still there? We have not heard from you for a while. Write to us whenever you like to go on; otherwise we will close this conversation later.',
  },
  closing: {
    es: 'Hemos cerrado esta conversación porque no recibimos su respuesta. Si nos necesita, estamos a su disposición.',
    en: 'We have closed this conversation because we did not hear from you. If you need us, we are here.',
  },
}

/** Spanish first: the language of the people this was made for. */
const DEFAULT_LANGUAGE = 'es'

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

const sameLocale = (a: string, b: string): boolean => a.toLowerCase().replace('_', '-') === b.toLowerCase()

/**
 * The text for a moment and a person. Their language goes before everything: first their locale (`es-CL`), then its
 * language (`es`), then the built-in text of that language; only then the default language. Within one locale the
 * queue's own text wins, then the tenant's by queue, service, product and brand.
 */
export function findText(
  moment: TextMoment,
  place: TextPlace,
  texts: readonly ConversationText[],
  ofQueue: Readonly<Record<string, string>> = {},
): string {
  const own = moment === 'warning' ? ofQueue : {}
  const wanted = place.locale?.replace('_', '-').toLowerCase() ?? DEFAULT_LANGUAGE
  const language = wanted.split('-')[0] ?? wanted
  const configured = (locale: string): string | undefined => {
    const queueText = Object.entries(own).find(([name]) => sameLocale(name, locale))?.[1]
    if (queueText !== undefined) return queueText
    let best: { text: string; weight: number } | undefined
    for (const text of texts) {
      if (text.on !== moment || !sameLocale(text.locale, locale)) continue
      const weight = weightOf(text, place)
      if (weight >= 0 && weight > (best?.weight ?? -1)) best = { text: text.text, weight }
    }
    return best?.text
  }
  return (
    configured(wanted) ??
    configured(language) ??
    BUILT_IN[moment][language] ??
    configured(DEFAULT_LANGUAGE) ??
    (BUILT_IN[moment][DEFAULT_LANGUAGE] as string)
  )
}
