import { type TSchema, Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '#platform/clock.ts'
import {
  fingerprintOf,
  hashKey,
  type IdempotencyStore,
  readIdempotencyKey,
  runOnce,
  type StoredAnswer,
} from '#platform/http/idempotency.ts'
import { problemBody, toProblem } from '#platform/http/problem-body.ts'
import type { Call, Route } from '#platform/http/route.ts'
import { bodyValidator, textValidator, type Validate } from '#platform/http/schema.ts'
import { hashId, uuidv7 } from '#platform/ids.ts'
import { invalid } from '#platform/problem.ts'
import type { RouteTimes } from '#platform/telemetry/route-times.ts'
import type { Spans } from '#platform/telemetry/spans.ts'

export type HandlerOptions = {
  clock: Clock
  idempotency: IdempotencyStore
  times: RouteTimes
  spans: Spans
  /** Set on every answer. */
  headers: Readonly<Record<string, string>>
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>
type AnyCall = Call<unknown, unknown, unknown>

/** What runs once the guard let a request in: validation, the route itself, its answer and its measure. */
export function createHandler(route: Route, options: HandlerOptions): Handler {
  const { times, spans, headers } = options
  const faultsOf = createValidation(route)
  const status = route.status ?? 200
  const timer = times.route(route.method, route.path)
  const newId = () => uuidv7(options.clock.wall())
  const perform = route.idempotent ? idempotent(route, options) : (call: AnyCall) => route.handle(call)

  return async (request, reply) => {
    const faults = faultsOf(request)
    if (faults !== null) throw invalid(...faults)
    reply.code(status).headers(headers)
    const answer = await perform(
      route.permission === 'public' ? publicCall(request, reply, newId) : callOf(request, reply, newId),
    )
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

const callOf = (request: FastifyRequest, reply: FastifyReply, newId: () => string): AnyCall => ({
  identity: request.identity as AnyCall['identity'],
  params: request.params,
  query: request.query,
  body: request.body,
  newId,
  traceparent: request.traceparent,
  request,
  reply,
})

const publicCall = (request: FastifyRequest, reply: FastifyReply, newId: () => string): AnyCall => ({
  get identity(): AnyCall['identity'] {
    throw new Error(`${request.routeOptions.url} is public: nobody is known to call`)
  },
  params: request.params,
  query: request.query,
  body: request.body,
  newId,
  traceparent: request.traceparent,
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
  return (request) => {
    let faults: ReturnType<Validate> = null
    for (const check of checks) {
      const found = check(request)
      if (found !== null) faults = faults === null ? found : [...faults, ...found]
    }
    return faults
  }
}

/** The route behind its `Idempotency-Key`; without the header it is the route itself. */
function idempotent(route: Route, { clock, idempotency }: HandlerOptions) {
  const scope = `${route.method} ${route.path}`
  return async (call: AnyCall): Promise<unknown> => {
    const header = call.request.headers['idempotency-key']
    if (header === undefined) return route.handle(call)
    const { tenant, actor } = call.identity
    const key = {
      tenant,
      scope,
      keyHash: hashKey(readIdempotencyKey(String(header))),
      fingerprint: fingerprintOf({ method: route.method, url: call.request.url, tenant, actor, body: call.body }),
    }
    let made = 0
    const newId = () => hashId('idempotency', tenant, scope, key.keyHash, String(made++))
    const outcome = await runOnce(idempotency, key, clock.wall, () => answerOf(route, { ...call, newId }))
    call.reply.code(outcome.status)
    if (outcome.replayed) call.reply.header('idempotent-replayed', 'true')
    if (outcome.body === null) return undefined
    call.reply.type(outcome.status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json')
    return outcome.body
  }
}

/** A refusal is an answer too and is kept like one; what may go better the next time is thrown on. */
async function answerOf(route: Route, call: AnyCall): Promise<StoredAnswer> {
  try {
    const answer = await route.handle(call)
    return { status: call.reply.statusCode, body: answer === undefined ? null : JSON.stringify(answer) }
  } catch (error) {
    const problem = toProblem(error, Math.random())
    if (problem.status >= 500 || problem.status === 429) throw error
    return { status: problem.status, body: JSON.stringify(problemBody(problem, call.traceparent.slice(3, 35))) }
  }
}
