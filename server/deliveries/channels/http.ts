import { chainedHeaders, chainMember } from '#platform/chain.ts'
import type { Json } from '#platform/event.ts'
import type { Runtime } from '#platform/service.ts'
import { secretKey, type Vault } from '#secrets/index.ts'
import type { Attempt, Channel, Delivery, Prepared } from '../delivery.ts'
import { Refused } from '../guarded-connect.ts'
import { attemptOfAnswer, type HttpAnswer, type HttpRequest } from '../http-answer.ts'
import { outgoingHttp } from '../outgoing-http.ts'
import { cleaned, filled, type Piece, secretsOf } from './secrets-in.ts'

/** `DeliveryDraft.request` of the channel: what a flow's `http` node asks for. Secrets stand in it by name. */
export type HttpDelivery = {
  method: string
  url: string
  headers?: { readonly [name: string]: string | readonly Piece[] }
  /** The body as it leaves. */
  body?: string | readonly Piece[]
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

type PreparedHttp = Prepared & {
  request: HttpRequest
  timeoutMs: number
  chain: string
  /** Values that nothing of the answer may show. */
  secrets: readonly string[]
  /** Why it cannot be sent. */
  refused: string | null
}

/** A call whose answer somebody waits for: few attempts, all within a minute; its answer is handed on. */
export function httpChannel(
  runtime: Pick<Runtime, 'database' | 'settings' | 'clock'>,
  vault: Vault,
): Channel<PreparedHttp> {
  const http = outgoingHttp(runtime)
  return {
    name: 'http',
    schedule: [3_000, 10_000],
    timeoutMs: TIMEOUT_MS,
    awaited: true,
    async prepare(rows, db) {
      // Before each attempt: a value that was replaced meanwhile holds at once.
      const wanted = rows.flatMap(({ tenant, request }) =>
        secretsOf(request as HttpDelivery).map((name) => ({ tenant, name })),
      )
      const values = await vault.reveal(db, wanted)
      return rows.map((row) => prepareHttp(row, (name) => values.get(secretKey({ tenant: row.tenant, name }))))
    },
    async send({ request, timeoutMs, chain, secrets, refused }, _delivery, whole, trace) {
      if (refused !== null) return { verdict: 'permanent', error: refused }
      const own = timeoutMs < TIMEOUT_MS ? AbortSignal.timeout(timeoutMs) : undefined
      const signal = own === undefined ? whole : AbortSignal.any([whole, own])
      const headers = { ...request.headers, ...chainedHeaders(trace, chain) }
      try {
        const answer = await http.request({ ...request, headers }, signal)
        return judge(cleaned(answer, secrets), runtime.clock.wall())
      } catch (error) {
        // A new try would be refused in the same way.
        if (error instanceof Refused) return { verdict: 'permanent', error: error.message }
        if (own?.aborted === true && !whole.aborted) {
          return { verdict: 'retry', error: `no answer within ${timeoutMs / 1000} s` }
        }
        throw error
      }
    },
  }
}

function prepareHttp(row: Delivery, secretOf: (name: string) => string | undefined): PreparedHttp {
  const asked = row.request as HttpDelivery
  const { method, url, retryDelaysMs, timeoutMs = TIMEOUT_MS, hops = 1 } = asked
  const { headers, body, secrets, refused } = filled(asked, secretOf)
  return {
    summary: `${method} ${url}`,
    timeoutMs,
    chain: chainMember({ hops, cause: row.cause }),
    secrets,
    refused,
    ...(retryDelaysMs === undefined ? {} : { schedule: retryDelaysMs }),
    request: {
      method,
      url,
      // A receiver that keeps ids does the work once, however often it is asked.
      headers: { 'user-agent': 'Cauce', 'idempotency-key': row.id, ...headers },
      body,
      followRedirects: REDIRECTS,
      // A secret is for the place that its author wrote.
      sameOrigin: secrets.length > 0,
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
