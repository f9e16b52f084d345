import { type HttpSink, httpSink, type SinkAnswer, type SinkRequest } from './http-sink.ts'
import { type Received, recorder, type SinkOptions } from './received.ts'

export type ReceivedPush = {
  to: string
  title: string | null
  body: string
  deepLink: string | null
  data: Readonly<Record<string, unknown>>
  idempotencyKey: string | null
  traceparent: string | null
  /** False for a repeat of an idempotency key: a provider shows it once. */
  first: boolean
}

export type PushSink = HttpSink & {
  received: Received<ReceivedPush>
  /** From now on answers this status (503, 410, …) instead of taking anything; null: works again. */
  breakWith(status: number | null): void
  /** Requests refused so far: broken or malformed. */
  readonly refused: number
}

/** A push provider for the demo and for tests: `POST /api/v1/push`, strict about what it takes. */
/** Ids that are remembered, to tell a repeat. */
const MOST_SEEN = 100_000

export async function startPushSink(options: SinkOptions<ReceivedPush> = {}): Promise<PushSink> {
  const received = recorder(options)
  const seen = new Set<string>()
  let broken: number | null = null
  let refused = 0
  let taken = 0

  function answer(request: SinkRequest): SinkAnswer {
    const push = broken === null ? readPush(request) : broken
    if (typeof push === 'number') {
      refused += 1
      return { status: push }
    }
    const first = push.idempotencyKey === null || !seen.has(push.idempotencyKey)
    if (seen.size >= MOST_SEEN) seen.clear()
    if (push.idempotencyKey !== null) seen.add(push.idempotencyKey)
    taken += 1
    received.add({ ...push, first })
    return { status: 202, body: { notificationId: `push-${taken}` } }
  }

  const sink = await httpSink(answer, options.port)
  return {
    ...sink,
    received,
    breakWith(status) {
      broken = status
    },
    get refused() {
      return refused
    },
  }
}

const FIELDS = new Set(['to', 'title', 'body', 'deepLink', 'data'])

/** The push that a request carries, or the status that refuses it. */
function readPush({ method, path, headers, body }: SinkRequest): Omit<ReceivedPush, 'first'> | number {
  if (path !== '/api/v1/push') return 404
  if (method !== 'POST') return 405
  if (!headers['content-type']?.startsWith('application/json')) return 415
  const parsed = parse(body)
  if (parsed === null || Object.keys(parsed).some((name) => !FIELDS.has(name))) return 400
  const { to, title = null, body: text, deepLink = null, data = {} } = parsed
  if (typeof to !== 'string' || to === '' || typeof text !== 'string' || text === '') return 400
  if (title !== null && typeof title !== 'string') return 400
  if (deepLink !== null && (typeof deepLink !== 'string' || URL.parse(deepLink) === null)) return 400
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return 400
  return {
    to,
    title,
    body: text,
    deepLink,
    data: data as Record<string, unknown>,
    idempotencyKey: headers['idempotency-key'] ?? null,
    traceparent: headers.traceparent ?? null,
  }
}

function parse(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
