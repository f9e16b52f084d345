import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import fastify, {
  type ConnectionError,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Logger } from 'pino'
import type { Clock } from '#platform/clock.ts'
import { DRAINED_BY_MS } from '#platform/drain.ts'
import { credentialOf, unauthenticated } from '#platform/http/credential.ts'
import { type Authenticate, begin, createGuard, type GuardOptions, type Overload } from '#platform/http/guard.ts'
import { createHandler, recordRequest } from '#platform/http/handler.ts'
import type { IdempotencyStore } from '#platform/http/idempotency.ts'
import { parseJsonBody } from '#platform/http/json-body.ts'
import { createLasting } from '#platform/http/lasting.ts'
import { createNetworks } from '#platform/http/networks.ts'
import { problemBody, toProblem } from '#platform/http/problem-body.ts'
import { createRateLimiter } from '#platform/http/rate-limit.ts'
import type { Identity, Route } from '#platform/http/route.ts'
import { checkRoutes, methodsAt } from '#platform/http/route-table.ts'
import type { Site } from '#platform/http/site.ts'
import { createVeiling, type Veil } from '#platform/http/veil.ts'
import { checkCharset, MAX_BODY_BYTES } from '#platform/json-text.ts'
import { BROKEN_OFF, Problem } from '#platform/problem.ts'
import type { RouteTimes } from '#platform/telemetry/route-times.ts'
import type { Spans } from '#platform/telemetry/spans.ts'
import { createSampler } from '#platform/telemetry/tell.ts'

const MAX_HEADER_BYTES = 16_384
/** A head must be complete after this, a whole request after the other: slow senders hold no connection for long. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const CONNECTIONS_CHECK_MS = 2_000
const KEEP_ALIVE_MS = 72_000
/** Of a body that is refused so much is still read: who is cut off while sending never sees why. */
const READ_AWAY_BYTES = 16 * MAX_BODY_BYTES
/**
 * Draining, each connection gets this long to hear `connection: close` with an answer: one that is closed while it is idle may
 * just then be written to, and its caller sees a reset.
 */
const LINGER_MS = 500
const IDLE_CHECK_MS = 50
const RATE_WINDOW_S = 60
/** Longest path parameter, percent-encoded: ids have up to 255 characters, signed links more. */
const MAX_PARAM_LENGTH = 4_096

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
}

export type ServerOptions = {
  routes: readonly Route[]
  authenticate: Authenticate
  /** Takes what is to be called when credentials may have changed: answers that last are looked at anew. */
  onAccessChanged?(look: () => void): void
  clock: Clock
  logger: Logger
  times: RouteTimes
  spans: Spans
  idempotency: IdempotencyStore
  /** Requests a caller may make on one route in a minute, on this node; 0: any number. */
  requestsPerMinute: number
  /** Consulted by routes that say `intake`. */
  overload?: Overload
  /** CIDRs whose callers may use `trusted` routes without a credential, as the tenant named here. */
  trustedNetworks: readonly string[]
  trustedTenant: string
  /** CIDRs of the proxies that may tell, in `X-Forwarded-For`, for whom they call (`request.ip`). Absent: nobody may. */
  trustedProxies?: readonly string[]
  /** What stands at every path for people that is no route. Absent: nothing does. */
  site?: Site | null
  /** Over what not everybody may see. Absent: answers go out as they are. */
  veil?: Veil | undefined
}

/** Below these, what is not there is said to be missing, to browsers too. */
const NO_PAGES = /^\/(api|backoffice|assets)(\/|$)/

