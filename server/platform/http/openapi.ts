import type { TSchema } from '@sinclair/typebox'
import { problemStatuses } from '#platform/http/problem-statuses.ts'
import type { Route } from '#platform/http/route.ts'
import { closed } from '#platform/schema/check.ts'

type Json = Record<string, unknown>

/**
 * The OpenAPI 3.1 document of a table of routes, each schema written out where it is used. The same table gives the same
 * text, so it can be committed.
 */
export function openapi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    if (route.hidden) continue
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] ??= {}
    ;(paths[path] as Json)[route.method.toLowerCase()] = operation(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cauce',
      version,
      summary: 'Events, conversations, flows and the notifications that bring people back.',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { session: [] }],
    tags: [...new Set(routes.filter(({ hidden }) => !hidden).map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or the token that a login gave.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'cauce_session',
          description: 'Of a browser (`POST /api/v1/session`); over https its name begins with `__Host-`.',
        },
      },
      schemas: { Problem: PROBLEM },
      responses: Object.fromEntries(
        Object.entries(problemStatuses).map(([status, description]) => [
          `Problem${status}`,
          {
            description,
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
    },
  }
}

const DESCRIPTION = `Send the credential as \`Authorization: Bearer …\`; it alone decides the tenant.

Errors are \`application/problem+json\` (RFC 9457) with a stable \`code\`, the \`traceId\` to quote, and in \`errors\` every fault by its JSON pointer. Lists are \`{items, nextCursor}\` with \`?limit=&cursor=\`; a page ends at a megabyte, whatever its limit. Bodies are plain JSON (no Content-Encoding) of at most 1 MB and 64 levels; fields that are not known and names that stand twice are refused.

POSTs that create take an \`Idempotency-Key\`, kept for 24 hours: a repeat by the same credential gets the stored answer with \`Idempotent-Replayed: true\`, 409 while the first one runs, 422 when the key came with another request or by another credential. Answers, refusals too, are kept sealed with key and credential: nobody else can read them. Events are told apart by their own id instead.

Requests are counted by caller and route (\`RateLimit\` headers); event intake is not counted, it answers 429 or 503 with \`Retry-After\` when it cannot take more.`

const PROBLEM: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable; never reused' },
    messages: {
      type: 'object',
      description: 'The detail in both languages, where people read it',
      properties: { en: { type: 'string' }, es: { type: 'string' } },
    },
    traceId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: { type: 'string', description: 'JSON pointer' },
          message: { type: 'string', description: 'Goes on after the name of the field' },
          messages: {
            type: 'object',
            description: 'The same in both languages, where people read it',
            properties: { en: { type: 'string' }, es: { type: 'string' } },
          },
          nodeId: { type: 'string', description: 'The node of a flow that is at fault' },
          label: { type: 'string', description: 'What people call that node' },
        },
      },
    },
  },
  examples: [
    {
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: '/name: is required',
      code: 'invalid',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      errors: [{ path: '/name', message: 'is required' }],
    },
  ],
}

function operation(route: Route): Json {
  const { summary, description, tag, permission, status = 200 } = route
  const open = permission === 'public'
  return {
    operationId: operationId(route),
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    ...(open ? { security: [] } : { 'x-permission': permission }),
    ...parametersOf(route),
    ...bodyOf(route),
    responses: {
      [status]: answerOf(route, status),
      ...Object.fromEntries(problemsOf(route).map((code) => [code, { $ref: `#/components/responses/Problem${code}` }])),
      ...pagesOf(route),
    },
  }
}

/** `getQueuesById`: the method and the words of the path, without the version. */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/api\/v\d+/, '')
    .split(/[^A-Za-z0-9:]+/)
    .filter((word) => word !== '')
    .map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)))
  return `${method.toLowerCase()}${words.join('')}`
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

function parametersOf(route: Route): Json {
  const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string)
  const path = named.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: route.params?.properties?.[name] ?? { type: 'string' },
  }))
  const required: readonly string[] = route.query?.required ?? []
  const query = Object.entries<TSchema>(route.query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(schema.description === undefined ? {} : { description: schema.description }),
    schema: closed(schema),
  }))
  const header = route.idempotent
    ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 257 } }]
    : []
  const parameters = [...path, ...query, ...header]
  return parameters.length === 0 ? {} : { parameters }
}

function bodyOf({ body, rawBody, bodies }: Route): Json {
  if (bodies !== undefined) return { requestBody: { required: true, content: { ...bodies } } }
  if (body !== undefined) {
    // An absent body is an empty object.
    const required = body.type !== 'object' || (body.required ?? []).length > 0
    return { requestBody: { required, content: { 'application/json': { schema: closed(body) } } } }
  }
  return rawBody ? { requestBody: { required: true, content: { '*/*': { schema: {} } } } } : {}
}

function answerOf({ answer, answerType = 'application/json', summary }: Route, status: number): Json {
  if (status === 204) return { description: `${summary}: done` }
  if (status === 303) return { description: `${summary}: see the page named in \`Location\`` }
  return { description: summary, content: { [answerType]: { schema: answer ?? {} } } }
}

/** Refusals that are pages for people; what the edge refuses with the same status is a problem still. */
function pagesOf(route: Route): Json {
  const problems = problemsOf(route)
  return Object.fromEntries(
    Object.entries(route.pages ?? {}).map(([status, description]) => {
      const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
      const content = {
        'text/html': { schema: { type: 'string' } },
        ...(problems.includes(Number(status)) ? problem : {}),
      }
      return [status, { description, content }]
    }),
  )
}

/** Statuses of the problems that a route may answer with. */
export function problemsOf(route: Route): number[] {
  const takesBody = route.body !== undefined || route.rawBody === true
  const found = [
    ...(route.permission === 'public' ? [] : [401, 403]),
    ...(takesBody || route.query !== undefined || route.params !== undefined ? [400] : []),
    ...(route.path.includes(':') ? [404] : []),
    ...(takesBody ? [413, ...(route.rawBody ? [] : [415])] : []),
    ...(route.idempotent ? [409, 422] : []),
    429,
    500,
    503,
    ...(route.refuses ?? []),
  ]
  return [...new Set(found)].sort((a, b) => a - b)
}
