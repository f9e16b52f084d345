import type { Links } from '#conversations/links/links.ts'
import type { Veil } from '#platform/http/veil.ts'

/**
 * Fewer characters are no link: what is missing of one that was cut off could not be guessed. Whoever wrote it, for an address
 * of this form nobody needs the rest.
 */
const OF_URL = '(?:\\/|%(?:25)*2[Ff]|\\\\u002[Ff])r(?:\\\\*\\/|%(?:25)*2[Ff]|\\\\*u002[Ff])'
/** A token by itself, as an app's own address may have it: by its first byte, and then by its MAC. Escapes may stand before it. */
const BEFORE = '(?:(?<![\\w-])|(?<=%[\\dA-Fa-f]{2})|(?<=\\\\(?:[bfnrt]|u[\\dA-Fa-f]{4})))'
const FOUND = new RegExp(`(${OF_URL})[\\w-]{40,}|${BEFORE}A[Q-Za-v][\\w-]{54,}`, 'g')

/** No letter of a token, so that it opens nothing. */
export const HIDDEN = '***'

/**
 * A signed link lets whoever has it speak as the person it was made for. So it is for those who may write conversations
 * anyway: all others read that there was one, wherever it stands: in what was sent, attempted, told or noted.
 */
export const linkVeil = ({ read }: Pick<Links, 'read'>): Veil => ({
  liftedBy: 'conversations:write',
  async hide(text) {
    const found = [...text.matchAll(FOUND)]
    if (found.length === 0) return text
    const parts: string[] = []
    let at = 0
    for (const match of found) {
      const [whole, path] = match
      if (path === undefined && (await read(whole)) === null) continue
      parts.push(text.slice(at, match.index), path ?? '', HIDDEN)
      at = match.index + whole.length
    }
    return parts.join('') + text.slice(at)
  },
})
