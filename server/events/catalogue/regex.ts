import { RE2JS } from 're2js'
import type { Sentence } from '#platform/sentence.ts'
import { storable } from '#platform/storable.ts'

/** A compiled pattern that is matched in time linear in the text, as ajv asks for one. */
export type LinearRegex = { test(text: string): boolean }

/**
 * A regular expression of JSON Schema on an engine without backtracking: who writes a pattern must not be able to stop
 * the program with it.
 * @returns the expression, or why it is none
 */
export function compileRegex(pattern: string): LinearRegex | { wrong: Sentence } {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern))
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error)
    const why = storable(reason, 200)
    return {
      wrong: {
        en: `is no pattern that runs in linear time (no look-around, no back-references): ${why}`,
        es: `no es un patrón que termine en tiempo lineal (sin miradas alrededor ni referencias atrás): ${why}`,
      },
    }
  }
}