/**
 * The HTTP edge over a table of routes: authentication, permission, limits, validation, idempotency, problems.
 * Draining is `close()`: it stops taking, lets what is in hand finish and cuts what hangs (`drain.ts`).
 *
 * @throws Error naming a route without permission, or two routes of one method and path
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { routes, logger } = options
  checkRoutes(routes)
  const app = fastify({
    // Fastify would make a child logger and two listeners for every request; we log where an error is handled.
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: options.trustedProxies?.length ? createNetworks(options.trustedProxies) : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    // What still comes over an open connection while draining is answered too, with `connection: close`.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    },
    clientErrorHandler,
    frameworkErrors: (error, request, reply) => fail(error, request, reply),
  })
  app.decorateRequest('identity', null)
  app.decorateRequest('traceparent', '')
  app.decorateRequest('startedAtMs', 0)

  const guard: GuardOptions = {
    authenticate: options.authenticate,
    clock: options.clock,
    overload: options.overload,
    trusted: createNetworks(options.trustedNetworks),
    trustedIdentity: trustedIdentity(options.trustedTenant),
    ...(options.requestsPerMinute > 0 ? { limiter: limiterOf(options.requestsPerMinute) } : {}),
  }

  const sample = createSampler()
  /** Logs once, here, what is our fault. A full disk refuses each request: of such a flood a sample is written. */
  function logFault(
    error: unknown,
    { code, message }: Problem,
    { identity, routeOptions }: FastifyRequest,
    traceId: string,
  ) {
    const omitted = sample(`${code} ${routeOptions.url}`)
    if (omitted === null) return
    const about = { err: error, traceId, tenantId: identity?.tenant, route: routeOptions.url }
    logger.error(omitted === 0 ? about : { ...about, omitted }, message)
  }

  /** What is the caller's fault is only answered. */
  function fail(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // A path that cannot be decoded comes here before any hook, on a request without our fields.
    if (!request.traceparent) begin(request)
    // Its code is one that a lost database has too.
    const problem = error === request.raw.errored ? CUT_SHORT : toProblem(error, Math.random())
    const traceId = request.traceparent.slice(3, 35)
    // Somebody else did not answer in time: told to whoever asked, who had set the time. Or nobody waits any more.
    if (problem.status >= 500 && problem.status !== 504 && problem.code !== BROKEN_OFF) {
      logFault(error, problem, request, traceId)
    }
    const tookMs = performance.now() - request.startedAtMs
    options.times.observe(request.method, request.routeOptions.url ?? 'none', problem.status, tookMs)
    // Set by the framework for every body at fault, in case more of it comes.
    if (
      !draining.signal.aborted &&
      (request.raw.complete || Number(request.headers['content-length']) <= READ_AWAY_BYTES)
    ) {
      reply.removeHeader('connection')
    }
    reply.code(problem.status).headers(SECURITY_HEADERS).type('application/problem+json')
    if (problem.retryAfterS !== undefined) reply.header('retry-after', problem.retryAfterS)
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="cauce"')
    recordRequest(options.spans, request, reply, tookMs, problem.status >= 500 ? problem.code : undefined)
    reply.send(JSON.stringify(problemBody(problem, traceId)))
  }

  app.setErrorHandler((error: FastifyError, request, reply) => fail(error, request, reply))
  /** The site's own files, and its page for whoever comes by a link into it. */
  function sendSite(site: Site, path: string, request: FastifyRequest, reply: FastifyReply): boolean {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    reply.headers(SECURITY_HEADERS)
    if (!site.sendFile(path, request, reply)) {
      const wanted = /\btext\/html\b/i.test(request.headers.accept ?? '') && !NO_PAGES.test(path)
      if (!wanted || methodsAt(routes, path).length > 0) return false
      site.sendPage(reply)
    }
    options.times.observe(request.method, 'site', reply.statusCode, performance.now() - request.startedAtMs)
    return true
  }

  app.setNotFoundHandler(async (request, reply) => {
    begin(request)
    const path = request.url.split('?', 1)[0] as string
    if (options.site && sendSite(options.site, path, request, reply)) return reply
    const methods = methodsAt(routes, path)
    const open = methods.length > 0 && methods.every(({ permission }) => permission === 'public')
    // What exists is told to nobody without a credential.
    if (!open) {
      const identity = await options.authenticate(credentialOf(request))
      if (identity === null) throw unauthenticated()
    }
    if (methods.length === 0) throw new Problem(404, 'not-found', 'There is nothing at this path.')
    const allowed = [...new Set(methods.map(({ method }) => method))].join(', ')
    reply.header('allow', allowed)
    throw new Problem(405, 'method-not-allowed', `This path takes ${allowed}.`)
  })

  // What comes to no route, or with a method that its path does not take, is refused as that, unread.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null, undefined))
  const draining = new AbortController()
  const lasting = createLasting(options.authenticate, options.onAccessChanged)
  const parsers = { json: /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i }
  const add = (scope: FastifyInstance, route: Route) => {
    const onSend = options.veil === undefined ? undefined : createVeiling(route, options.veil)
    scope.route({
      method: route.method,
      url: route.path,
      onRequest: createGuard(route, guard),
      handler: createHandler(route, { ...options, lasting, draining: draining.signal, headers: SECURITY_HEADERS }),
      ...(onSend === undefined ? {} : { onSend }),
    })
  }
  const rounding = new Set(routes.filter(({ mayRound }) => mayRound).map(({ method, path }) => `${method} ${path}`))
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(parsers.json, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
      try {
        checkCharset(request.headers['content-type'])
        done(null, parseJsonBody(body, rounding.has(`${request.method} ${request.routeOptions.url}`)))
      } catch (error) {
        done(error as Error)
      }
    })
    for (const route of routes) if (!route.rawBody) add(scope, route)
  })
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const route of routes) if (route.rawBody) add(scope, route)
  })

  let cut: NodeJS.Timeout | undefined
  let idle: NodeJS.Timeout | undefined
  app.addHook('preClose', async () => {
    draining.abort()
    cut = setTimeout(() => app.server.closeAllConnections(), DRAINED_BY_MS.requests)
    const until = performance.now() + LINGER_MS
    while (performance.now() < until && (await connectionsOf(app.server)) > 0) await delay(IDLE_CHECK_MS)
    // A connection whose last request has just been answered would otherwise stay for the keep-alive time.
    idle = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS)
  })
  app.addHook('onClose', async () => {
    clearTimeout(cut)
    clearInterval(idle)
  })
  return app
}

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count ?? 0)))

const limiterOf = (quota: number) => ({
  window: createRateLimiter(quota, RATE_WINDOW_S * 1000),
  quota,
  windowS: RATE_WINDOW_S,
})

const trustedIdentity = (tenant: string): Identity => ({
  tenant,
  actor: 'network:trusted',
  person: null,
  permissions: new Set(['events:write', 'metrics:read']),
})

/** Whoever sent a body has gone, or was cut off by a stop, before it was whole: for the figures, since nobody reads it. */
const CUT_SHORT = new Problem(400, 'cut-short', 'The connection ended before the body did.')

/** What cannot even be parsed as HTTP: there is no request yet, so the answer is written by hand. */
function clientErrorHandler(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, code, title, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'headers-too-large', 'Request Header Fields Too Large', 'The headers are larger than 16 kB.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'request-timeout', 'Request Timeout', 'The request did not arrive in time.']
        : [400, 'bad-request', 'Bad Request', 'This is not well-formed HTTP.']
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code })
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
