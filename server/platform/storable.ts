/** A text as PostgreSQL keeps it, which takes neither NUL nor half characters, whatever somebody sent. */
export const storable = (text: string, most = Number.POSITIVE_INFINITY): string =>
  text.slice(0, most).replaceAll('\u0000', '').toWellFormed()

// An odd number of backslashes before it makes it an escape and not a text about one.
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/

/** Whether PostgreSQL keeps every text and name of a value as it is. @param json as `JSON.stringify` writes it */
export const isStorableJson = (json: string): boolean => !UNSTORABLE.test(json)
