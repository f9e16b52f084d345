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

/** Moment, language and place of a text, as one name. */
const keyOf = ({ on, locale, brand, product, queue, service }: ConversationText): string =>
  JSON.stringify([on, tidy(locale), brand ?? null, product ?? null, queue ?? null, service ?? null])

/** Texts for what another one is for already: which of the two would be said nobody could tell. */
export function repeatedTexts(texts: readonly ConversationText[]): { index: number; first: number }[] {
  const seen = new Map<string, number>()
  return texts.flatMap((text, index) => {
    const key = keyOf(text)
    const first = seen.get(key)
    if (first === undefined) seen.set(key, index)
    return first === undefined ? [] : [{ index, first }]
  })
}

/** How a list that was sent differs from the one that is kept: by path in what was sent, each as a clause on it. */
export function differences(
  sent: readonly ConversationText[],
  kept: readonly ConversationText[],
): { path: string; message: string }[] {
  const left = new Map(kept.map((text) => [keyOf(text), text]))
  const inSent = sent.flatMap((text, index) => {
    const before = left.get(keyOf(text))
    left.delete(keyOf(text))
    if (before === undefined) return { path: `/items/${index}`, message: 'is not among those that are kept' }
    return before.text === text.text ? [] : { path: `/items/${index}/text`, message: 'is not the text that is kept' }
  })
  const missing = [...left.values()].map(({ on, locale, text: _, ...place }) => ({
    path: '/items',
    message: `lack the ${on} text in ${locale} for ${JSON.stringify(place)}, which is kept`,
  }))
  return [...inSent, ...missing]
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

/** A text that can be read at a place. */
export type Reading = {
  /** The queue's own, one of the tenant's, or one that is built in. */
  readonly from: 'queue' | 'texts' | 'builtIn'
  /** Where it stands among the tenant's. */
  readonly item?: number
  readonly locale: string
  readonly text: string
}

/** Those of one locale: the queue's own, then the tenant's, the more specific first. */
function* configured(
  moment: TextMoment,
  place: TextPlace,
  texts: readonly ConversationText[],
  ofQueue: Readonly<Record<string, string>>,
  locale: string,
): Generator<Reading> {
  const own = moment === 'warning' ? Object.entries(ofQueue).find(([name]) => tidy(name) === locale) : undefined
  if (own !== undefined) yield { from: 'queue', locale: own[0], text: own[1] }
  yield* texts
    .map((text, item) => ({ text, item, weight: weightOf(text, place) }))
    .filter(({ text, weight }) => weight >= 0 && text.on === moment && tidy(text.locale) === locale)
    .sort((a, b) => b.weight - a.weight)
    .map(({ text, item }) => ({ from: 'texts' as const, item, locale: text.locale, text: text.text }))
}

/**
 * What a person reads at a moment, first, and then what they would read if that were not there, and so on down to the
 * built-in text, behind which nothing is ever read. Their language goes before everything: first their locale (`es-CL`), then its
 * language (`es`), then the built-in text of that language; only then the language of last resort. Within one locale
 * the queue's own text wins, then the tenant's by queue, service, product and brand.
 * @param lastResort locale for whose language is not known, or has no text (`CAUCE_LOCALE`)
 */
export function* readings(
  moment: TextMoment,
  place: TextPlace,
  texts: readonly ConversationText[],
  ofQueue: Readonly<Record<string, string>>,
  lastResort: string,
): Generator<Reading> {
  const builtIn = place.bySilence
    ? ({ warning: 'warningOfClose', closing: 'closingOfSilence' } as const)[moment]
    : moment
  const seen = new Set<string>()
  for (const asked of [place.locale, lastResort, FIRST_LANGUAGE]) {
    if (asked === null) continue
    const language = languageOf(tidy(asked))
    for (const locale of [tidy(asked), language]) {
      if (seen.has(locale)) continue
      seen.add(locale)
      yield* configured(moment, place, texts, ofQueue, locale)
    }
    const text = BUILT_IN[builtIn][language]
    if (text === undefined) continue
    yield { from: 'builtIn', locale: language, text }
    return
  }
}

/** The text for a moment and a person: the first of its readings. */
export function findText(...where: Parameters<typeof readings>): string {
  const [first] = readings(...where)
  if (first === undefined) throw new Error(`there is no built-in text in ${FIRST_LANGUAGE}`)
  return first.text
}
