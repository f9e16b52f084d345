/** What the platform says by itself: the texts of warning and close, each for a moment, a language and a place. */
import type { operations } from '../../api/schema.d.ts'

export type SpokenText =
  operations['getConversationTexts']['responses']['200']['content']['application/json']['items'][number]
export type Moment = SpokenText['on']

/** From the more to the less telling, as they count. */
export const SCOPES = ['queue', 'service', 'product', 'brand'] as const
export type Scope = (typeof SCOPES)[number]
export type Place = { readonly [S in Scope]?: string | undefined }

const tidy = (locale: string): string => locale.toLowerCase().replace('_', '-')

/** Moment, language and place of a text, as a name for addresses. */
export const nameOf = (text: SpokenText): string =>
  [text.on, tidy(text.locale), ...SCOPES.map((scope) => text[scope] ?? '')].map(encodeURIComponent).join('|')

const isSame = (a: SpokenText, b: SpokenText): boolean =>
  nameOf(a) === nameOf(b) && a.text === b.text && a.locale === b.locale

/** A change of one text: `before` as it was when it was opened (null: a new one), `after` as it shall be (null: none). */
export type Change = { readonly before: SpokenText | null; readonly after: SpokenText | null }

/**
 * The texts with one of them changed, in its place.
 * @returns null when it cannot be done any more: somebody else changed that one, or made another for the same place
 */
export function withChange(texts: readonly SpokenText[], { before, after }: Change): SpokenText[] | null {
  const at = before === null ? texts.length : texts.findIndex((text) => isSame(text, before))
  if (at === -1) return null
  const others = texts.filter((_, index) => index !== at)
  if (after === null) return others
  if (others.some((text) => nameOf(text) === nameOf(after))) return null
  return texts.toSpliced(at, 1, after)
}

/** A text as a form has it: empty where nothing was chosen. */
export type Draft = { on: Moment; locale: string; text: string } & Record<Scope, string>

export const draftOf = ({ on, locale, text, ...place }: SpokenText): Draft => ({
  ...{ on, locale, text },
  ...{ queue: place.queue ?? '', service: place.service ?? '', product: place.product ?? '', brand: place.brand ?? '' },
})

export function textOf({ on, locale, text, ...place }: Draft): SpokenText {
  const given = SCOPES.map((scope) => [scope, place[scope].trim()] as const).filter(([, value]) => value !== '')
  return { on, locale: locale.trim(), text: text.trim(), ...Object.fromEntries(given) }
}
