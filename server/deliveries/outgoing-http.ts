import type { Agent } from 'undici'
import type { Runtime } from '#platform/service.ts'
import type { Database } from '#platform/work.ts'
import { type AllowList, assertPublicUrl, readAllowList } from './guard.ts'
import { guardedAgent, Refused, type Resolve, systemResolve } from './guarded-connect.ts'
import type { HttpAnswer, HttpRequest } from './http-answer.ts'
import { settings } from './settings.ts'

const READ_LIMIT = 65_536
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Set by the connection itself; a caller's own would smuggle. */
const FORBIDDEN = /^(host|connection|keep-alive|transfer-encoding|content-length|upgrade|expect|te|trailer|proxy-.*)$/i

/** Requests to the outside through the guard. One for each program: its connections are kept alive and shared. */
export type OutgoingHttp = {
  readonly allow: AllowList
  /**
   * Makes one request; the answer's body is read up to 64 KiB and never decompressed.
   * @throws `Refused` when the guard said no, else the reason for which there was no answer
   */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  close(): Promise<void>
}

const opened = new WeakMap<Database, OutgoingHttp>()

/** The outgoing side of this program, made with the first call. */
export function outgoingHttp(runtime: Pick<Runtime, 'database' | 'settings'>): OutgoingHttp {
  let http = opened.get(runtime.database)
  if (http === undefined) {
    http = createOutgoingHttp(runtime.settings.of(settings).CAUCE_WEBHOOK_ALLOW)
    opened.set(runtime.database, http)
  }
  return http
}

/** @param resolve how names are resolved; tests put their own */
export function createOutgoingHttp(allowed: readonly string[], resolve: Resolve = systemResolve()): OutgoingHttp {
  const allow = readAllowList(allowed)
  const agent = guardedAgent(allow, resolve)
  return {
    allow,
    async request(request, signal) {
      let current = request
      for (let hops = request.followRedirects ?? 0; ; hops--) {
        const answer = await exchange(agent, current, signal)
        if (hops <= 0 || !REDIRECTS.has(answer.status) || answer.headers.location === undefined) return answer
        current = redirected(current, answer, allow)
      }
    },
    close: () => agent.destroy(),
  }
}

function redirected(request: HttpRequest, answer: HttpAnswer, allow: AllowList): HttpRequest {
  const next = URL.parse(answer.headers.location ?? '', request.url)
  if (next === null) throw new Error('the redirect leads nowhere')
  const faults = assertPublicUrl(next.href, allow)
  if (faults[0] !== undefined) throw new Refused(`the redirect ${faults[0].message}`)
  const sameOrigin = next.origin === new URL(request.url).origin
  if (request.sameOrigin && !sameOrigin)
    throw new Refused('the redirect leads to another place, and the request carries a secret')
  const keepsBody = answer.status === 307 || answer.status === 308 || request.method === 'GET'
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).filter(
      ([name]) =>
        (sameOrigin || !/^(authorization|cookie|webhook-.*|x-api-key)$/i.test(name)) &&
        (keepsBody || !/^content-/i.test(name)),
    ),
  )
  return keepsBody
    ? { ...request, url: next.href, headers }
    : { ...request, url: next.href, headers, method: 'GET', body: undefined }
}

function exchange(agent: Agent, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(request.url)
    for (const name in request.headers) {
      if (FORBIDDEN.test(name)) {
        reject(new Refused(`the header ${name} is set by the connection`))
        return
      }
    }
    const keep = request.keepBytes ?? 4_096
    let abort: ((reason: Error) => void) | undefined
    let status = 0
    let headers: Record<string, string> = {}
    let chunks: Buffer[] | undefined
    let read = 0
    let over = false

    const settle = () => {
      over = true
      signal.removeEventListener('abort', onAbort)
    }
    const answer = (complete: boolean): HttpAnswer => {
      const all = chunks === undefined ? '' : cut(Buffer.concat(chunks), keep)
      return { status, headers, body: all, truncated: !complete || read > keep }
    }
    function onAbort(): void {
      if (over) return
      settle()
      const reason = signal.reason instanceof Error ? signal.reason : new Error('aborted')
      abort?.(reason)
      if (status !== 0 && request.statusSuffices) resolve(answer(false))
      else reject(reason)
    }
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    signal.addEventListener('abort', onAbort)
    agent.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: request.headers ?? null,
        body: request.body ?? null,
      },
      {
        onRequestStart(controller) {
          abort = (reason) => controller.abort(reason)
          // Timed out while it waited for a connection: it must not go out late.
          if (over) controller.abort(new Error('aborted'))
        },
        onResponseStart(_controller, code, raw) {
          // 1xx answers come first and are not the answer.
          if (code < 200) return
          status = code
          headers = flat(raw)
        },
        onResponseData(controller, chunk) {
          if (over) return
          if (read < keep) {
            chunks ??= []
            chunks.push(chunk)
          }
          read += chunk.length
          if (read > READ_LIMIT) {
            settle()
            resolve(answer(false))
            controller.abort(new Error('the answer is too long'))
          }
        },
        onResponseEnd() {
          if (over) return
          settle()
          resolve(answer(true))
        },
        onResponseError(_controller, error) {
          if (over) return
          settle()
          if (status !== 0 && request.statusSuffices) resolve(answer(false))
          else reject(isMalformed(error) ? new Refused(error.message) : error)
        },
      },
    )
  })
}

/** A method or header that no HTTP message may have. */
const isMalformed = (error: Error & { code?: string }) => error.code === 'UND_ERR_INVALID_ARG'

function flat(raw: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in raw) {
    const value = raw[name]
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return headers
}

/** The first bytes as text that PostgreSQL takes: no NUL, no half characters. */
function cut(bytes: Buffer, keep: number): string {
  return bytes.subarray(0, keep).toString('utf8').replaceAll('\u0000', '')
}
