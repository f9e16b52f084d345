import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { pino } from 'pino'
import { createLogger } from '#platform/telemetry/logger.ts'
import { createRegistry, metricsOf } from '#platform/telemetry/metrics.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { noSpans, openSpans } from '#platform/telemetry/spans.ts'

type Line = Record<string, unknown>

function captured(): { lines: Line[]; write(line: string): void } {
  const lines: Line[] = []
  return { lines, write: (line) => void lines.push(JSON.parse(line)) }
}

test('a log line has time, level, text and ids, and never a secret', () => {
  const destination = captured()
  const logger = createLogger({ level: 'info', destination })
  logger.info(
    {
      traceId: 't',
      tenantId: 'acme',
      eventId: 'e',
      authorization: 'Bearer x',
      headers: { authorization: 'Bearer x' },
      token: 'x',
      phone: '+56 9',
    },
    'hello',
  )
  const [line] = destination.lines
  assert.match(String(line?.time), /^\d{4}-\d\d-\d\dT.*Z$/)
  assert.deepEqual(
    [line?.level, line?.msg, line?.traceId, line?.tenantId, line?.eventId],
    ['info', 'hello', 't', 'acme', 'e'],
  )
  assert.ok(!JSON.stringify(line).includes('Bearer x') && !JSON.stringify(line).includes('+56'))
})

test('an error of PostgreSQL is logged without the rows that it quotes', () => {
  const destination = captured()
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ana@example.org) exists',
  })
  createLogger({ level: 'info', destination }).error({ err: new Error('failed', { cause }) }, 'x')
  const text = JSON.stringify(destination.lines[0])
  assert.ok(text.includes('23505') && text.includes('duplicate key'))
  assert.ok(!text.includes('ana@example.org'))
})

