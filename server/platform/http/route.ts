import type { Static, TSchema } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Chain } from '#platform/chain.ts'
import type { problemStatuses } from '#platform/http/problem-statuses.ts'
import type { Fault } from '#platform/problem.ts'

/** What a caller may do; roles and key scopes are sets of these. */
export type Permission =
  | 'events:write'
  | 'events:read'
  | 'catalogue:write'
  | 'sources:write'
  | 'sources:read'
  | 'subscriptions:write'
  | 'subscriptions:read'
  | 'inbound:write'
  | 'inbound:read'
  | 'deliveries:write'
  | 'deliveries:read'
  | 'conversations:write'
  | 'conversations:read'
  | 'queues:write'
  | 'queues:read'
  | 'flows:write'
  | 'flows:read'
  | 'flows:run'
  | 'approvals:read'
  | 'approvals:decide'
  | 'secrets:write'
  | 'secrets:read'
  | 'templates:write'
  | 'templates:read'
  | 'notifications:write'
  | 'notifications:read'
  | 'timers:write'
  | 'timers:read'
  | 'mqtt:write'
  | 'mqtt:read'
  | 'backoffice:write'
  | 'backoffice:read'
  | 'users:write'
  | 'users:read'
  | 'keys:write'
  | 'keys:read'
  | 'flags:write'
  | 'flags:read'
  | 'audit:read'
  | 'tenants:write'
  | 'tenants:read'
  | 'metrics:read'
  | 'self'

/** Who calls, from the credential alone. It decides the tenant. */
export type Identity = {
  tenant: string
  /** `key:<id>`, `user:<id>` or `contact:<id>`; written to the audit. */
  actor: string
  /** The person behind it, if any: notifications are theirs. */
  person: { kind: 'user' | 'contact'; id: string } | null
  permissions: ReadonlySet<Permission>
}

/** A body of one media type as the OpenAPI document shows it. */
export type BodyForm = { schema: TSchema; examples?: Readonly<Record<string, { summary: string; value: unknown }>> }

type Typed<S> = S extends TSchema ? Static<S> : unknown

export type Call<Params, Query, Body> = {
  /** Of a public route without credential: the identity is absent and reading it throws. */
  identity: Identity
  params: Params
  query: Query
  body: Body
  /**
   * Ids for what this request makes: new ones, or, under an `Idempotency-Key`, the same at every repeat. A repeat
   * that comes after a crash, when the effect was committed and its answer was not kept, thus finds its own work.
   */
  newId(): string
  /** 32 bytes that nobody guesses, for keys and passwords that this request makes: repeated as `newId` is. */
  newSecret(): Buffer
  /** Trace of this request, to be handed on to events and deliveries. */
  traceparent: string
  /** What of ours led to this request, if it came back to us: events that it causes are as far from their beginning. */
  chain: Chain
  /** Aborted when whoever asked has gone, or the program stops: for what takes long and is done for the answer alone. */
  left(): AbortSignal
  /** As `left`, and aborted when the credential is over, for an answer that lasts. On public routes it is `left`. */
  lasts(): AbortSignal
  request: FastifyRequest
  reply: FastifyReply
}

/**
 * One route, as data: the server, the OpenAPI document and the access test are made from the same table.
 * Every route names the permission it needs; `public` is said, never assumed.
 */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Fastify's form: `/api/v1/queues/:id`. */
  path: string
  permission: Permission | 'public'
  summary: string
  description?: string
  tag: string
  params?: TSchema
  query?: TSchema
  body?: TSchema
  /**
   * What is wrong with a body that its schema cannot say, field by field. Asked whatever the schema finds, so that a caller
   * learns of everything at once: the body is an object or an array, and anything in it may be missing or of another kind.
   */
  faults?(body: object): readonly Fault[]
  /**
   * Schema of the successful answer, complete: tests hold every answer to it with all else forbidden. Nothing is
   * serialised by it. An object with a one-word `title` (`Run`) is a named schema of the OpenAPI document.
   */
  answer?: TSchema
  /** Its media type, where it is not JSON. */
  answerType?: string
  /** Status of the successful answer (default 200; 204 sends no body). */
  status?: number
  /** Statuses of its problems that do not follow from the rest of this table; tests hold it to them. */
  refuses?: readonly (keyof typeof problemStatuses)[]
  /** Refusals that it tells people by a page (text/html) and not by a problem, with what each means; tests hold it to them. */
  pages?: Readonly<Record<number, string>>
  /** POSTs that create honour `Idempotency-Key`. */
  idempotent?: boolean
  /** A number that is only near what was written will do, as a bound in a schema does; elsewhere it is refused. */
  mayRound?: boolean
  /** The route reads the raw body itself (any content type): `body` is a Buffer. */
  rawBody?: boolean
  /** What a route that reads the raw body takes, by media type; for the document only. */
  bodies?: Readonly<Record<string, BodyForm>>
  /** A door of the stream: no rate limit, but back-pressure (429 or 503) when the log cannot take more. */
  intake?: boolean
  /** Callers from CAUCE_TRUSTED_NETWORKS need no credential here; they act for the default tenant. */
  trusted?: boolean
  /** Left out of the OpenAPI document (pages for people). */
  hidden?: boolean
  // biome-ignore lint/suspicious/noExplicitAny: routes of different bodies stand in one table
  handle(call: Call<any, any, any>): Promise<unknown>
}

/** Types a route's handler from its schemas. */
export function route<
  P extends TSchema | undefined = undefined,
  Q extends TSchema | undefined = undefined,
  B extends TSchema | undefined = undefined,
>(
  definition: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    params?: P
    query?: Q
    body?: B
    handle(call: Call<Typed<P>, Typed<Q>, Typed<B>>): Promise<unknown>
  },
): Route {
  return definition as Route
}
