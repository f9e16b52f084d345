import type { Json } from '#platform/event.ts'
import { endOfString, pointerPart } from '#platform/json-members.ts'

/** Shorter ones are exact: 2^53 has 16 digits. */
const LONG = /[0-9]{16}/
const WHOLE = /^-?[0-9]+$/

/** Whether a JSON text may hold a whole number that JavaScript cannot. */
export const mayRound = (text: string): boolean => LONG.test(text)

/**
 * The value of a JSON text, with whole numbers beyond 2^53 as the text of their digits. JavaScript rounds them: the id
 * 9007199254740993 of one order would become that of another.
 * @throws SyntaxError
 */
export const exactJson = (text: string): Json => JSON.parse(mayRound(text) ? withLong(text, (n) => `"${n}"`) : text)

/** No text that passed the doors holds it. */
const NUL = '\u0000'

/** The places (JSON Pointers) of whole numbers that JavaScript reads as others, at most `most`, in a text that passed the doors. */
export function roundedPlaces(text: string, most: number): string[] {
  const places: string[] = []
  const way: (string | number)[] = []
  const enter = (name: string | number, part: unknown): void => {
    if (part === NUL) places.push([...way, name].map((step) => `/${pointerPart(String(step))}`).join(''))
    else if (typeof part === 'object' && part !== null) {
      way.push(name)
      look(part)
      way.pop()
    }
  }
  const look = (value: object): void => {
    if (Array.isArray(value)) for (let i = 0; i < value.length && places.length < most; i++) enter(i, value[i])
    else for (const [name, part] of Object.entries(value)) if (places.length < most) enter(name, part)
  }
  const marked = mayRound(text) ? withLong(text, (n) => (String(Number(n)) === n ? n : '"\\u0000"')) : text
  if (marked === text) return places
  const value: unknown = JSON.parse(marked)
  if (value === NUL) return ['']
  look(value as object)
  return places
}

/** A pass over the text and not a reviver, which takes half a second for a megabyte of small numbers around a long one. */
function withLong(text: string, write: (number: string) => string): string {
  let made = ''
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (isNumberPart(code)) {
      const start = at
      while (isNumberPart(text.charCodeAt(at + 1))) at++
      if (at - start < 15) continue
      const number = text.slice(start, at + 1)
      const value = Number(number)
      if (!WHOLE.test(number) || !Number.isFinite(value) || Number.isSafeInteger(value)) continue
      made += text.slice(from, start) + write(number)
      from = at + 1
    }
  }
  return made + text.slice(from)
}

const QUOTE = 0x22

/** Of `true` and `false` too, whose `e` is no number. */
const isNumberPart = (code: number) =>
  (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === 0x2d
