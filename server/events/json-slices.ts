import { endOfString } from '#platform/json-members.ts'

/**
 * Cutting members out of a JSON text without parsing what they hold: numbers beyond 2^53, key order and spelling
 * stay as they came. The text must be valid JSON already, of which no name stands twice in an object.
 */

/** The texts of an array's elements. */
export function elementTexts(text: string): string[] {
  const texts: string[] = []
  let at = skipSpace(text, skipSpace(text, 0) + 1)
  while (text.charAt(at) !== ']') {
    const end = endOfValue(text, at)
    texts.push(text.slice(at, end))
    at = skipSpace(text, end)
    if (text.charAt(at) === ',') at = skipSpace(text, at + 1)
  }
  return texts
}

/** The texts of an object's members by name, in order. */
export function memberTexts(text: string): Map<string, string> {
  const members = new Map<string, string>()
  let at = skipSpace(text, skipSpace(text, 0) + 1)
  while (text.charAt(at) !== '}') {
    const keyEnd = endOfString(text, at) + 1
    const keyText = text.slice(at, keyEnd)
    const key: string = keyText.includes('\\') ? JSON.parse(keyText) : keyText.slice(1, -1)
    at = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = endOfValue(text, at)
    members.set(key, text.slice(at, end))
    at = skipSpace(text, end)
    if (text.charAt(at) === ',') at = skipSpace(text, at + 1)
  }
  return members
}

/** Writes an object from names and JSON texts. */
export function objectText(members: Iterable<readonly [string, string]>): string {
  let text = ''
  for (const [key, value] of members) text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${value}`
  return text === '' ? '{}' : `${text}}`
}

function skipSpace(text: string, at: number): number {
  let next = at
  while (next < text.length && text.charCodeAt(next) <= 0x20) next++
  return next
}

function endOfValue(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = endOfString(text, i)
        if (depth === 0) return i + 1
        break
      case 0x7b: // {
      case 0x5b: // [
        depth++
        break
      case 0x7d: // }
      case 0x5d: // ]
        if (depth === 0) return i
        if (--depth === 0) return i + 1
        break
      case 0x2c: // ,
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
        if (depth === 0) return i
        break
    }
  }
  return text.length
}
