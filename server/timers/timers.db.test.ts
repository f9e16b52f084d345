import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { startWebhookSink, type WebhookSink } from '#notifications/index.ts'
import { manualClock } from '#platform/clock.ts'
import { testProgram, testServer } from '../testing.ts'
import { timers } from './index.ts'

const START = Date.parse('2026-03-27T14:00:00Z')
const HOUR_MS = 3_600_000
const clock = manualClock(START)

let program: Awaited<ReturnType<typeof testProgram>>
let app: FastifyInstance
let sink: WebhookSink

before(async () => {
  sink = await startWebhookSink(clock.wall)
  program = await testProgram([deliveries, conversations, timers], { clock, env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.1' } })
  app = await testServer(program)
  await program.start()
})

after(async () => {
  await app?.close()
  await program?.close()
  await sink?.close()
})

type Body = { [name: string]: unknown }

async function call(who: string, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: unknown) {
  const answer = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${who}` },
    ...(payload === undefined ? {} : { payload: payload as object }),
  })
  return { status: answer.statusCode, body: (answer.body === '' ? {} : answer.json()) as Body }
}

const make = (who: string, body: Body) => call(who, 'POST', '/api/v1/timers', body)
const url = (path: string) => `${sink.url}/${path}`

async function reaches(who: string, id: string, status: string, attempts: number | null = null): Promise<Body> {
  for (let tries = 0; ; tries++) {
    const { body } = await call(who, 'GET', `/api/v1/timers/${encodeURIComponent(id)}`)
    if (body.status === status && (attempts === null || body.attempts === attempts)) return body
    assert.ok(tries < 400, JSON.stringify(body))
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const events = (who: string) =>
  program.database.worker.query<{ event_type: string; payload_json: unknown }>(
    'select event_type, payload_json from outbox_event where tenant = $1 order by created_at',
    [who],
  )

test('a timer calls back once, at its time, with its id as the key of the call', async () => {
  const made = await make('call', { id: 'tímer/1', delay: 'PT1H', callbackUrl: url('call'), payload: { n: 1 } })
  assert.equal(made.status, 201)
  assert.deepEqual(
    [made.body.id, made.body.dueAt, made.body.status],
    ['tímer/1', '2026-03-27T15:00:00.000Z', 'scheduled'],
  )
  assert.equal((await make('call', { id: 'tímer/1', delay: 'PT2H', callbackUrl: url('call') })).status, 409)
  assert.equal(sink.received.all.length, 0)
  clock.advance(HOUR_MS)
  const got = await sink.received.waitFor((item) => item.path === '/call')
  assert.deepEqual(got.body, {
    id: 'tímer/1',
    dueAt: '2026-03-27T15:00:00.000Z',
    firedAt: '2026-03-27T15:00:00.000Z',
    payload: { n: 1 },
  })
  assert.equal(got.headers['idempotency-key'], 't%C3%ADmer%2F1')
  const fired = await reaches('call', 'tímer/1', 'fired', 1)
  assert.equal(fired.firedAt, '2026-03-27T15:00:00.000Z')
  for (const [method, body] of [
    ['PATCH', { delay: 'PT1H' }],
    ['DELETE', undefined],
  ] as const) {
    assert.equal((await call('call', method, '/api/v1/timers/t%C3%ADmer%2F1', body)).status, 409)
  }
})

test('a timer gives birth to an event in the commit in which it fires', async () => {
  const made = await make('event', {
    dueAt: new Date(clock.now() + 1_000).toISOString(),
    event: { type: 'review.due', subject: 'enc-1', data: { by: 'timer' } },
  })
  assert.equal(made.status, 201)
  clock.advance(1_000)
  await reaches('event', String(made.body.id), 'fired')
  const rows = await events('event')
  assert.equal(rows.length, 1)
  assert.equal(rows[0]?.event_type, 'review.due')
})

test('moved, it fires at the new time only; cancelled, never', async () => {
  const at = (ms: number) => new Date(clock.now() + ms).toISOString()
  for (const id of ['sooner', 'later', 'never']) {
    await make('move', { id, dueAt: at(2 * HOUR_MS), callbackUrl: url(`move/${id}`) })
  }
  assert.equal((await call('move', 'PATCH', '/api/v1/timers/sooner', { delay: 'PT1H' })).body.dueAt, at(HOUR_MS))
  assert.equal((await call('move', 'PATCH', '/api/v1/timers/later', { dueAt: at(3 * HOUR_MS) })).status, 200)
  assert.equal((await call('move', 'DELETE', '/api/v1/timers/never')).status, 204)
  assert.equal((await call('move', 'DELETE', '/api/v1/timers/never')).status, 204)
  clock.advance(HOUR_MS)
  await sink.received.waitFor((item) => item.path === '/move/sooner')
  clock.advance(HOUR_MS)
  await make('move', { id: 'fence', dueAt: at(0), callbackUrl: url('move/fence') })
  await sink.received.waitFor((item) => item.path === '/move/fence')
  assert.equal(
    sink.received.all.some((item) => item.path === '/move/later'),
    false,
  )
  clock.advance(HOUR_MS)
  await sink.received.waitFor((item) => item.path === '/move/later')
  assert.equal(
    sink.received.all.some((item) => item.path === '/move/never'),
    false,
  )
  assert.equal((await reaches('move', 'never', 'cancelled')).firedAt, null)
})

test('business time is counted by the calendar, and again when it has changed', async () => {
  clock.set(Date.parse('2026-04-03T13:00:00Z'))
  const week = Object.fromEntries(
    ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [{ from: '09:00', to: '17:00' }]]),
  )
  const calendar = { timeZone: 'Europe/Madrid', week, holidays: [] as unknown[] }
  assert.ok((await call('biz', 'PUT', '/api/v1/calendars/c', calendar)).status < 300)
  const made = await make('biz', { id: 'b', delay: 'PT3H', calendar: 'c', callbackUrl: url('biz') })
  // Friday 15:00 in Madrid: two hours today, one on Monday.
  assert.equal(made.body.dueAt, '2026-04-06T08:00:00.000Z')
  calendar.holidays.push({ date: '2026-04-06' })
  assert.ok((await call('biz', 'PUT', '/api/v1/calendars/c', calendar)).status < 300)
  clock.set(Date.parse('2026-04-06T08:00:00Z'))
  for (let tries = 0; tries < 400; tries++) {
    const { body } = await call('biz', 'GET', '/api/v1/timers/b')
    if (body.dueAt === '2026-04-07T08:00:00.000Z') break
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  clock.set(Date.parse('2026-04-07T08:00:00Z'))
  await sink.received.waitFor((item) => item.path === '/biz')
  assert.equal((await make('biz', { delay: 'PT3H', calendar: 'none', callbackUrl: url('biz') })).status, 400)
})

test('a call that nobody takes is shown as failed, with the reason', async () => {
  sink.breakWith(410)
  try {
    await make('fail', { id: 'f', delay: 'PT0S', callbackUrl: url('fail') })
    const failed = await reaches('fail', 'f', 'failed')
    assert.match(String(failed.error), /410/)
    const { status, body } = await call('fail', 'GET', `/api/v1/deliveries/${failed.deliveryId}`)
    assert.deepEqual([status, body.id, body.channel], [200, failed.deliveryId, 'callback'])
    const listed = await call('fail', 'GET', '/api/v1/timers?status=failed')
    assert.deepEqual(
      (listed.body.items as Body[]).map(({ id }) => id),
      ['f'],
    )
  } finally {
    sink.breakWith(null)
  }
})

test('while a call is refused and tried again, the timer names the delivery that tells of it', async () => {
  sink.breakWith(503)
  try {
    const { body } = await make('busy', { id: 'b', delay: 'PT0S', callbackUrl: url('busy') })
    assert.equal(body.deliveryId, undefined, 'nothing is called yet')
    const { deliveryId } = await reaches('busy', 'b', 'fired')
    for (let tries = 0; ; tries++) {
      const { body: delivery } = await call('busy', 'GET', `/api/v1/deliveries/${deliveryId}`)
      if (Number(delivery.attempts) > 0) break
      assert.ok(tries < 400, JSON.stringify(delivery))
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  } finally {
    sink.breakWith(null)
  }
})

test('lists are paged in the order of due times', async () => {
  for (const n of [3, 1, 2]) await make('list', { id: `t${n}`, delay: `PT${n}H`, callbackUrl: url('list') })
  const first = await call('list', 'GET', '/api/v1/timers?limit=2')
  assert.deepEqual(
    (first.body.items as Body[]).map(({ id }) => id),
    ['t1', 't2'],
  )
  const rest = await call('list', 'GET', `/api/v1/timers?limit=2&cursor=${first.body.nextCursor}`)
  assert.deepEqual(
    (rest.body.items as Body[]).map(({ id }) => id),
    ['t3'],
  )
  assert.deepEqual((await call('list-2', 'GET', '/api/v1/timers')).body.items, [])
  assert.equal((await call('list-2', 'GET', '/api/v1/timers/t1')).status, 404)
  assert.equal((await call('list-2', 'DELETE', '/api/v1/timers/t1')).status, 404)
})

test('what no timer can be is refused with its field, and nothing is stored', async () => {
  const bodies: [Body, string][] = [
    [{ delay: 'PT1H' }, '/callbackUrl'],
    [{ delay: 'PT1H', callbackUrl: url('x'), event: { type: 'a.b' } }, '/event'],
    [{ callbackUrl: url('x') }, '/dueAt'],
    [{ delay: 'soon', callbackUrl: url('x') }, '/delay'],
    [{ dueAt: '2026-02-30T00:00:00Z', callbackUrl: url('x') }, '/dueAt'],
    [{ delay: 'PT1H', callbackUrl: 'http://169.254.169.254/' }, '/callbackUrl'],
    [{ delay: 'PT1H', callbackUrl: 'http://[::1]/' }, '/callbackUrl'],
    [{ delay: 'PT1H', callbackUrl: 'file:///etc/passwd' }, '/callbackUrl'],
    [{ delay: 'PT1H', event: { type: 'a.*' } }, '/event/type'],
    [{ delay: 'PT1H', event: { type: 'encounter.closed', subject: 'e1' } }, '/event/type'],
    [{ delay: 'PT1H', event: { type: 'a.b' }, payload: 1 }, '/payload'],
    [{ delay: 'PT1H', callbackUrl: url('x'), payload: 'x'.repeat(70_000) }, '/payload'],
    [{ delay: 'PT1H', callbackUrl: url('x'), id: 'a\u0000b' }, '/id'],
    [{ delay: 'PT1H', callbackUrl: url('x'), extra: true }, '/extra'],
  ]
  for (const [body, path] of bodies) {
    const answer = await make('bad', body)
    assert.equal(answer.status, 400, JSON.stringify([body, answer.body]))
    assert.deepEqual(
      (answer.body.errors as Body[]).map((fault) => fault.path),
      [path],
    )
  }
  assert.deepEqual((await call('bad', 'GET', '/api/v1/timers')).body.items, [])
  const nul = await call('bad', 'GET', '/api/v1/timers/a%00b')
  assert.equal(nul.status, 400)
  assert.equal((nul.body.errors as { messages: { es: string } }[])[0]?.messages.es, 'contiene el carácter U+0000')
})

test('what has ended is forgotten after its days and its id is free again; what waits stays', async () => {
  const DAY_MS = 24 * HOUR_MS
  const born = { delay: 'PT0S', event: { type: 'review.due' } }
  const waits = { delay: 'P90D', callbackUrl: url('keep') }
  const is = async (id: string) => (await call('keep', 'GET', `/api/v1/timers/${id}`)).status
  await make('keep', { id: 'fired', ...born })
  await reaches('keep', 'fired', 'fired')
  await make('keep', { id: 'cancelled', ...waits })
  await call('keep', 'DELETE', '/api/v1/timers/cancelled')
  await make('keep', { id: 'waiting', ...waits })
  clock.advance(29 * DAY_MS)
  await make('keep', { id: 'later', ...born })
  await reaches('keep', 'later', 'fired')
  clock.advance(DAY_MS + HOUR_MS)
  for (let tries = 0; (await is('fired')) !== 404 || (await is('cancelled')) !== 404; tries++) {
    assert.ok(tries < 400, 'they are gone')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  assert.deepEqual([await is('later'), await is('waiting')], [200, 200])
  assert.equal((await make('keep', { id: 'fired', ...waits })).status, 201)
})
