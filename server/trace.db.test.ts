import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bootstrap } from '#access/index.ts'
import { httpSink, type SinkRequest } from '#notifications/receivers/http-sink.ts'
import type { FinishedSpan, Spans } from '#platform/telemetry/spans.ts'
import { nextTrace } from '#platform/trace-context.ts'
import type { Program } from './program.ts'
import { serve } from './serve.ts'
import { services } from './services.ts'
import { testProgram } from './testing.ts'

/** One trace from a request to every receiver: what a receiver is told as its parent is a span that was recorded. */

const KEY = 'first-key-of-the-tests-0123456789abcdef'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = `00-${TRACE}-b7ad6b7169203331-01`
const STATE = 'vendor=a:1,other@sys=2'

let program: Program & { close(): Promise<void> }
let app: FastifyInstance
let sink: Awaited<ReturnType<typeof httpSink>>
const requests: SinkRequest[] = []
let came = Promise.withResolvers<void>()
const recorded: FinishedSpan[] = []
const spans: Spans = {
  enabled: true,
  child: nextTrace,
  record: (span) => void recorded.push(span),
  span: (_name, parent) => nextTrace(parent),
  close: async () => {},
}
const spanOf = (traceparent = '') => traceparent.slice(36, 52)
/** The states of others in a header; our own member in front says how far the call is from its beginning. */
const statesIn = ({ headers }: SinkRequest) =>
  headers.tracestate?.replace(/^cauce=\d+(:run:[\w-]+)?(,|$)/, '') || undefined

async function call(method: 'POST' | 'PUT', url: string, payload: object, headers: Record<string, string> = {}) {
  const answer = await app.inject({ method, url, headers: { authorization: `Bearer ${KEY}`, ...headers }, payload })
  assert.ok(answer.statusCode < 300, answer.body)
  return answer.json()
}

/** The request that reached a path of the receiver, the n-th. */
async function reached(path: string, n = 1): Promise<SinkRequest> {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const found = requests.filter((request) => request.path === path)[n - 1]
    if (found !== undefined) return found
    const timer = setTimeout(came.resolve, 50)
    await came.promise
    clearTimeout(timer)
    came = Promise.withResolvers()
  }
  throw new Error(`nothing reached ${path}`)
}

