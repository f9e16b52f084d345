import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import type { DueRow } from '#platform/due-kind.ts'
import type { Service } from '#platform/service.ts'
import { noSpans } from '#platform/telemetry/spans.ts'
import { testProgram } from '../testing.ts'
import type { Attempt, Channel, Delivery, DeliveryDraft, DeliveryEnd, Prepared } from './delivery.ts'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import { cancelDeliveries, enqueueDeliveries, registerChannel } from './enqueue.ts'
import { deliveries } from './index.ts'
import { thisPlace } from './node/place.ts'
import { deliveryState } from './state.ts'
import { startReceiver } from './testing.ts'

let program: Awaited<ReturnType<typeof testProgram>>

/** What the test channel does with a delivery, by target. */
const behaviours = new Map<string, (delivery: Delivery, signal: AbortSignal) => Promise<Attempt>>()
const sent: { target: string; id: string; attempts: number }[] = []
const disabled: { tenant: string; target: string }[] = []
const ends: DueRow[] = []
const endCame = () => {}
const schedules = new Map<string, number[]>()
let prepare = async (rows: readonly Delivery[]): Promise<Prepared[]> =>
  rows.map(({ target }) => ({ summary: 'TEST', schedule: schedules.get(target) }))

const testChannel: Channel = {
  name: 'test',
  schedule: [20, 30, 60_000],
  timeoutMs: 400,
  prepare: (rows) => prepare(rows),
  async send(_prepared, delivery, signal) {
    sent.push({ target: delivery.target, id: delivery.id, attempts: delivery.attempts })
    const behave = behaviours.get(delivery.target)
    return behave === undefined ? { verdict: 'delivered', status: 200 } : behave(delivery, signal)
  },
  disable: (_tx, gone) => void disabled.push(...gone),
}

const listener: Service = {
  name: 'listener',
  settings: {},
  migrations: null,
  open(runtime) {
    registerChannel(runtime, testChannel)
    registerChannel(runtime, { ...testChannel, name: 'patient', timeoutMs: 10_000 })
    return {
      dueKinds: [
        {
          kind: 'test.ended',
          clock: 'wall',
          async handle(rows) {
            ends.push(...rows)
            endCame()
          },
        },
      ],
    }
  },
}

before(async () => {
  program = await testProgram([deliveries, listener], { env: { CAUCE_WEBHOOK_ALLOW: '127.0.0.0/8' } })
  await program.start()
})
after(() => program?.close())

const draft = (target: string, more: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  tenant: 'default',
  id: randomUUID(),
  channel: 'test',
  target,
  traceparent: null,
  cause: null,
  ...more,
})

const enqueue = (...drafts: DeliveryDraft[]) =>
  program.database.transaction(async (tx) => enqueueDeliveries(tx, drafts, program.runtime))

