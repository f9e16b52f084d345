/** What the program answers when it refuses: RFC 9457, with a path for each field at fault. */
export type Problem = {
  type?: string
  title?: string
  status: number
  detail?: string
  /** Stable, whatever the words are. */
  code?: string
  /** The detail in both languages, where the program has it. */
  messages?: { es?: string; en?: string }
  traceId?: string
  /** How long to wait before asking again, where the program says so. */
  retryAfterMs?: number
  errors?: { path: string; message: string; messages?: { es?: string; en?: string }; nodeId?: string; label?: string }[]
  [more: string]: unknown
}

/** A refusal of the program, or no answer at all (status 0). */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`)
    this.status = problem.status
    this.problem = problem
  }
}

/** The refusal that a response tells of; one of a proxy, which is no problem+json, keeps its status and how long to wait. */
export async function problemOf(response: Response): Promise<Problem> {
  const { status, statusText, headers } = response
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const told = { status, ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}) }
  try {
    const body: unknown = await response.clone().json()
    if (typeof body === 'object' && body !== null) return { ...body, ...told }
  } catch {
    // Not JSON.
  }
  return { ...told, title: statusText }
}

/** For a form: what is wrong with each of its fields, in the reader's language where the program has it. `/data/url` is `data.url`. */
export function fieldErrors(error: unknown, language: 'es' | 'en'): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    (error.problem.errors ?? []).map(({ path, message, messages }) => [
      path.replace(/^\//, '').replaceAll('/', '.'),
      messages?.[language] ?? message,
    ]),
  )
}
