import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { type Route, route } from '#platform/http/route.ts'
import { memoryLogger, testServer } from '#platform/http/testing.ts'
import { brokenOff, Problem } from '#platform/problem.ts'
import { type FinishedSpan, noSpans } from '#platform/telemetry/spans.ts'

const reads = { authorization: 'Bearer acme:queues.read' }
const writes = { authorization: 'Bearer acme:queues.write' }
const base = { tag: 'Test', summary: 'Test' }

const routes: Route[] = [
  route({
    ...base,
    method: 'GET',
    path: '/api/v1/queues/:id',
    permission: 'queues:read',
    params: Type.Object({ id: Type.String({ maxLength: 255 }) }),
    query: Type.Object({ limit: Type.Optional(Type.Integer({ maximum: 10 })) }),
    handle: async ({ params, query, identity, traceparent }) => ({
      ...params,
      ...query,
      tenant: identity.tenant,
      traceparent,
    }),
  }),
  route({
    ...base,
    method: 'PUT',
    path: '/api/v1/queues/:id',
    permission: 'queues:write',
    body: Type.Object({ name: Type.String(), minutes: Type.Integer() }),
    handle: async ({ body }) => body,
  }),
  route({
    ...base,
    method: 'POST',
    path: '/api/v1/publish',
    permission: 'queues:write',
    status: 204,
    handle: async () => undefined,
  }),
  route({
    ...base,
    method: 'POST',
    path: '/api/v1/events',
    permission: 'events:write',
    rawBody: true,
    intake: true,
    trusted: true,
    status: 202,
    handle: async ({ body, identity }) => ({ length: (body as Buffer).length, tenant: identity.tenant }),
  }),
  route({
    ...base,
    method: 'GET',
    path: '/api/v1/fail/:how',
    permission: 'queues:read',
    async handle({ params }) {
      const how = (params as { how: string }).how
      if (how === 'problem') throw new Problem(409, 'taken', 'Taken.', { retryAfterS: 7 })
      if (how === 'elsewhere') throw new Problem(504, 'no-answer', 'Nobody answered.')
      if (how === 'inside') throw new Error('password=hunter2 at secret.ts')
      throw Object.assign(new Error('from PostgreSQL'), { code: how })
    },
  }),
  route({ ...base, method: 'GET', path: '/open', permission: 'public', handle: async () => ({ ok: true }) }),
  route({ ...base, method: 'GET', path: '/peek', permission: 'public', handle: async ({ identity }) => identity }),
]

const { logger, lines } = memoryLogger()
let app: FastifyInstance

before(async () => {
  app = await testServer(routes, { logger })
})
after(() => app?.close())

function problem(answer: LightMyRequestResponse, status: number) {
  assert.equal(answer.statusCode, status)
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
  const body = answer.json()
  assert.equal(body.status, status)
  for (const name of ['type', 'title', 'detail', 'code']) assert.equal(typeof body[name], 'string', name)
  assert.match(body.traceId, /^[0-9a-f]{32}$/)
  return body
}

test('a route without permission cannot exist', async () => {
  const { permission: _none, ...bare } = routes[0] as Route
  await assert.rejects(testServer([bare as Route]), /GET \/api\/v1\/queues\/:id names no permission/)
})

test('two routes of one method and path cannot exist', async () => {
  const other = { ...(routes[0] as Route), path: '/api/v1/queues/:name' }
  await assert.rejects(testServer([routes[0] as Route, other]), /is there twice/)
})

test('without a credential, or with none that is valid, the answer is 401 and says how', async () => {
  for (const authorization of [undefined, '', 'Bearer', 'Basic YTpi', 'Bearer nobody', 'Bearer a b']) {
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await app.inject({ url: '/api/v1/queues/1', headers })
    problem(answer, 401)
    assert.match(String(answer.headers['www-authenticate']), /^Bearer/)
  }
})

test('a permission that is missing is named', async () => {
  const body = problem(await app.inject({ url: '/api/v1/queues/1', headers: writes }), 403)
  assert.match(body.detail, /queues:read/)
})

