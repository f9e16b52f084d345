import { randomBytes } from 'node:crypto'
import { type TSchema, Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readChain } from '#platform/chain.ts'
import type { Clock } from '#platform/clock.ts'
import { credentialOf } from '#platform/http/credential.ts'
import {
  type Answer,
  fingerprintOf,
  hashKey,
  type IdempotencyStore,
  readIdempotencyKey,
  runOnce,
} from '#platform/http/idempotency.ts'
import { keyed } from '#platform/http/keyed.ts'
import type { Lasting } from '#platform/http/lasting.ts'
import { problemBody, toProblem } from '#platform/http/problem-body.ts'
import type { Call, Permission, Route } from '#platform/http/route.ts'
import { bodyValidator, textValidator, type Validate } from '#platform/http/schema.ts'
import { hashId, uuidv7 } from '#platform/ids.ts'
import { pointerPart } from '#platform/json-members.ts'
import { NUL_FAULT } from '#platform/json-text.ts'
import { invalid, says } from '#platform/problem.ts'
import type { RouteTimes } from '#platform/telemetry/route-times.ts'
import type { Spans } from '#platform/telemetry/spans.ts'

export type HandlerOptions = {
  clock: Clock
  idempotency: IdempotencyStore
  times: RouteTimes
  spans: Spans
  lasting: Lasting
  /** Aborted when the server drains. */
  draining: AbortSignal
  /** Set on every answer. */
  headers: Readonly<Record<string, string>>
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
type AnyCall = Call<unknown, unknown, unknown>
/** Ids and secrets of what a request makes: new ones, or those of its key. */
type Makes = Pick<AnyCall, 'newId' | 'newSecret'>
/** Validates a request and answers it. */
type Perform = (request: FastifyRequest, reply: FastifyReply, makes: Makes) => Promise<unknown>

const SECRET_BYTES = 32

/** What runs once the guard let a request in: validation, the route itself, its answer and its measure. */
export function createHandler(route: Route, options: HandlerOptions): Handler {
  const { times, spans, headers } = options
  const faultsOf = createValidation(route)
  const status = route.status ?? 200
  const timer = times.route(route.method, route.path)
  const fresh: Makes = { newId: () => uuidv7(options.clock.wall()), newSecret: () => randomBytes(SECRET_BYTES) }
  const { permission } = route
  const callOf = permission === 'public' ? publicCall : knownCall(permission, options.lasting)

  const perform: Perform = (request, reply, makes) => {
    const faults = faultsOf(request)
    if (faults !== null) throw invalid(...faults)
    reply.code(status).headers(headers)
    return route.handle(callOf(request, reply, makes, options.draining))
  }
  const once = route.idempotent ? performOnce(route, options, perform) : null

  return async (request, reply) => {
    const key = once === null ? undefined : request.headers['idempotency-key']
    const answer =
      once === null || key === undefined
        ? await perform(request, reply, fresh)
        : await once(String(key), request, reply.headers(headers))
    const tookMs = performance.now() - request.startedAtMs
    timer.observe(reply.statusCode, tookMs)
    recordRequest(spans, request, reply, tookMs)
    if (answer === undefined && !reply.sent) reply.send()
    return reply.sent ? reply : answer
  }
}

/** The span of a request, when somebody looks; `error` names a fault of ours. */
export function recordRequest(
  spans: Spans,
  request: FastifyRequest,
  reply: FastifyReply,
  tookMs: number,
  error?: string,
): void {
  if (!spans.enabled) return
  const route = request.routeOptions.url ?? 'none'
  spans.record({
    name: `${request.method} ${route}`,
    kind: 'server',
    traceparent: request.traceparent,
    parent: request.headers.traceparent as string | undefined,
    endMs: Date.now(),
    tookMs,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'http.response.status_code': reply.statusCode,
    },
    ...(error === undefined ? {} : { error }),
  })
}

/** Made for the few who ask for it. A connection that closes behind the answer aborts what nobody listens to any more. */
function leftOf(reply: FastifyReply, draining: AbortSignal): AbortSignal {
  const gone = new AbortController()
  if (reply.raw.destroyed) gone.abort()
  else reply.raw.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, draining])
}

type CallOf = (request: FastifyRequest, reply: FastifyReply, makes: Makes, draining: AbortSignal) => AnyCall

const knownCall =
  (permission: Permission, lasting: Lasting): CallOf =>
  (request, reply, { newId, newSecret }, draining) => ({
    identity: request.identity as AnyCall['identity'],
    params: request.params,
    query: request.query,
    body: request.body,
    newId,
    newSecret,
    traceparent: request.traceparent,
    chain: readChain(request.headers),
    left: () => leftOf(reply, draining),
    lasts: () => lasting.watch(request, permission, leftOf(reply, draining)),
    request,
    reply,
  })

