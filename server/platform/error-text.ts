const MAX_CHARACTERS = 2_000

/**
 * What an error says, in a form that PostgreSQL can keep: an error that quotes what it could not read may hold a NUL
 * or half a character, and whoever keeps it would fail in its turn.
 */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.slice(0, MAX_CHARACTERS).replaceAll('\u0000', '').toWellFormed()
}
