import type { Attempt, Verdict } from './delivery.ts'
import { retryAfterMs } from './schedule.ts'

export type HttpRequest = {
  method: string
  /** http or https; judged by the guard at each connection. */
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  /** Most redirects followed, each hop judged again (default 0: a 3xx is a failure). */
  followRedirects?: number
  /** A redirect that leads to another origin is refused. */
  sameOrigin?: boolean
  /** Most bytes of the answer kept (default 4096). Reading stops at 64 KiB in any case. */
  keepBytes?: number
  /** The status says all: an answer whose body breaks off or never ends counts as it began (webhooks). */
  statusSuffices?: boolean
}

export type HttpAnswer = {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
  /** More came than was kept. */
  truncated: boolean
}

/** Headers of an answer that are worth keeping in the attempt log. */
const KEPT = ['content-type', 'content-length', 'retry-after', 'location', 'server', 'date', 'x-request-id']

/** What an answer means to a sender of webhooks (contracts: Standard Webhooks, "handling of answers"). */
function verdictOfStatus(status: number): Verdict {
  if (status >= 200 && status < 300) return 'delivered'
  if (status === 410) return 'dead'
  if (status === 429 || status === 502 || status === 504) return 'throttle'
  return 'retry'
}

/**
 * An answer as an attempt of the log.
 * @param now wall milliseconds, for `Retry-After`
 */
export function attemptOfAnswer(answer: HttpAnswer, now: number): Attempt {
  const verdict = verdictOfStatus(answer.status)
  const after = verdict === 'delivered' ? undefined : retryAfterMs(answer.headers['retry-after'], now)
  const headers: Record<string, string> = {}
  for (const name of KEPT) {
    const value = answer.headers[name]
    if (value !== undefined) headers[name] = value.slice(0, 500)
  }
  return {
    verdict,
    status: answer.status,
    headers,
    body: answer.body,
    ...(after === undefined ? {} : { notBefore: now + after }),
    ...(verdict === 'delivered' ? {} : { error: `the receiver answered ${answer.status}` }),
  }
}
