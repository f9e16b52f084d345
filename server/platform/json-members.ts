/**
 * Names that stand twice in one object of a JSON text. JSON.parse takes the last, other readers the first, so that two
 * who look at the same text see different things. Every member has one colon outside the strings: where there are more
 * of them in the text than members in the value, a name was repeated; only then is the text searched.
 */

/** How many members all objects in a value have together. The value is one that JSON.parse made, of bounded depth. */
export function memberCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += memberCount(item)
    return count
  }
  const members = value as { [name: string]: unknown }
  // Faster than Object.keys, and the same: nothing that can be enumerated is inherited.
  for (const name in members) {
    count += 1
    const member = members[name]
    if (typeof member === 'object') count += memberCount(member)
  }
  return count
}

type Level = { path: string; names: Set<string> | null; name: string; index: number; named: boolean }

/**
 * The places (JSON Pointers) of names that an object has had already, at most `most`.
 * @param text valid JSON
 */
export function repeatedMembers(text: string, most: number): string[] {
  const found: string[] = []
  const levels: Level[] = []
  const pathOf = ({ path, names, name, index }: Level) => `${path}/${names === null ? index : pointerPart(name)}`
  for (let at = 0; at < text.length && found.length < most; at++) {
    const level = levels.at(-1)
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at)
        if (level !== undefined && level.names !== null && !level.named) {
          level.name = JSON.parse(text.slice(at, end + 1))
          level.named = true
          if (level.names.has(level.name)) found.push(pathOf(level))
          level.names.add(level.name)
        }
        at = end
        break
      }
      case '{':
      case '[':
        levels.push({
          path: level === undefined ? '' : pathOf(level),
          names: text[at] === '{' ? new Set() : null,
          name: '',
          index: 0,
          named: false,
        })
        break
      case '}':
      case ']':
        levels.pop()
        break
      case ',':
        if (level !== undefined) {
          level.index += 1
          level.named = false
        }
        break
    }
  }
  return [...new Set(found)]
}

const QUOTE = '"'
const BACKSLASH = 0x5c

/** Index of the quote that closes the string opened at `at`; the end of the text when there is none. */
export function endOfString(text: string, at: number): number {
  let end = text.indexOf(QUOTE, at + 1)
  while (end !== -1 && text.charCodeAt(end - 1) === BACKSLASH) {
    let slashes = end - 1
    while (slashes > at && text.charCodeAt(slashes - 1) === BACKSLASH) slashes--
    if ((end - slashes) % 2 === 0) return end
    end = text.indexOf(QUOTE, end + 1)
  }
  return end === -1 ? text.length : end
}

/** A name as a part of a JSON Pointer that can be written and stored. */
export const pointerPart = (name: string): string =>
  name.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('\u0000', '\\u0000').toWellFormed()
