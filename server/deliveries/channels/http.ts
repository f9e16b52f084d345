import { chainedHeaders, chainMember } from '#platform/chain.ts'
import type { Json } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import type { Attempt, Channel, Delivery, Prepared } from '../delivery.ts'
import { Refused } from '../guarded-connect.ts'
import { attemptOfAnswer, type HttpAnswer, type HttpRequest } from '../http-answer.ts'
import { outgoingHttp } from '../outgoing-http.ts'

/** `DeliveryDraft.request` of the channel: what a flow's `http` node asks for. */
export type HttpDelivery = {
  method: string
  url: string
  headers?: { [name: string]: string }
  /** The body as it leaves. */
  body?: string
  /** Delays between attempts (ms); default and most: 3 s and 10 s, so that three attempts fit a minute. */
  retryDelaysMs?: number[]
  /** How many of ours led to it. */
  hops?: number
  /** For each attempt; default and most: the channel's 15 s. */
  timeoutMs?: number
}

/** `DeliveryEnd.outcome` of the channel; null when no answer came. */
export type HttpOutcome = { status: number; headers: { [name: string]: string }; body: string; truncated: boolean }

const TIMEOUT_MS = 15_000
const KEEP_BYTES = 65_536
const REDIRECTS = 5
/** Statuses that may be different the next time. */
const PASSING = new Set([408, 425, 429])

type PreparedHttp = Prepared & { request: HttpRequest; timeoutMs: number; chain: string }

/** A call whose answer somebody waits for: few attempts, all within a minute; its answer is handed on. */
export function httpChannel(runtime: Pick<Runtime, 'database' | 'settings' | 'clock'>): Channel<PreparedHttp> {
  const http = outgoingHttp(runtime)
  return {
    name: 'http',
    schedule: [3_000, 10_000],
    timeoutMs: TIMEOUT_MS,
    prepare: async (rows) => rows.map(prepareHttp),
    async send({ request, timeoutMs, chain }, _delivery, whole, trace) {
      const signal = timeoutMs < TIMEOUT_MS ? AbortSignal.any([whole, AbortSignal.timeout(timeoutMs)]) : whole
      const headers = { ...request.headers, ...chainedHeaders(trace, chain) }
      try {
        const answer = await http.request({ ...request, headers }, signal)
        return judge(answer, runtime.clock.wall())
      } catch (error) {
        // A new try would be refused in the same way.
        if (error instanceof Refused) return { verdict: 'permanent', error: error.message }
        throw error
      }
    },
  }
}

function prepareHttp(row: Delivery): PreparedHttp {
  const { method, url, headers, body, retryDelaysMs, timeoutMs = TIMEOUT_MS, hops = 1 } = row.request as HttpDelivery
  return {
    summary: `${method} ${url}`,
    timeoutMs,
    chain: chainMember({ hops, cause: row.cause }),
    ...(retryDelaysMs === undefined ? {} : { schedule: retryDelaysMs }),
    request: {
      method,
      url,
      // A receiver that keeps ids does the work once, however often it is asked.
      headers: { 'user-agent': 'Cauce', 'idempotency-key': row.id, ...headers },
      body,
      followRedirects: REDIRECTS,
      keepBytes: KEEP_BYTES,
    },
  }
}

function judge(answer: HttpAnswer, now: number): Attempt {
  const { status, headers, body, truncated } = answer
  const attempt = attemptOfAnswer(answer, now)
  const outcome: HttpOutcome = { status, headers: { ...headers }, body, truncated }
  const final = attempt.verdict !== 'delivered' && status < 500 && !PASSING.has(status)
  return { ...attempt, verdict: final ? 'permanent' : attempt.verdict, outcome: outcome as unknown as Json }
}
