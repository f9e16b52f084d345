/** JSON that a person writes. */

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a text writes; undefined: it is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The object that a text writes; null: it writes none. Nothing written is an empty one. */
export function objectIn(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return {}
  const value = jsonIn(text)
  return isObject(value) ? value : null
}

/** JSON where it is JSON, else the text as it was written. */
export function jsonOrText(text: string): unknown {
  const value = jsonIn(text)
  return value === undefined ? text : value
}