test('an unknown path is 401 without a credential and 404 with one; another method is 405', async () => {
  problem(await app.inject({ url: '/api/v1/nothing' }), 401)
  problem(await app.inject({ url: '/api/v1/nothing', headers: reads }), 404)
  problem(await app.inject({ method: 'DELETE', url: '/api/v1/queues/1' }), 401)
  const answer = await app.inject({ method: 'DELETE', url: '/api/v1/queues/1', headers: reads })
  problem(answer, 405)
  assert.equal(answer.headers.allow, 'GET, PUT')
  problem(await app.inject({ method: 'POST', url: '/open' }), 405)
  problem(await app.inject({ method: 'TRACE' as 'GET', url: '/open' }), 405)
})

test('every fault of path, query and body comes at once', async () => {
  const query = problem(await app.inject({ url: '/api/v1/queues/1?limit=99&nope=1', headers: reads }), 400)
  assert.deepEqual(query.errors.map(({ path }: { path: string }) => path).sort(), ['/limit', '/nope'])
  const body = problem(
    await app.inject({
      method: 'PUT',
      url: '/api/v1/queues/1',
      headers: writes,
      payload: { minutes: '5', __proto: 1 },
    }),
    400,
  )
  assert.deepEqual(body.errors.map(({ path }: { path: string }) => path).sort(), ['/__proto', '/minutes', '/name'])
})

test('a command without fields takes none', async () => {
  const send = (payload?: string) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/publish',
      payload,
      headers: { ...writes, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
    })
  assert.equal((await send()).statusCode, 204)
  assert.equal((await send('{}')).statusCode, 204)
  assert.equal((await send('')).statusCode, 204)
  assert.equal(problem(await send('{"force":true}'), 400).errors[0].path, '/force')
})

test('bodies that are not JSON, not UTF-8, too deep, too large or of another type', async () => {
  const put = (payload: string | Buffer, type = 'application/json') =>
    app.inject({ method: 'PUT', url: '/api/v1/queues/1', headers: { ...writes, 'content-type': type }, payload })
  problem(await put('{"name":'), 400)
  problem(await put(Buffer.from([0x7b, 0xff, 0x7d])), 400)
  assert.match(problem(await put(`${'['.repeat(65)}${']'.repeat(65)}`), 400).detail, /deeper than 64/)
  assert.match(problem(await put('{"__proto__":{"admin":true}}'), 400).detail, /__proto__/)
  assert.match(problem(await put('{"\\u005f_proto__":1}'), 400).detail, /__proto__/)
  problem(await put(`"${'x'.repeat(1_048_576)}"`), 413)
  problem(await put('a=b', 'application/x-www-form-urlencoded'), 415)
  problem(await put('{}', 'text/plain'), 415)
  for (const charset of ['utf-16', '"UTF-16LE"', 'iso-8859-1'])
    assert.equal(problem(await put('{"name":"a"}', `application/json; charset=${charset}`), 415).code, 'charset')
  assert.equal((await put('{"name":"a","minutes":1}', 'application/json;charset="UTF-8"')).statusCode, 200)
  assert.equal((await put('{"name":"a","minutes":1}', 'application/merge-patch+json; charset=utf-8')).statusCode, 200)
})

test('a malformed path is a 400', async () => {
  problem(await app.inject({ url: '/api/v1/queues/%E0%A4%A', headers: reads }), 400)
})

test('a path that is too long is refused in plain words, and not repeated', async () => {
  const answer = await app.inject({ url: `/api/v1/queues/${'x'.repeat(4_097)}`, headers: reads })
  const { code, detail } = problem(answer, 414)
  assert.deepEqual([code, detail], ['path-too-long', 'A part of the path is longer than 4,096 characters.'])
})

test('an id may be as long as its own limit, percent-encoded', async () => {
  const answer = await app.inject({ url: `/api/v1/queues/${encodeURIComponent('ñ'.repeat(255))}`, headers: reads })
  assert.equal(answer.json().id, 'ñ'.repeat(255))
})