/** Waits for a fact, looking again each 5 ms. */
async function until<T>(look: () => Promise<T | undefined | false>, what: string, withinMs = 8_000): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > end) throw new Error(`did not happen: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

type History = { number: number; verdict: string; ended: string | null; next_at: Date | null; error: string | null }
const historyOf = (id: string) =>
  program.database.worker.query<History & { at: Date; status: number; body: string; request: string }>(
    'select * from delivery_attempt where delivery_id = $1::uuid order by number, at',
    [id],
  )
const ended = (id: string) =>
  until(async () => {
    const history = await historyOf(id)
    return history.some((row) => row.ended !== null) && history
  }, `the end of ${id}`)
const waiting = (target: string) =>
  program.database.worker.query<{ id: string; attempts: number; due_at: Date; lease: number | null }>(
    'select id::text as id, attempts, due_at, lease from delivery where target = $1',
    [target],
  )
const endOf = (key: string) =>
  until(
    async () => ends.find((row) => row.key === key)?.payload as unknown as DeliveryEnd | undefined,
    `news of ${key}`,
  )

test('what was enqueued is sent after the commit, recorded, and gone from the live table', async () => {
  const one = draft('plain', { eventId: 'e1', cause: 'e1' })
  await enqueue(one)
  const [attempt] = await ended(one.id)
  assert.deepEqual([attempt?.number, attempt?.verdict, attempt?.ended], [1, 'delivered', 'delivered'])
  assert.deepEqual(await waiting('plain'), [])
})

test('what was rolled back is not sent, and leaves no room taken', async () => {
  const one = draft('rolled-back')
  await assert.rejects(
    program.database.transaction(async (tx) => {
      enqueueDeliveries(tx, [one], program.runtime)
      throw new Error('no')
    }),
    /no/,
  )
  const next = draft('rolled-back')
  await enqueue(next)
  await ended(next.id)
  assert.deepEqual(
    sent.filter(({ target }) => target === 'rolled-back').map(({ id }) => id),
    [next.id],
  )
})

test('the same id is written once: while it waits, after it has ended, and twice in one batch', async () => {
  const one = draft('twice')
  await enqueue(one, { ...one })
  await enqueue(one)
  await ended(one.id)
  await enqueue(one)
  const other = draft('twice')
  await enqueue(one, other)
  await ended(other.id)
  assert.deepEqual(await waiting('twice'), [])
  assert.equal(sent.filter(({ id }) => id === one.id).length, 1)
  assert.equal(sent.filter(({ id }) => id === other.id).length, 1)
})

test('a failure is tried again by the schedule under the same id, and the end is told in the commit of the mark', async () => {
  let calls = 0
  behaviours.set('flaky', async () => {
    calls += 1
    if (calls < 3) return { verdict: 'retry', status: 500, error: 'the receiver answered 500' }
    return { verdict: 'delivered', status: 200, outcome: { said: 'yes' } }
  })
  const one = draft('flaky', { notifyOn: { kind: 'test.ended', key: 'flaky', payload: { run: 7 } } })
  await enqueue(one)
  const history = await ended(one.id)
  assert.deepEqual(
    history.map(({ number, verdict, ended: end }) => [number, verdict, end]),
    [
      [1, 'retry', null],
      [2, 'retry', null],
      [3, 'delivered', 'delivered'],
    ],
  )
  for (const [i, delay] of [20, 30].entries()) {
    const { at, next_at } = history[i] as { at: Date; next_at: Date }
    const waited = next_at.getTime() - at.getTime()
    assert.ok(waited >= delay * 0.85 - 1 && waited <= delay * 1.15 + 1, `${waited} for ${delay}`)
  }
  assert.deepEqual(await endOf('flaky'), {
    deliveryId: one.id,
    ended: 'delivered',
    attempts: 3,
    status: 200,
    error: null,
    outcome: { said: 'yes' },
    payload: { run: 7 },
  })
})

test('a schedule that ran out, and a permanent failure, end as failed; a row may have its own schedule', async () => {
  behaviours.set('never', async () => ({ verdict: 'retry', error: 'no' }))
  behaviours.set('refuses', async () => ({ verdict: 'permanent', status: 400, error: 'no' }))
  schedules.set('never', [1])
  const never = draft('never')
  const refuses = draft('refuses', { notifyOn: { kind: 'test.ended', key: 'refuses' } })
  await enqueue(never, refuses)
  assert.equal((await ended(never.id)).length, 1 + 1)
  const [last] = (await historyOf(never.id)).slice(-1)
  assert.deepEqual([last?.verdict, last?.ended], ['retry', 'failed'])
  assert.equal((await ended(refuses.id)).length, 1)
  assert.equal((await endOf('refuses')).ended, 'failed')
})

test('a receiver that asks to wait is not called earlier', async () => {
  const notBefore = program.runtime.clock.wall() + 120_000
  behaviours.set('busy', async () => ({ verdict: 'throttle', status: 429, notBefore }))
  const one = draft('busy')
  await enqueue(one)
  const [row] = await until(async () => {
    const rows = await waiting('busy')
    return rows[0]?.attempts === 1 && rows
  }, 'the first attempt')
  assert.ok((row?.due_at.getTime() ?? 0) >= notBefore)
})

test('a receiver that is gone is disabled in the same commit, and what is queued for it is judged again', async () => {
  behaviours.set('gone', async () => ({ verdict: 'dead', status: 410 }))
  const one = draft('gone')
  await enqueue(one)
  const [attempt] = await ended(one.id)
  assert.deepEqual([attempt?.verdict, attempt?.ended], ['dead', 'failed'])
  assert.deepEqual(disabled, [{ tenant: 'default', target: 'gone' }])
})

test('a row that its channel calls off ends as cancelled, and one that cannot be prepared fails alone', async () => {
  const plain = prepare
  const [good, off, bad] = [draft('prepared'), draft('prepared'), draft('prepared')]
  prepare = async (rows) =>
    rows.map((row) => {
      if (row.id === bad.id) throw new Error('spoiled')
      return row.id === off.id ? ({ cancelled: 'void' } as never) : { summary: 'TEST' }
    })
  await enqueue(good, off, bad)
  const [sentOne, offOne] = [await ended(good.id), await ended(off.id)]
  assert.deepEqual([sentOne[0]?.ended, offOne[0]?.ended, offOne[0]?.error], ['delivered', 'cancelled', 'void'])
  await until(async () => (await historyOf(bad.id)).length > 0, 'the failed attempt')
  prepare = plain
  assert.equal((await ended(bad.id)).at(-1)?.ended, 'delivered')
})

test('what waits is called off with its news; nothing of it is sent', async () => {
  const later = program.runtime.clock.wall() + 3_600_000
  const one = draft('later', { dueAt: later, notifyOn: { kind: 'test.ended', key: 'later' } })
  const other = draft('later', { tenant: 'other', dueAt: later })
  await enqueue(one, other)
  const count = await program.database.asTenant('default', (tx) =>
    cancelDeliveries(tx, 'default', { target: 'later' }, program.runtime),
  )
  assert.equal(count, 1)
  assert.equal((await endOf('later')).ended, 'cancelled')
  assert.deepEqual(
    (await waiting('later')).map(({ id }) => id),
    [other.id],
  )
})

test('one hanging receiver of ten delays none of the others', async () => {
  behaviours.set('hang-0', () => new Promise(() => {}))
  const drafts = Array.from({ length: 1_000 }, (_, i) => draft(`hang-${i % 10}`))
  const began = performance.now()
  await enqueue(...drafts)
  const healthy = drafts.filter(({ target }) => target !== 'hang-0')
  await until(async () => {
    const [row] = await program.database.worker.query<{ n: number }>(
      "select count(*)::int as n from delivery_attempt where target like 'hang-%' and ended = 'delivered'",
    )
    return row?.n === healthy.length
  }, 'the others delivered')
  // The hanging ones take 400 ms each to time out, 64 at once.
  assert.ok(performance.now() - began < 2_000)
  behaviours.delete('hang-0')
})

test('a time-out is a failure although the channel never settles', async () => {
  behaviours.set('silent', () => new Promise(() => {}))
  schedules.set('silent', [])
  const one = draft('silent')
  await enqueue(one)
  const [attempt] = await ended(one.id)
  assert.deepEqual([attempt?.ended, attempt?.error], ['failed', 'no answer within 0.4 s'])
})

test('a breaker opens after ten failures in a row: one row on the target, no attempts; a probe closes it', async () => {
  let well = false
  behaviours.set('broken', async () => (well ? { verdict: 'delivered' } : { verdict: 'retry', error: 'down' }))
  const drafts = Array.from({ length: 100 }, () => draft('broken'))
  await enqueue(...drafts)
  const target = await until(async () => {
    const [row] = await program.database.worker.query<{ open_until: Date; opens: number }>(
      "select open_until, opens from delivery_target where target = 'broken'",
    )
    return row
  }, 'the breaker open')
  assert.equal(target.opens, 1)
  assert.ok(target.open_until.getTime() > program.runtime.clock.wall() + 5_000)
  const calls = sent.filter((one) => one.target === 'broken').length
  // 64 were on their way when it opened.
  assert.ok(calls <= 74, String(calls))
  const more = draft('broken')
  await enqueue(more)
  await until(async () => (await waiting('broken')).every(({ lease }) => lease === null), 'all given back')
  assert.equal(sent.filter((one) => one.target === 'broken').length, calls)
  // As if the time had passed.
  well = true
  const dispatcher = deliveryState(program.database).dispatcher as Dispatcher
  dispatcher.probe({ tenant: 'default', target: 'broken' })
  await until(async () => (await waiting('broken')).length === 0, 'all delivered')
  await until(async () => {
    const rows = await program.database.worker.query("select 1 from delivery_target where target = 'broken'")
    return rows.length === 0
  }, 'the row gone')
})

test('a full backlog is worked off in order of due time, never more in hand than allowed', async () => {
  let most = 0
  let now = 0
  behaviours.set('many', async () => {
    now += 1
    most = Math.max(most, now)
    await new Promise((resolve) => setImmediate(resolve))
    now -= 1
    return { verdict: 'delivered' }
  })
  const drafts = Array.from({ length: 3_000 }, () => draft('many'))
  await enqueue(...drafts)
  await until(async () => (await waiting('many')).length === 0, 'all delivered')
  assert.ok(most <= 64, String(most))
  assert.equal(sent.filter(({ target }) => target === 'many').length, 3_000)
})

test('rows of a dead run are taken up at once, with their schedule unchanged; rows of a live one are left', async () => {
  const now = program.runtime.clock.wall()
  const run = (place: string, pid: number, until_: number) =>
    program.database.worker.query<{ id: number }>(
      `insert into delivery_node (place, pid, started_at, lease_until)
       values ($1, $2, to_timestamp($3 / 1000.0), to_timestamp($4 / 1000.0)) returning id`,
      [place, pid, now, until_],
    )
  const [dead] = await run('elsewhere', 1, now - 1)
  const [live] = await run('elsewhere', 2, now + 60_000)
  const rows = [draft('dead-run'), draft('live-run')]
  for (const [i, lease] of [dead?.id, live?.id].entries()) {
    await program.database.worker.query(
      `insert into delivery (tenant, id, channel, target, due_at, since, created_at, lease, attempts, failures)
       values ('default', $1::uuid, 'test', $2, to_timestamp($3 / 1000.0), to_timestamp($3 / 1000.0), to_timestamp($3 / 1000.0), $4, 4, 1)`,
      [rows[i]?.id, rows[i]?.target, now - 500, lease],
    )
  }
  const [attempt] = await ended(rows[0]?.id ?? '')
  assert.equal(attempt?.number, 5)
  assert.equal(sent.find(({ target }) => target === 'dead-run')?.attempts, 4)
  assert.equal((await waiting('live-run')).length, 1)
})

test('a second node takes up what a killed process of this machine had in hand without waiting for its lease', async () => {
  const { runtime } = program
  const now = runtime.clock.wall()
  const [row] = await program.database.worker.query<{ id: number }>(
    `insert into delivery_node (place, pid, started_at, lease_until)
     values ($1, 4194305, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0)) returning id`,
    [thisPlace(), now, now + 3_600_000],
  )
  const one = draft('killed')
  await program.database.worker.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at, lease)
     values ('default', $1::uuid, 'test', 'killed', to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0), $3)`,
    [one.id, now, row?.id],
  )
  const second = createDispatcher({
    database: program.database,
    clock: runtime.clock,
    logger: pino({ level: 'silent' }),
    spans: noSpans,
    channels: new Map([['test', testChannel]]),
    keepDays: 30,
  })
  await second.start()
  await ended(one.id)
  await second.stop()
})

