/** Names under which the protocol knows what went wrong; the client wraps them several deep. */
export function errorIds(error: unknown): readonly string[] {
  const found: string[] = []
  walk(error, (one) => {
    if (typeof one.apiId === 'string') found.push(one.apiId)
  })
  return found
}

type Wrapped = Error & { apiId?: unknown; errors?: unknown; cause?: unknown }

function walk(error: unknown, visit: (error: Wrapped) => void): void {
  if (!(error instanceof Error)) return
  const { errors, cause } = error as Wrapped
  visit(error)
  if (Array.isArray(errors)) for (const inner of errors) walk(inner, visit)
  walk(cause, visit)
}

const SHOWN = 300

/** What an operator is told: the innermost words, each once. The outer ones only say that something failed. */
export function errorWords(error: unknown): string {
  const words = new Set<string>()
  walk(error, (one) => {
    const inner = one.cause instanceof Error || (Array.isArray(one.errors) && one.errors.length > 0)
    if (!inner) words.add(typeof one.apiId === 'string' ? `${one.apiId} (${one.message})` : one.message)
  })
  return [...words].join('; ').slice(0, SHOWN) || String(error).slice(0, SHOWN)
}

const OF_THE_MESSAGE = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
])
const OF_THE_TOPIC = new Set(['TOPIC_AUTHORIZATION_FAILED', 'INVALID_TOPIC_EXCEPTION', 'UNKNOWN_TOPIC_OR_PARTITION'])

/** What would fail however often it is sent; null: it may pass. */
export function lastingFault(error: unknown): 'message' | 'topic' | null {
  const ids = errorIds(error)
  // With what passes among them it is not known what became of the rest.
  if (ids.length === 0) return null
  if (ids.every((id) => OF_THE_MESSAGE.has(id))) return 'message'
  return ids.every((id) => OF_THE_TOPIC.has(id)) ? 'topic' : null
}