test('a refusal is told, with its Retry-After', async () => {
  const answer = await app.inject({ url: '/api/v1/fail/problem', headers: reads })
  assert.equal(problem(answer, 409).code, 'taken')
  assert.equal(answer.headers['retry-after'], '7')
})

test('a fault of ours says nothing of the inside, and is logged once with its trace', async () => {
  lines.length = 0
  const answer = await app.inject({ url: '/api/v1/fail/inside', headers: reads })
  const body = problem(answer, 500)
  assert.ok(!answer.body.includes('hunter2') && !answer.body.includes('.ts'))
  assert.equal(lines.length, 1)
  assert.equal(lines[0]?.traceId, body.traceId)
  assert.equal(lines[0]?.tenantId, 'acme')
})

test('that somebody else did not answer is told and is no fault of ours', async () => {
  lines.length = 0
  problem(await app.inject({ url: '/api/v1/fail/elsewhere', headers: reads }), 504)
  assert.equal(lines.length, 0)
})

test('what PostgreSQL says becomes what the caller can do', async () => {
  const status = async (code: string) => (await app.inject({ url: `/api/v1/fail/${code}`, headers: reads })).statusCode
  for (const code of ['22P02', '22P05', '22021', '22003', '22008']) assert.equal(await status(code), 400, code)
  for (const code of ['08006', '57P01', '53300', 'ECONNREFUSED', '40P01']) assert.equal(await status(code), 503, code)
  assert.equal((await app.inject({ url: '/api/v1/fail/53100', headers: reads })).json().code, 'disk-full')
  assert.equal(await status('23505'), 409)
  assert.equal(await status('CA001'), 409)
  assert.equal(await status('42P01'), 500)
})

test('the trace of the request is continued and given back', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const own = (await app.inject({ url: '/api/v1/queues/1', headers: { ...reads, traceparent } })).json().traceparent
  assert.match(own, /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/)
  assert.notEqual(own, traceparent)
  const refused = await app.inject({ url: '/api/v1/nothing', headers: { ...reads, traceparent } })
  assert.equal(problem(refused, 404).traceId, '0af7651916cd43dd8448eb211c80319c')
})

test('each request is a span of its trace, the failed one with its fault', async () => {
  const recorded: FinishedSpan[] = []
  const traced = await testServer(routes, {
    spans: { ...noSpans, enabled: true, record: (span) => void recorded.push(span) },
  })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const { traceparent: own } = (
    await traced.inject({ url: '/api/v1/queues/1', headers: { ...reads, traceparent } })
  ).json()
  await traced.inject({ url: '/api/v1/fail/inside', headers: { ...reads, traceparent } })
  assert.deepEqual(
    recorded.map(({ name, parent, error, attributes }) => [
      name,
      parent,
      error,
      attributes?.['http.response.status_code'],
    ]),
    [
      ['GET /api/v1/queues/:id', traceparent, undefined, 200],
      ['GET /api/v1/fail/:how', traceparent, 'internal', 500],
    ],
  )
  assert.equal(recorded[0]?.traceparent, own)
  await traced.close()
})

test('a public route knows nobody', async () => {
  problem(await app.inject({ url: '/peek', headers: reads }), 500)
})

test('every answer carries the security headers', async () => {
  for (const url of ['/api/v1/queues/1', '/api/v1/nothing']) {
    const { headers } = await app.inject({ url, headers: reads })
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(String(headers['content-security-policy']), /default-src 'none'/)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['access-control-allow-origin'], undefined)
    assert.equal(headers['x-powered-by'], undefined)
  }
})

test('a raw route takes any type of body, and what is too large it does not', async () => {
  const send = (payload: string, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/events',
      headers: { authorization: 'Bearer acme:events.write', ...headers },
      payload,
    })
  assert.deepEqual((await send('abc', { 'content-type': 'application/cloudevents+json' })).json(), {
    length: 3,
    tenant: 'acme',
  })
  assert.equal((await send('abc', { 'content-type': 'text/plain' })).statusCode, 202)
  problem(await send('x'.repeat(1_048_577)), 413)
})