test('a mark whose row is in other hands by now changes nothing', async () => {
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  behaviours.set('stolen', async () => {
    await gate
    return { verdict: 'delivered' }
  })
  const [stolen, kept] = [draft('stolen'), draft('stolen')]
  const news = (key: string) => ({ notifyOn: { kind: 'test.ended', key } })
  await enqueue({ ...stolen, ...news('stolen') }, { ...kept, ...news('kept') })
  await until(async () => sent.filter(({ target }) => target === 'stolen').length === 2, 'both being sent')
  await program.database.worker.query('update delivery set lease = 999999 where id = $1::uuid', [stolen.id])
  // The other run is alive.
  await program.database.worker.query(
    "insert into delivery_node (id, place, pid, started_at, lease_until) overriding system value values (999999, 'elsewhere', 3, 'epoch', 'infinity')",
  )
  release()
  await endOf('kept')
  assert.deepEqual(await historyOf(stolen.id), [])
  assert.equal((await waiting('stolen')).length, 1)
  assert.equal(
    ends.some(({ key }) => key === 'stolen'),
    false,
  )
})

test('an answer with bytes that the database refuses is recorded all the same', async () => {
  behaviours.set('bytes', async () => ({ verdict: 'delivered', status: 200, body: 'a\u0000b\ud800c', error: '\udc00' }))
  const one = draft('bytes', { notifyOn: { kind: 'test.ended', key: 'bytes' } })
  await enqueue(one)
  const [attempt] = await ended(one.id)
  assert.equal(attempt?.body, 'ab\ufffdc')
})

