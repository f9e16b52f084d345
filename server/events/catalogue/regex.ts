import { RE2JS } from 're2js'

/** A compiled pattern that is matched in time linear in the text, as ajv asks for one. */
export type LinearRegex = { test(text: string): boolean }

/**
 * A regular expression of JSON Schema on an engine without backtracking: who writes a pattern must not be able to stop
 * the program with it.
 * @returns the expression, or why it is none
 */
export function compileRegex(pattern: string): LinearRegex | string {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(pattern))
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error)
    return `is no pattern that runs in linear time (no look-around, no back-references): ${reason.slice(0, 200)}`
  }
}
