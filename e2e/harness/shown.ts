/** Compares answers with how a document shows them: fields may be left out, `…` stands for what differs each time. */

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Whether a text is the one shown, `…` being any. */
export const matches = (text: string, shown: string): boolean =>
  new RegExp(`^${shown.split('…').map(literal).join('[\\s\\S]*')}$`).test(text)

/**
 * What is shown and is not so, by JSON pointer; empty when all holds. Lists have the length shown.
 * @param at where in the answer
 */
export function differences(actual: unknown, shown: unknown, at = ''): string {
  const said = () => `${at || '/'} is ${JSON.stringify(actual)}, shown as ${JSON.stringify(shown)}\n`
  if (typeof shown === 'string') return typeof actual === 'string' && matches(actual, shown) ? '' : said()
  if (typeof shown !== 'object' || shown === null) return actual === shown ? '' : said()
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual) !== Array.isArray(shown)) return said()
  if (Array.isArray(shown) && shown.length !== (actual as unknown[]).length) return said()
  return Object.entries(shown)
    .map(([key, value]) => differences((actual as Record<string, unknown>)[key], value, `${at}/${key}`))
    .join('')
}