test('the http channel hands the answer on; the same id is sent on each attempt', async () => {
  let count = 0
  const receiver = await startReceiver((request, response) => {
    count += 1
    if (request.path === '/down' && count === 1) response.writeHead(503).end()
    else if (request.path === '/bad') response.writeHead(422).end('{"no":1}')
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  const http = (path: string, key: string, more: object = {}) =>
    draft(`host:${path}`, {
      channel: 'http',
      request: { method: 'PUT', url: `${receiver.url}${path}`, body: '{"a":1}', retryDelaysMs: [10], ...more },
      notifyOn: { kind: 'test.ended', key },
    })
  const down = http('/down', 'http-down')
  await enqueue(down, http('/bad', 'http-bad'), http('/x', 'http-private', { url: 'http://10.0.0.1/' }))
  const well = await endOf('http-down')
  assert.deepEqual([well.ended, well.attempts, well.status], ['delivered', 2, 200])
  const outcome = well.outcome as { status: number; body: string }
  assert.deepEqual([outcome.status, outcome.body], [200, '{"ok":true}'])
  const bad = await endOf('http-bad')
  assert.deepEqual([bad.ended, bad.attempts, (bad.outcome as { body: string }).body], ['failed', 1, '{"no":1}'])
  const refused = await endOf('http-private')
  assert.deepEqual([refused.ended, refused.attempts, refused.error], ['failed', 1, 'the address is not public'])
  const ids = receiver.received.filter(({ path }) => path === '/down').map(({ headers }) => headers['idempotency-key'])
  assert.deepEqual(ids, [down.id, down.id])
  await receiver.close()
})

test('rows whose commit was never answered are found and sent', async () => {
  const one = draft('unanswered')
  await program.database.transaction(async (tx) =>
    enqueueDeliveries({ ...tx, afterCommit: () => {} }, [one], program.runtime),
  )
  assert.equal((await ended(one.id)).length, 1)
  assert.equal(sent.filter(({ target }) => target === 'unanswered').length, 1)
})

test('a node whose lease was taken away goes on under a new one: all is delivered, nothing twice', async () => {
  const dispatcher = deliveryState(program.database).dispatcher as Dispatcher
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  behaviours.set('re-leased', async () => {
    await gate
    return { verdict: 'delivered' }
  })
  const drafts = Array.from({ length: 150 }, () => draft('re-leased', { channel: 'patient' }))
  const before = dispatcher.lease
  await enqueue(...drafts)
  await program.database.worker.query('delete from delivery_node where id = $1', [before])
  await until(async () => dispatcher.lease !== null && dispatcher.lease !== before, 'a new lease')
  release()
  await until(async () => (await waiting('re-leased')).length === 0, 'all delivered')
  const [row] = await program.database.worker.query<{ n: number }>(
    "select count(*)::int as n from delivery_attempt where target = 're-leased' and ended = 'delivered'",
  )
  assert.equal(row?.n, 150)
  assert.equal(sent.filter(({ target }) => target === 're-leased').length, 150)
})

test('connections cut while deliveries are under way: every one ends once', async () => {
  const drafts = Array.from({ length: 600 }, (_, i) => draft(`cut-${i % 3}`))
  for (let i = 0; i < drafts.length; i += 100) {
    const batch = drafts.slice(i, i + 100)
    // An error may hide a commit: the redo changes nothing then.
    for (let done = false; !done; )
      done = await enqueue(...batch).then(
        () => true,
        () => false,
      )
    await program.database.worker
      .query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      .catch(() => {})
  }
  await until(
    async () => {
      const [row] = await program.database.worker
        .query<{ n: number }>("select count(*)::int as n from delivery where target like 'cut-%'")
        .catch(() => [])
      return row?.n === 0
    },
    'all ended',
    25_000,
  )
  const rows = await program.database.worker.query<{ n: number }>(
    "select count(*)::int as n from delivery_attempt where target like 'cut-%' and ended = 'delivered' group by delivery_id",
  )
  assert.deepEqual([rows.length, rows.every(({ n }) => n === 1)], [600, true])
})

test('what waited behind an open breaker longer than its schedule can last is given up, with news', async () => {
  const now = program.runtime.clock.wall()
  const [old, fresh] = [draft('sick'), draft('sick')]
  await program.database.worker.query(
    `insert into delivery_target (tenant, target, failures, opens, open_until, opened_at)
     values ('default', 'sick', 10, 1, to_timestamp($1 / 1000.0), to_timestamp($2 / 1000.0))`,
    [now + 60_000, now],
  )
  for (const [one, since] of [
    [old, now - 3_600_000],
    [fresh, now],
  ] as const) {
    await program.database.worker.query(
      `insert into delivery (tenant, id, channel, target, due_at, since, created_at, notify)
       values ('default', $1::uuid, 'test', 'sick', to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0),
         '{"kind": "test.ended", "key": "sick"}')`,
      [one.id, since],
    )
  }
  assert.equal((await endOf('sick')).ended, 'failed')
  const [attempt] = await historyOf(old.id)
  assert.deepEqual([attempt?.verdict, attempt?.number], ['expired', 0])
  assert.deepEqual(
    (await waiting('sick')).map(({ id }) => id),
    [fresh.id],
  )
  assert.equal(sent.filter(({ target }) => target === 'sick').length, 0)
})

test('days of the history are made ahead and dropped when past keeping', async () => {
  const days = async () =>
    (
      await program.database.worker.query<{ name: string }>(
        "select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'delivery_attempt'::regclass order by 1",
      )
    ).map(({ name }) => name.slice(-8))
  const today = new Date(program.runtime.clock.wall())
  const day = (offset: number) =>
    new Date(today.getTime() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
  assert.deepEqual(await days(), [day(0), day(1), day(2), day(3)])
  await program.database.worker.query('select delivery_days($1::date, 1, 30)', [
    new Date(today.getTime() + 20 * 86_400_000),
  ])
  assert.deepEqual(await days(), [day(0), day(1), day(2), day(3), day(20), day(21)])
  await program.database.worker.query('select delivery_days($1::date, 0, 30)', [
    new Date(today.getTime() + 32 * 86_400_000),
  ])
  assert.deepEqual(await days(), [day(2), day(3), day(20), day(21), day(32)])
  await program.database.worker.query('select delivery_days($1::date, 3, 30)', [today])
})
