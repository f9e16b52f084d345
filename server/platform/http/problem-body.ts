import { STATUS_CODES } from 'node:http'
import { isTransient } from '#platform/database.ts'
import { diskFull } from '#platform/disk.ts'
import { type Fault, Problem } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/** RFC 9457, with our stable `code`, the trace to quote to an operator, and every fault of the request. */
export type ProblemBody = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  messages?: Sentence
  traceId?: string
  errors?: Fault[]
  'violated-policies'?: string[]
}

const REGISTERED = 'https://iana.org/assignments/http-problem-types#'

function typeOf(problem: Problem): string {
  if (problem.code === 'rate-limit') return `${REGISTERED}quota-exceeded`
  if (problem.status === 503 || problem.code === 'overload') return `${REGISTERED}temporary-reduced-capacity`
  return 'about:blank'
}

/** The answer that tells a caller of a problem. A 400 or 422 always names at least one fault. */
export function problemBody(problem: Problem, traceId: string | undefined): ProblemBody {
  const { status, code, message, messages, faults } = problem
  const named = faults.length > 0 || (status !== 400 && status !== 422) ? faults : [{ path: '', message }]
  return {
    type: typeOf(problem),
    title: STATUS_CODES[status] ?? 'Problem',
    status,
    detail: message,
    code,
    ...(messages === undefined ? {} : { messages }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(named.length > 0 ? { errors: [...named] } : {}),
    ...(code === 'rate-limit' ? { 'violated-policies': ['default'] } : {}),
  }
}

/** Fastify's own refusals, by code: what the caller should read. Its remaining 4xx keep their own sentence. */
const FRAMEWORK: Record<string, [status: number, code: string, detail: string, es?: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body-too-large', 'The body is larger than 1 MB.', 'Es más grande que 1 MB.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'media-type', 'Send the body as application/json.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'content-length', 'The body is not as long as Content-Length says.'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'path-too-long', 'A part of the path is longer than 4,096 characters.'],
  FST_ERR_BAD_URL: [400, 'bad-url', 'The path is not a well-formed URL.'],
}

/**
 * Values that PostgreSQL cannot take although the schema let them pass: the caller's fault. Classes 22 and the
 * texts it refuses (NUL, lone surrogates) are listed one by one, since other codes of the class would be our own.
 */
const BAD_VALUE = new Set([
  '22001',
  '22003',
  '22007',
  '22008',
  '22021',
  '22023',
  '22P02',
  '22P03',
  '22P05',
  '22030',
  '22032',
])

const UNIQUE_VIOLATION = '23505'
const ROW_GUARD = 'CA001'
const DISK_FULL = '53100'

/**
 * What a failure means to the caller. Everything unforeseen is a 500 that says nothing of the inside.
 * @param jitter 0 to 1: spreads the retries of many callers
 */
export function toProblem(error: unknown, jitter: number): Problem {
  if (error instanceof Problem) return error
  const { code, statusCode, message } = (error ?? {}) as { code?: string; statusCode?: number; message?: string }
  const own = code === undefined ? undefined : FRAMEWORK[code]
  if (own !== undefined) {
    const [status, name, en, es] = own
    return new Problem(status, name, en, { cause: error, ...(es === undefined ? {} : { messages: { en, es } }) })
  }
  if (code?.startsWith('FST_') && statusCode !== undefined && statusCode < 500) {
    return new Problem(statusCode, 'bad-request', message ?? 'The request is not valid.', { cause: error })
  }
  if (code !== undefined && BAD_VALUE.has(code)) {
    return new Problem(
      400,
      'invalid',
      'A value cannot be stored: it is out of range or holds characters that are not allowed.',
      { cause: error },
    )
  }
  if (code === UNIQUE_VIOLATION)
    return new Problem(409, 'conflict', 'It exists already.', {
      messages: { en: 'It exists already.', es: 'Ya existe.' },
      cause: error,
    })
  if (code === ROW_GUARD) {
    const en = 'It was changed by somebody else at the same time; read it again.'
    const es = 'Alguien más lo cambió al mismo tiempo; vuelve a leerlo.'
    return new Problem(409, 'conflict', en, { messages: { en, es }, cause: error })
  }
  if (code === DISK_FULL) return diskFull(error)
  if (isTransient(error)) {
    return new Problem(503, 'unavailable', 'The database cannot be reached or is too busy; try again shortly.', {
      retryAfterS: 1 + Math.round(jitter * 2),
      cause: error,
    })
  }
  return new Problem(500, 'internal', 'Something failed on our side. Quote the trace id when you report it.', {
    cause: error,
  })
}