test('the figures have the names that dashboards read, each once and well formed', async () => {
  const registry = createRegistry({ version: '1.2.3', commit: 'abc' })
  const metrics = metricsOf(registry)
  assert.equal(metricsOf(registry), metrics)
  createRouteTimes(registry)
  metrics.eventsReceived.inc({ source: 'rest', type: 'encounter', result: 'accepted' })
  metrics.consumerProcessingSeconds.observe({ consumer: 'flows', result: 'ok' }, 0.01)
  const text = await registry.metrics()
  for (const name of [
    'cauce_events_received_total',
    'cauce_consumer_processing_seconds',
    'cauce_webhook_attempts_total',
    'cauce_notifications_total',
    'cauce_http_request_duration_seconds',
    'process_resident_memory_bytes',
  ]) {
    assert.equal(text.match(new RegExp(`^# TYPE ${name} `, 'gm'))?.length, 1, name)
  }
  assert.match(text, /^cauce_build_info\{version="1.2.3",commit="abc"\} 1$/m)
  for (const [, name] of text.matchAll(/^# TYPE (\S+) counter$/gm)) assert.match(String(name), /_total$/)
  for (const [, name] of text.matchAll(/^# TYPE (\S+)/gm)) assert.match(String(name), /^[a-z][a-z0-9_]*$/)
})

test('the times of a route fall into cumulative buckets', async () => {
  const registry = createRegistry({ version: '1', commit: '' })
  const times = createRouteTimes(registry)
  const events = times.route('POST', '/api/v1/events')
  for (const tookMs of [0.5, 1, 3, 20_000]) events.observe(202, tookMs)
  times.observe('POST', '/api/v1/events', 400, 3)
  times.observe('BREW', 'none', 404, 3)
  const text = await registry.metrics()
  const value = (labels: string, suffix = 'bucket') =>
    Number(new RegExp(`^cauce_http_request_duration_seconds_${suffix}\\{${labels}\\} (\\S+)$`, 'm').exec(text)?.[1])
  const labels = 'method="POST",route="/api/v1/events",status="202"'
  assert.equal(value(`${labels},le="0.001"`), 2)
  assert.equal(value(`${labels},le="0.005"`), 3)
  assert.equal(value(`${labels},le="\\+Inf"`), 4)
  assert.equal(value(labels, 'count'), 4)
  assert.ok(Math.abs(value(labels, 'sum') - 20.0045) < 1e-9)
  assert.equal(value('method="other",route="none",status="404"', 'count'), 1)
})

type Exported = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: { key: string }[]
  status: { code?: number }
  startTimeUnixNano: string
  endTimeUnixNano: string
}

test('spans reach the collector as one chain, request to delivery', async () => {
  const spans: Exported[] = []
  const resources: string[] = []
  const collector = createServer(async (request, response) => {
    assert.equal(request.url, '/v1/traces')
    let body = ''
    for await (const chunk of request) body += chunk
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      resources.push(JSON.stringify(resource))
      for (const scope of scopeSpans) spans.push(...scope.spans)
    }
    response.setHeader('content-type', 'application/json').end('{}')
  })
  collector.listen(0, '127.0.0.1')
  await once(collector, 'listening')
  const { port } = collector.address() as AddressInfo
  const tracer = await openSpans({
    endpoint: `http://127.0.0.1:${port}/`,
    service: 'cauce',
    version: '1',
    logger: pino({ level: 'silent' }),
  })
  assert.ok(tracer.enabled)

  const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const request = tracer.child(caller)
  const consume = tracer.span('process flows', request, { 'messaging.operation.name': 'process' }, 1_000, 1_010)
  const delivery = tracer.child(consume)
  tracer.record({
    name: 'deliver webhook',
    kind: 'client',
    traceparent: delivery,
    parent: consume,
    endMs: 1_100.5,
    tookMs: 40.25,
    error: 'timeout',
  })
  tracer.record({
    name: 'POST /api/v1/events',
    kind: 'server',
    traceparent: request,
    parent: caller,
    endMs: 1_001,
    tookMs: 1,
  })
  tracer.record({ name: 'unsampled', traceparent: `${request.slice(0, -2)}00`, endMs: 1, tookMs: 1 })
  await tracer.close(5_000)
  collector.close()

  const byName = new Map(spans.map((span) => [span.name, span]))
  assert.deepEqual([...byName.keys()].sort(), ['POST /api/v1/events', 'deliver webhook', 'process flows'])
  for (const span of spans) assert.equal(span.traceId, '0af7651916cd43dd8448eb211c80319c')
  assert.equal(byName.get('POST /api/v1/events')?.parentSpanId, 'b7ad6b7169203331')
  assert.equal(byName.get('process flows')?.parentSpanId, byName.get('POST /api/v1/events')?.spanId)
  assert.equal(byName.get('deliver webhook')?.parentSpanId, byName.get('process flows')?.spanId)
  assert.equal(byName.get('deliver webhook')?.status.code, 2)
  assert.equal(byName.get('deliver webhook')?.endTimeUnixNano, '1100500000')
  assert.equal(byName.get('deliver webhook')?.startTimeUnixNano, '1060250000')
  assert.match(resources[0] ?? '', /service\.name.*cauce/)
})

test('without a collector nothing is made, and a parent stays what it is', async () => {
  const tracer = await openSpans({
    endpoint: undefined,
    service: 'cauce',
    version: '1',
    logger: pino({ level: 'silent' }),
  })
  assert.equal(tracer, noSpans)
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  assert.equal(tracer.child(parent), parent)
  assert.equal(tracer.span('x', parent, {}, 1, 2), parent)
})

test('a collector that hangs holds up the stop as long as it may, and no longer', async () => {
  const hanging = createServer(() => {})
  hanging.listen(0, '127.0.0.1')
  await once(hanging, 'listening')
  const { port } = hanging.address() as AddressInfo
  const tracer = await openSpans({
    endpoint: `http://127.0.0.1:${port}`,
    service: 'cauce',
    version: '1',
    logger: pino({ level: 'silent' }),
  })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  // More than one request may carry.
  for (let i = 0; i < 2_000; i++) tracer.record({ name: 'x', traceparent, endMs: 1, tookMs: 1 })
  let sent = false
  hanging.once('close', () => {
    sent = true
  })
  await tracer.close(100)
  assert.equal(sent, false)
  hanging.closeAllConnections()
  hanging.close()
})

test('a collector that is away does not hold up the stop', async () => {
  const closed = createServer()
  closed.listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  const tracer = await openSpans({
    endpoint: `http://127.0.0.1:${port}`,
    service: 'cauce',
    version: '1',
    logger: pino({ level: 'silent' }),
  })
  tracer.record({
    name: 'x',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    endMs: 1,
    tookMs: 1,
  })
  const started = performance.now()
  await tracer.close(5_000)
  assert.ok(performance.now() - started < 5_000)
})
