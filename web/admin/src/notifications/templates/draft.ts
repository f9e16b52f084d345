/** Texts of a template as the editor has them: all that a channel can have, empty where there is none. */
import type { Channel } from '../state.tsx'

/** The place of a text among those of its template. */
export type At = { key: string; channel: Channel; locale: string }

export type Texts = { title: string; body: string; html: string }

export const NOTHING: Texts = { title: '', body: '', html: '' }

export const textsOf = (kept: { title: string | null; body: string; html: string | null } | undefined): Texts =>
  kept === undefined ? NOTHING : { title: kept.title ?? '', body: kept.body, html: kept.html ?? '' }

/** What is sent to the program: what is empty is left out, and HTML is for e-mails only. */
export const sentOf = (channel: Channel, { title, body, html }: Texts) => ({
  ...(title.trim() === '' ? {} : { title }),
  body,
  ...(channel === 'email' && html.trim() !== '' ? { html } : {}),
})

export const isSame = (a: Texts, b: Texts): boolean => a.title === b.title && a.body === b.body && a.html === b.html

/** Puts a word where the cursor stands; without one, at the end. */
export function inserted(
  text: string,
  word: string,
  from: number | null,
  to: number | null,
): { text: string; at: number } {
  const start = from ?? text.length
  return { text: text.slice(0, start) + word + text.slice(to ?? start), at: start + word.length }
}