const publicCall: CallOf = (request, reply, { newId, newSecret }, draining) => ({
  get identity(): AnyCall['identity'] {
    throw new Error(`${request.routeOptions.url} is public: nobody is known to call`)
  },
  params: request.params,
  query: request.query,
  body: request.body,
  newId,
  newSecret,
  traceparent: request.traceparent,
  chain: readChain(request.headers),
  left: () => leftOf(reply, draining),
  lasts: () => leftOf(reply, draining),
  request,
  reply,
})

const NO_FIELDS = Type.Object({})

/** A command whose fields are all optional may be sent without a body; of any other the faults name the fields. */
function bodyOf(request: FastifyRequest): unknown {
  if (request.body === undefined) request.body = {}
  return request.body
}

function createValidation(route: Route): (request: FastifyRequest) => ReturnType<Validate> {
  const checks: ((request: FastifyRequest) => ReturnType<Validate>)[] = []
  const add = (
    schema: TSchema | undefined,
    make: (schema: TSchema) => Validate,
    read: (r: FastifyRequest) => unknown,
  ) => {
    if (schema === undefined) return
    const check = make(schema)
    checks.push((request) => check(read(request)))
  }
  add(route.params, textValidator, (request) => request.params)
  add(route.query, textValidator, (request) => request.query)
  if (!route.rawBody && route.method !== 'GET') {
    // A command without fields takes none: what it does not know it must not swallow.
    if (route.body === undefined) add(NO_FIELDS, bodyValidator, (request) => request.body ?? {})
    else add(route.body, bodyValidator, bodyOf)
  }
  const { faults: faultsOf } = route
  if (faultsOf !== undefined) {
    checks.push(({ body }) => (typeof body === 'object' && body !== null ? [...faultsOf(body)] : null))
  }
  return (request) => {
    // In a path and a query NUL can only be written so; bodies are read by `parseJson`, which names it too.
    let faults: ReturnType<Validate> = request.url.includes('%00') ? nulFaults(request) : null
    for (const check of checks) {
      const found = check(request)
      if (found !== null && found.length > 0) faults = faults === null ? found : [...faults, ...found]
    }
    return faults
  }
}

/** PostgreSQL keeps no NUL in texts. */
function nulFaults({ params, query }: FastifyRequest): ReturnType<Validate> {
  const faults = Object.entries({ ...(params as object), ...(query as object) })
    .filter(([name, value]) => [name, value].flat().some((text) => String(text).includes('\u0000')))
    .map(([name]) => ({ path: `/${pointerPart(name)}`, ...says(NUL_FAULT.en, NUL_FAULT.es) }))
  return faults.length === 0 ? null : faults
}

/** The route behind its `Idempotency-Key`. */
function performOnce({ method, path }: Route, { clock, idempotency }: HandlerOptions, perform: Perform) {
  const scope = `${method} ${path}`
  return async (header: string, request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { tenant } = request.identity as AnyCall['identity']
    const given = readIdempotencyKey(header)
    const credential = credentialOf(request)
    const fingerprint = fingerprintOf({ method, url: request.url, tenant, credential, body: request.body })
    const { seal, open, nextSecret } = keyed(await idempotency.secret(), { key: given, credential, fingerprint })
    const key = { tenant, scope, keyHash: hashKey(given), fingerprint }
    let made = 0
    // Of this credential: another one that sends the same key is not shown what this one made.
    const maker = hashKey(credential)
    const newId = () => hashId('idempotency', tenant, scope, key.keyHash, maker, String(made++))
    const outcome = await runOnce(idempotency, key, { seal, open }, clock.wall, () =>
      answerOf(() => perform(request, reply, { newId, newSecret: nextSecret }), request, reply),
    )
    reply.code(outcome.status)
    if (outcome.replayed) reply.header('idempotent-replayed', 'true')
    if (outcome.body === null) return undefined
    reply.type(outcome.status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json')
    return outcome.body
  }
}

/** A refusal is an answer too and is kept like one; what may go better the next time is thrown on. */
async function answerOf(
  perform: () => Promise<unknown>,
  { traceparent }: FastifyRequest,
  reply: FastifyReply,
): Promise<Answer> {
  try {
    const answer = await perform()
    return { status: reply.statusCode, body: answer === undefined ? null : JSON.stringify(answer) }
  } catch (error) {
    const problem = toProblem(error, Math.random())
    if (problem.status >= 500 || problem.status === 429) throw error
    return { status: problem.status, body: JSON.stringify(problemBody(problem, traceparent.slice(3, 35))) }
  }
}
