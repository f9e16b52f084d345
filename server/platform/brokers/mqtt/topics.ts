/**
 * Topics and filters of MQTT 3.1.1 and 5 (4.7): levels split by `/`, empty ones count; `+` is exactly one level, `#` any
 * number of trailing ones, the parent included; neither matches a first level that begins with `$`.
 */

const MAX_BYTES = 65_535
/** More levels than anybody needs, so that matching stays cheap. */
const MAX_LEVELS = 64

function textFault(text: unknown): string | null {
  if (typeof text !== 'string') return 'must be a string'
  if (text === '') return 'must not be empty'
  if (Buffer.byteLength(text) > MAX_BYTES) return `must have at most ${MAX_BYTES} bytes`
  if (/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(text)) return 'must not hold control characters'
  if (text.split('/').length > MAX_LEVELS) return `must have at most ${MAX_LEVELS} levels`
  return null
}

/** Why a text is no topic that can be published to; null when it is well. */
export function topicFault(topic: unknown): string | null {
  const fault = textFault(topic)
  if (fault !== null) return fault
  return /[+#]/.test(topic as string) ? 'must not hold + or #' : null
}

/** Why a text is no filter that can be subscribed to; null when it is well. */
export function filterFault(filter: unknown): string | null {
  const fault = textFault(filter)
  if (fault !== null) return fault
  const levels = (filter as string).split('/')
  for (const [at, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || at !== levels.length - 1)) return 'may hold # only as its last level'
    if (level.includes('+') && level !== '+') return 'may hold + only as a whole level'
  }
  return null
}

/** Whether a filter (a valid one) matches a topic. */
export function matchesFilter(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && (filter.startsWith('+') || filter.startsWith('#'))) return false
  const expected = filter.split('/')
  const levels = topic.split('/')
  for (const [at, level] of expected.entries()) {
    if (level === '#') return levels.length >= at
    if (at >= levels.length) return false
    if (level !== '+' && level !== levels[at]) return false
  }
  return levels.length === expected.length
}

/** Whether every topic that `narrow` matches is matched by `wide` too. */
export function coversFilter(wide: string, narrow: string): boolean {
  if (wide === narrow) return true
  if (narrow.startsWith('$') && (wide.startsWith('+') || wide.startsWith('#'))) return false
  const expected = wide.split('/')
  const levels = narrow.split('/')
  for (const [at, level] of expected.entries()) {
    if (level === '#') return levels.length >= at
    const other = levels[at]
    if (other === undefined || other === '#') return false
    if (level === '+' ? false : level !== other) return false
  }
  return levels.length === expected.length
}

/**
 * The filters without those that another one covers: a broker may send a message once for each filter that matches, and
 * what came twice could not be told from what was sent twice.
 */
export function widestFilters(filters: Iterable<string>): string[] {
  const all = [...new Set(filters)]
  return all.filter((filter) => !all.some((other) => other !== filter && coversFilter(other, filter))).sort()
}

/** A shared subscription (MQTT 5, 4.8.2): of the sessions of a group each message goes to one. */
export const sharedFilter = (group: string, filter: string): string => `$share/${group}/${filter}`
