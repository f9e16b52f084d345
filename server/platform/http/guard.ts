import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '#platform/clock.ts'
import { bringsCredential, credentialOf, unauthenticated } from '#platform/http/credential.ts'
import type { Networks } from '#platform/http/networks.ts'
import type { RateLimiter } from '#platform/http/rate-limit.ts'
import type { Identity, Route } from '#platform/http/route.ts'
import { Problem } from '#platform/problem.ts'
import { incomingTrace, nextTrace, type Trace } from '#platform/trace-context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until the guard let the request in, and always on public routes. */
    identity: Identity | null
    /** The span of this request. */
    traceparent: Trace
    /** `performance.now()` when its head was read. */
    startedAtMs: number
  }
}

/**
 * Who a credential belongs to; null when nobody's. Answers without a promise while it is
 * known in memory, which is nearly always.
 */
export type Authenticate = (credential: string) => Identity | null | Promise<Identity | null>

/** Why a door takes no more of a tenant's work just now, with the seconds to wait; null when it does. */
export type Overload = (tenant: string) => Problem | null

export type GuardOptions = {
  authenticate: Authenticate
  clock: Clock
  /** Absent: requests are not limited. */
  limiter?: { window: RateLimiter; quota: number; windowS: number }
  overload?: Overload
  /** Callers of these networks act as the identity where a route says `trusted`. */
  trusted: Networks
  trustedIdentity: Identity
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void

export function begin(request: FastifyRequest): void {
  request.startedAtMs = performance.now()
  const { traceparent, tracestate } = request.headers
  request.traceparent = nextTrace(incomingTrace(traceparent, tracestate))
}

/** Bodies are read as they come: a coded one would be told of as broken text. The answer says what is taken (RFC 9110). */
function refuseCoding({ headers }: FastifyRequest, reply: FastifyReply): void {
  const coding = headers['content-encoding']
  if (coding === undefined || /^\s*(identity)?\s*$/i.test(coding)) return
  reply.header('accept-encoding', 'identity')
  throw new Problem(
    415,
    'content-encoding',
    `Send the body as it is, without Content-Encoding ${JSON.stringify(coding)}.`,
  )
}

/**
 * The one hook of a route: it opens the trace, finds out who calls, and lets in whoever holds the permission while
 * there is room. Deny is the default; only `permission: 'public'` opens a route.
 */
export function createGuard(route: Route, options: GuardOptions): Hook {
  const { authenticate, overload, trusted, trustedIdentity } = options
  const { permission } = route
  const limit = route.intake ? null : createLimit(route, options)
  const pressure = route.intake ? overload : undefined

  function admit(identity: Identity, request: FastifyRequest, reply: FastifyReply): void {
    if (permission !== 'public' && !identity.permissions.has(permission)) {
      throw new Problem(403, 'forbidden', `This needs the permission ${permission}.`)
    }
    request.identity = identity
    refuseCoding(request, reply)
    limit?.(identity.actor, reply)
    const refusal = pressure?.(identity.tenant) ?? null
    if (refusal !== null) throw refusal
  }

  if (permission === 'public') {
    return (request, reply, done) => {
      begin(request)
      refuseCoding(request, reply)
      limit?.(request.ip ?? '', reply)
      done()
    }
  }
  return (request, reply, done) => {
    begin(request)
    if (route.trusted && !bringsCredential(request.headers) && trusted(request.ip)) {
      admit(trustedIdentity, request, reply)
      done()
      return
    }
    const found = authenticate(credentialOf(request))
    if (found instanceof Promise) {
      found
        .then((identity) => {
          if (identity === null) throw unauthenticated()
          admit(identity, request, reply)
        })
        .then(() => done(), done)
      return
    }
    if (found === null) throw unauthenticated()
    admit(found, request, reply)
    done()
  }
}

/** Counts a caller's requests on one route and tells it in the headers of draft-ietf-httpapi-ratelimit-headers-10. */
function createLimit(route: Route, { limiter, clock }: GuardOptions) {
  if (limiter === undefined) return null
  const { window, quota, windowS } = limiter
  const policy = `"default";q=${quota};w=${windowS}`
  const suffix = ` ${route.method} ${route.path}`
  return (caller: string, reply: FastifyReply): void => {
    const { allowed, remaining, resetS } = window.take(caller + suffix, clock.wall())
    reply.header('ratelimit-policy', policy)
    reply.header('ratelimit', `"default";r=${remaining};t=${resetS}`)
    if (!allowed) {
      throw new Problem(429, 'rate-limit', `More than ${quota} requests in ${windowS} s on this route.`, {
        retryAfterS: resetS,
      })
    }
  }
}
