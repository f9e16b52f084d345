import { storable } from '#platform/storable.ts'

const MAX_CHARACTERS = 2_000

/**
 * What an error says, in a form that PostgreSQL can keep: an error that quotes what it could not read may hold a NUL
 * or half a character, and whoever keeps it would fail in its turn.
 */
export const errorText = (error: unknown): string =>
  storable(error instanceof Error ? error.message : String(error), MAX_CHARACTERS)