test('who still sends a body that is refused hears why, and goes on over the same connection', async () => {
  const serving = await testServer(routes)
  await serving.listen({ port: 0, host: '127.0.0.1' })
  try {
    const socket = connect((serving.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
    let answers = ''
    socket.on('data', (data) => {
      answers += data
    })
    const head = (length: number) =>
      `PUT /api/v1/queues/1 HTTP/1.1\r\nhost: x\r\nauthorization: ${writes.authorization}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
    socket.write(head(8_000_000))
    for (let sent = 0; sent < 8; sent++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      if (!socket.write('x'.repeat(1_000_000)) && !socket.destroyed) await once(socket, 'drain')
    }
    socket.write(`${head(24)}{"name":"a","minutes":1}`)
    const told = () => [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
    while (told().length < 2 && !socket.closed) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.deepEqual(told(), ['413', '200'])
    socket.destroy()
  } finally {
    await serving.close()
  }
})

test('callers of a trusted network need no credential where the route says so, and only there', async () => {
  const trusting = await testServer(routes, { trustedNetworks: ['10.0.0.0/8', '2001:db8::/32'] })
  const from = (
    remoteAddress: string,
    url: string,
    headers: Record<string, string> = {},
    method: 'GET' | 'POST' = 'POST',
  ) => trusting.inject({ method, url, remoteAddress, headers, payload: method === 'POST' ? 'x' : undefined })
  assert.deepEqual((await from('10.1.2.3', '/api/v1/events')).json(), { length: 1, tenant: 'default' })
  assert.equal((await from('::ffff:10.1.2.3', '/api/v1/events')).statusCode, 202)
  assert.equal((await from('2001:db8::1', '/api/v1/events')).statusCode, 202)
  assert.equal((await from('11.1.2.3', '/api/v1/events')).statusCode, 401)
  assert.equal((await from('11.1.2.3', '/api/v1/events', { 'x-forwarded-for': '10.1.2.3' })).statusCode, 401)
  assert.equal((await from('10.1.2.3', '/api/v1/events', { authorization: 'Bearer nobody' })).statusCode, 401)
  assert.equal((await from('10.1.2.3', '/api/v1/queues/1', {}, 'GET')).statusCode, 401)
  await trusting.close()
})

test('a trusted proxy tells who calls through it, and nobody else does', async () => {
  const behind = await testServer(routes, {
    trustedNetworks: ['10.0.0.0/8'],
    trustedProxies: ['127.0.0.1', 'fd00::/8'],
  })
  const statusOf = async (remoteAddress: string, forwarded: string) => {
    const headers = { 'x-forwarded-for': forwarded }
    return (await behind.inject({ method: 'POST', url: '/api/v1/events', remoteAddress, headers, payload: 'x' }))
      .statusCode
  }
  assert.equal(await statusOf('127.0.0.1', '10.1.2.3'), 202)
  assert.equal(await statusOf('127.0.0.1', '10.1.2.3, fd00::2'), 202, 'through a second proxy')
  assert.equal(await statusOf('127.0.0.1', '10.1.2.3, 203.0.113.9'), 401, 'what the caller itself claims')
  assert.equal(await statusOf('203.0.113.9', '10.1.2.3'), 401, 'one that is no proxy of ours')
  assert.equal(await statusOf('127.0.0.1', 'nobody'), 401)
  await behind.close()
})

test('a door says when it cannot take more', async () => {
  const refusal = new Problem(429, 'overload', 'Later.', { retryAfterS: 3 })
  const full = await testServer(routes, { overload: (tenant) => (tenant === 'acme' ? refusal : null) })
  const answer = await full.inject({
    method: 'POST',
    url: '/api/v1/events',
    headers: { authorization: 'Bearer acme:events.write' },
    payload: 'x',
  })
  assert.equal(problem(answer, 429).code, 'overload')
  assert.equal(answer.headers['retry-after'], '3')
  assert.equal((await full.inject({ url: '/api/v1/queues/1', headers: reads })).statusCode, 200)
  await full.close()
})

test('requests are counted by caller and route, but not at the doors', async () => {
  const limited = await testServer(routes, { requestsPerMinute: 2 })
  const get = (tenant: string) =>
    limited.inject({ url: '/api/v1/queues/1', headers: { authorization: `Bearer ${tenant}:queues.read` } })
  const first = await get('acme')
  assert.equal(first.headers['ratelimit-policy'], '"default";q=2;w=60')
  assert.equal(first.headers.ratelimit, '"default";r=1;t=60')
  await get('acme')
  const third = await get('acme')
  const body = problem(third, 429)
  assert.equal(body.type, 'https://iana.org/assignments/http-problem-types#quota-exceeded')
  assert.deepEqual(body['violated-policies'], ['default'])
  assert.equal(third.headers['retry-after'], '60')
  assert.equal((await get('other')).statusCode, 200)
  for (let i = 0; i < 5; i++) {
    const door = await limited.inject({
      method: 'POST',
      url: '/api/v1/events',
      headers: { authorization: 'Bearer acme:events.write' },
      payload: 'x',
    })
    assert.equal(door.statusCode, 202)
  }
  await limited.close()
})

/** Sends raw bytes and gives what comes back until the server closes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.write(text)
  await once(socket, 'close')
  return answer
}

test('what is not HTTP, and headers over 16 kB, are told in the same form', async () => {
  const server = await testServer(routes)
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  assert.match(await raw(port, 'nonsense\r\n\r\n'), /^HTTP\/1.1 400 [\s\S]*application\/problem\+json/)
  assert.match(
    await raw(port, `GET /open HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(17_000)}\r\n\r\n`),
    /^HTTP\/1.1 431 [\s\S]*headers-too-large/,
  )
  assert.ok(server.server.headersTimeout <= 10_000 && server.server.requestTimeout <= 30_000, 'slow senders are cut')
  await server.close()
})

/** A route that answers only when nobody waits for it. */
async function waiting() {
  const begun = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  const waits = route({
    ...base,
    method: 'GET',
    path: '/waits',
    permission: 'public',
    async handle({ left }) {
      const signal = left()
      begun.resolve()
      if (!signal.aborted) await once(signal, 'abort')
      told.resolve()
      throw brokenOff()
    },
  })
  const { logger, lines } = memoryLogger()
  const server = await testServer([waits], { logger })
  await server.listen({ port: 0, host: '127.0.0.1' })
  return { server, port: (server.server.address() as AddressInfo).port, begun, told, lines }
}

test('who works for the answer alone is told that its caller has gone; it is no fault of ours', async () => {
  const { server, port, begun, told, lines } = await waiting()
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write('GET /waits HTTP/1.1\r\nhost: x\r\n\r\n')
  await begun.promise
  socket.end()
  await told.promise
  await server.close()
  assert.deepEqual(lines, [])
})

test('who works for the answer alone is told that the server closes', async () => {
  const { server, port, begun } = await waiting()
  const answer = fetch(`http://127.0.0.1:${port}/waits`)
  await begun.promise
  await server.close()
  const { status, headers } = await answer
  assert.deepEqual([status, headers.get('retry-after')], [503, '2'])
})

test('of a flood of refusals that are our fault the log keeps a sample, route by route', async () => {
  const full = (path: string) =>
    route({
      ...base,
      method: 'GET',
      path,
      permission: 'public',
      async handle() {
        throw new Problem(503, 'disk-full', 'There is no room.', { retryAfterS: 30 })
      },
    })
  const { logger, lines } = memoryLogger()
  const server = await testServer([full('/a'), full('/b')], { logger })
  for (let i = 0; i < 200; i++) assert.equal((await server.inject('/a')).statusCode, 503)
  await server.inject('/b')
  await server.close()
  assert.ok(lines.length < 100, String(lines.length))
  assert.equal(lines.filter(({ route }) => route === '/b').length, 1)
})
