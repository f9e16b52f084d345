import type { Json } from '#platform/event.ts'

/*
 * Most texts are words with a few outputs like `{{ contact.name }}` in between. Those need no engine: ten times as many
 * are made in the same time. What they come to is what the engine makes of them, and where that is not sure the engine
 * is asked.
 */

/** Words and the paths between them: word, path, word, path, …, word. */
export type PlainText = { readonly words: readonly string[]; readonly paths: readonly (readonly string[])[] }

const OUTPUT = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}\}/g
/** Names that the engine gives a meaning of its own. */
const MEANT = /^(size|first|last|true|false|nil|null|empty|blank)$/

/** The text in pieces, or null: it asks for more than values of plain paths. */
export function plainText(source: string): PlainText | null {
  const words: string[] = []
  const paths: string[][] = []
  let from = 0
  for (const found of source.matchAll(OUTPUT)) {
    words.push(source.slice(from, found.index))
    const path = (found[1] as string).split('.')
    if (path.some((name, i) => MEANT.test(name) && !(i === 0 && path.length > 1 && name === 'last'))) return null
    paths.push(path)
    from = found.index + found[0].length
  }
  words.push(source.slice(from))
  return words.some((word) => word.includes('{{') || word.includes('{%')) ? null : { words, paths }
}

/** The text with its values; null: one is absent, or no text, number or truth: the engine knows what to do. */
export function renderPlain(
  { words, paths }: PlainText,
  scope: { readonly [name: string]: Json },
  escaped: ((value: unknown) => string) | undefined,
): string | null {
  let made = words[0] as string
  for (let i = 0; i < paths.length; i++) {
    let value: unknown = scope
    for (const name of paths[i] as readonly string[]) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null
      value = (value as { [name: string]: unknown })[name]
    }
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null
    made += escaped === undefined ? String(value) : escaped(value)
    made += words[i + 1] as string
  }
  return made
}
