import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { until } from '#events/testing.ts'
import { createLogger } from '#platform/telemetry/logger.ts'
import { createRouteTimes } from '#platform/telemetry/route-times.ts'
import { services } from './services.ts'
import { testProgram, testServer } from './testing.ts'

/* What an operator follows: the lines of the log, and the figures that the alerts of deploy/ read. */

type Line = { level: string; msg: string; tenantId?: string; traceId?: string; eventId?: string; encounterId?: string }

const lines: Line[] = []
let program: Awaited<ReturnType<typeof testProgram>>
let server: FastifyInstance

before(async () => {
  program = await testProgram(services, {
    logger: createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
  })
  await program.start()
  server = await testServer(program)
})
after(async () => {
  await server?.close()
  await program?.close()
})

async function ok(method: 'POST' | 'PUT' | 'GET', path: string, payload?: object) {
  const answer = await server.inject({
    method,
    url: `/api/v1/${path}`,
    headers: { authorization: 'Bearer acme' },
    ...(payload === undefined ? {} : { payload }),
  })
  assert.ok(answer.statusCode < 300, answer.body)
  return answer.json()
}

test('the business is told in the log, line by line, with its ids', async () => {
  await ok('PUT', 'queues/coach', { name: 'Coach' })
  await ok('PUT', 'contacts/ana', { name: 'Ana Secretísima' })
  await ok('POST', 'encounters', { id: 'enc-1', queueId: 'coach', contactId: 'ana', channel: 'web' })
  await ok('POST', 'encounters/enc-1/messages', { from: 'patient', text: 'something private' })
  await ok('POST', 'encounters/enc-1/close', { reason: 'done' })
  const event = { event_id: 'ev-1', type: 'order', subtype: 'placed', encounter_id: 'enc-1', datetime: Date.now() }
  await ok('POST', 'events', event)
  const { id } = await ok('POST', 'flows', { name: 'F' })
  await ok('PUT', `flows/${id}/draft`, {
    nodes: [
      { id: 'start', type: 'trigger', data: { event: 'never.comes' } },
      { id: 'end', type: 'end', data: {} },
    ],
    edges: [{ id: '1', source: 'start', target: 'end' }],
  })
  await ok('POST', `flows/${id}/publish`, {})

  const told = await until(
    async () => new Map(lines.map((line) => [line.msg, line])),
    (found) => ['encounter opened', 'encounter closed', 'event taken', 'flow published'].every((msg) => found.has(msg)),
  )
  for (const msg of ['encounter opened', 'encounter closed']) assert.equal(told.get(msg)?.encounterId, 'enc-1')
  const taken = told.get('event taken')
  assert.deepEqual([taken?.level, taken?.tenantId, taken?.eventId], ['info', 'acme', 'ev-1'])
  assert.match(taken?.traceId ?? '', /^[0-9a-f]{32}$/)
  const text = JSON.stringify(lines)
  for (const said of ['Secretísima', 'something private']) assert.ok(!text.includes(said), said)
})

test('every figure that an alert reads is there from the first scrape, at 0 where nothing is wrong', async () => {
  createRouteTimes(program.runtime.metrics).observe('POST', '/api/v1/events', 202, 1)
  const text = await program.runtime.metrics.metrics()
  const rules = await readFile(new URL('../deploy/prometheus/cauce.rules.yml', import.meta.url), 'utf8')
  const names = [...new Set(rules.match(/\bcauce_\w+/g))]
  assert.ok(names.length >= 7)
  for (const name of names) assert.match(text, new RegExp(`^${name}(\\{.*\\})? \\S+$`, 'm'))
  for (const name of [
    'cauce_breakers_open',
    'cauce_dead_letters',
    'cauce_endpoints_disabled',
    'cauce_events_set_aside',
  ]) {
    assert.match(text, new RegExp(`^${name} 0$`, 'm'))
  }
  assert.match(text, /^cauce_outbox_pending\{topic="log"\} \d+$/m)
})

test('what goes wrong is counted', async () => {
  const { worker } = program.database
  await worker.query(
    `insert into event_exception (consumer, tenant, position, event_id, subject, shard, status, attempts, error, at)
     values ('flows', 'acme', 1, 'x', 'x', 0, 'failed', 5, 'x', now())`,
  )
  await worker.query(
    `insert into delivery_target (tenant, target, failures, opens, open_until, opened_at)
     values ('acme', 'a', 10, 1, to_timestamp($1::double precision / 1000), now()), ('acme', 'b', 10, 1, to_timestamp(0), now())`,
    [program.runtime.clock.wall() + 60_000],
  )
  // Another node over the same database counts anew.
  const other = await testProgram(services, { url: program.url, node: 'other' })
  try {
    const text = await other.runtime.metrics.metrics()
    assert.match(text, /^cauce_breakers_open 1$/m)
    assert.match(text, /^cauce_events_set_aside 1$/m)
  } finally {
    await other.close()
  }
})
