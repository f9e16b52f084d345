import type { Author } from '#conversations/encounters/encounter.ts'
import type { Words } from '#conversations/links/words.ts'
import type { Language } from '#platform/http/language.ts'
import { escapeHtml } from '#platform/liquid.ts'

/** `n`: its number in the thread. */
export type ThreadMessage = { n: number; from: Author; text: string; at: number }

/** How the person reads dates and times. */
export type Reader = {
  language: Language
  /** Their own: times are written as is usual where they live. */
  locale: string | null
  /** The person's zone; null: the browser shows times in its own. */
  timeZone: string | null
}

/** Characters that turn the letters after them round: what is read is then not what was written. */
const OVERRIDES = /[\u202d\u202e]/g

/** A text of people for the page: escaped, and in the order in which it was written. */
export const shown = (text: string): string => escapeHtml(text.replace(OVERRIDES, ''))

/**
 * Messages as items of the page's list, with a line where a day begins.
 * @param before the message before the first of them; null: none is shown there
 */
export function threadItems(
  messages: readonly ThreadMessage[],
  reader: Reader,
  words: Words,
  before: ThreadMessage | null,
): string {
  const [day, time] = formats(reader)
  const who: Record<Author, string> = { patient: words.you, agent: words.us, bot: words.assistant, system: '' }
  const local = reader.timeZone === null ? ' data-local' : ''
  let last = before === null ? '' : day.format(before.at)
  return messages
    .map(({ from, text, at }) => {
      const date = day.format(at)
      const separator = date === last ? '' : `<li class="day">${escapeHtml(date)}</li>`
      last = date
      const label = who[from] === '' ? '' : `${escapeHtml(who[from])} · `
      const stamp = `<small>${label}<time datetime="${new Date(at).toISOString()}"${local}>${escapeHtml(time.format(at))}</time></small>`
      return `${separator}<li class="m ${from}"><p dir="auto">${shown(text)}</p>${stamp}</li>`
    })
    .join('')
}

/** Times have 24 hours, as Spanish is read everywhere; English twelve where the person's locale names such a place. */
function formats({ language, locale, timeZone }: Reader): [day: Intl.DateTimeFormat, time: Intl.DateTimeFormat] {
  const zone = timeZone ?? 'UTC'
  const place = placeOf(language, locale)
  const day = new Intl.DateTimeFormat(place ?? language, {
    timeZone: zone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  })
  const time = new Intl.DateTimeFormat(place ?? language, {
    timeZone: zone,
    hour: 'numeric',
    minute: '2-digit',
    ...(language === 'es' || place === null ? { hourCycle: 'h23' } : {}),
  })
  return [day, time]
}

/** The person's locale, if it is one of the page's language and names a place. */
function placeOf(language: Language, locale: string | null): string | null {
  try {
    const own = new Intl.Locale((locale ?? '').replaceAll('_', '-'))
    return own.language === language && own.region !== undefined ? own.toString() : null
  } catch {
    return null
  }
}