/** That what a receiver was told is the span of the attempt, and what that is a part of. */
async function assertOneSpan({ headers }: SinkRequest, name: string): Promise<FinishedSpan> {
  const own = spanOf(headers.traceparent)
  for (let i = 0; i < 500; i++) {
    const found = recorded.find(({ traceparent }) => spanOf(traceparent) === own)
    if (found !== undefined) {
      assert.equal(found.name, name)
      return found
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`no span of ${name} was recorded as ${headers.traceparent}`)
}

before(async () => {
  sink = await httpSink((request) => {
    requests.push(request)
    came.resolve()
    return {
      status: request.path === '/once' && requests.filter(({ path }) => path === '/once').length === 1 ? 500 : 200,
    }
  })
  program = await testProgram(services, {
    env: { CAUCE_API_KEY: KEY, CAUCE_WEBHOOK_ALLOW: '127.0.0.1', CAUCE_PUSH_URL: sink.url },
    spans,
  })
  const { runtime, database } = program
  await bootstrap({ database, settings: runtime.settings, clock: runtime.clock })
  app = await serve(program, [])
  await program.start()
  for (const [path, format] of [
    ['/plain', 'as-received'],
    ['/cloudevents', 'cloudevents'],
    ['/once', 'cloudevents'],
  ]) {
    await call('POST', '/api/v1/subscriptions', { routingKeyPattern: 'visit.#', webhookUrl: sink.url + path, format })
  }
  const { id } = await call('POST', '/api/v1/flows', { name: 'F' })
  await call('PUT', `/api/v1/flows/${id}/draft`, {
    nodes: [
      { id: 'start', type: 'trigger', position: { x: 0, y: 0 }, data: { event: 'visit.made' } },
      { id: 'ask', type: 'http', position: { x: 0, y: 1 }, data: { method: 'GET', url: `${sink.url}/http` } },
      { id: 'tell', type: 'emit', position: { x: 0, y: 2 }, data: { type: 'visit.told', data: { ok: 'true' } } },
      { id: 'end', type: 'end', position: { x: 0, y: 9 }, data: {} },
    ],
    edges: [
      { id: '1', source: 'start', target: 'ask' },
      { id: '2', source: 'ask', target: 'tell' },
      { id: '3', source: 'tell', target: 'end' },
    ],
  })
  await call('POST', `/api/v1/flows/${id}/publish`, {})
})
after(async () => {
  await app?.close()
  await program?.close()
  await sink?.close()
})

const post = (id: string, headers: Record<string, string>) =>
  call(
    'POST',
    '/api/v1/events',
    { event_id: id, type: 'visit', subtype: 'made', encounter_id: id, datetime: program.runtime.clock.now() },
    headers,
  )

test('a webhook, a call of a flow and what the flow emits go out under the spans of their attempts, with the state', async () => {
  await post('v1', { traceparent: CALLER, tracestate: STATE })
  const parents: (string | null | undefined)[] = []
  for (const [path, name] of [
    ['/plain', 'deliver webhook'],
    ['/cloudevents', 'deliver webhook'],
    ['/http', 'deliver http'],
  ] as const) {
    const request = await reached(path)
    assert.equal(request.headers.traceparent?.slice(0, 36), `00-${TRACE}-`, path)
    assert.equal(statesIn(request), STATE, path)
    parents.push((await assertOneSpan(request, name)).parent)
  }
  const emitted = await reached('/plain', 2)
  assert.equal(JSON.parse(emitted.body.toString()).type, 'visit.told')
  assert.deepEqual([emitted.headers.traceparent?.slice(3, 35), statesIn(emitted)], [TRACE, STATE])
  await assertOneSpan(emitted, 'deliver webhook')
  // All of the request that brought the event.
  const request = recorded.find(({ kind, name }) => kind === 'server' && name === 'POST /api/v1/events')
  for (const parent of parents) assert.equal(spanOf(parent ?? ''), spanOf(request?.traceparent))
})

test('in a CloudEvent made here body and header of one hop name the same span, at each attempt', async () => {
  await post('v2', { traceparent: CALLER, tracestate: STATE })
  const attempts = [
    await reachedBy('/cloudevents', ({ id }) => id === 'v2'),
    await reachedBy('/once', ({ id }) => id === 'v1'),
    await reachedBy('/once', ({ id }) => id === 'v1', 2),
    await reachedBy('/cloudevents', ({ type }) => type === 'visit.told'),
    await reachedBy('/plain', ({ type }) => type === 'visit.told'),
  ]
  for (const attempt of attempts) {
    const event = JSON.parse(attempt.body.toString())
    assert.deepEqual([event.traceparent, event.tracestate], [attempt.headers.traceparent, statesIn(attempt)])
  }
  assert.equal(new Set(attempts.map(({ headers }) => headers.traceparent)).size, attempts.length)
})

test('what came as a CloudEvent keeps the trace of its beginning, in body and log', async () => {
  const own = '00-11111111111111111111111111111111-2222222222222222-01'
  const event = {
    specversion: '1.0',
    id: 'ce1',
    source: '/ce',
    type: 'visit.seen',
    traceparent: own,
    tracestate: 'begin=1',
    data: {},
  }
  await call('POST', '/api/v1/events', event, { traceparent: CALLER, tracestate: STATE })
  for (const path of ['/plain', '/cloudevents']) {
    const request = await reachedBy(path, ({ id }) => id === 'ce1')
    assert.deepEqual(JSON.parse(request.body.toString()), event)
    assert.deepEqual([request.headers.traceparent?.slice(3, 35), statesIn(request)], ['1'.repeat(32), 'begin=1'])
  }
})

test('a push and a call of a timer go out under the spans of their attempts, with the state', async () => {
  const headers = { traceparent: CALLER, tracestate: STATE }
  await call('POST', '/api/v1/push', { to: 'device-1', body: 'Hello' }, headers)
  await call('POST', '/api/v1/timers', { delay: 'PT0.1S', callbackUrl: `${sink.url}/timer` }, headers)
  for (const [path, name] of [
    ['/api/v1/push', 'deliver push'],
    ['/timer', 'deliver callback'],
  ] as const) {
    const request = await reached(path)
    assert.deepEqual([request.headers.traceparent?.slice(3, 35), statesIn(request)], [TRACE, STATE], path)
    await assertOneSpan(request, name)
  }
})

test('a state without a trace, or that is none, is dropped; a call without a trace begins one', async () => {
  for (const [id, headers] of Object.entries<Record<string, string>>({
    v3: { tracestate: STATE },
    v4: { traceparent: 'nonsense', tracestate: STATE },
    v5: { traceparent: CALLER, tracestate: 'no state' },
  })) {
    await post(id, headers)
    const request = await reachedBy('/plain', (event) => event.event_id === id)
    assert.equal(statesIn(request), undefined, id)
    assert.equal(request.headers.traceparent?.includes(TRACE), id === 'v5', id)
    await assertOneSpan(request, 'deliver webhook')
  }
})

/** The n-th request of a path with an event that fits. */
async function reachedBy(path: string, fits: (event: Record<string, unknown>) => boolean, n = 1): Promise<SinkRequest> {
  let left = n
  for (let i = 1; ; i++) {
    const request = await reached(path, i)
    if (fits(JSON.parse(request.body.toString())) && --left === 0) return request
  }
}
