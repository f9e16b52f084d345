import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Tx } from '#platform/work.ts'
import type { DeliveryDraft } from './delivery.ts'
import { cancelDeliveries, cancelWaiting, enqueueDeliveries } from './enqueue.ts'
import { startReceiver } from './testing.ts'
import { deliveryRig, until } from './testing-rig.ts'

let rig: Awaited<ReturnType<typeof deliveryRig>>
before(async () => {
  rig = await deliveryRig()
})
after(() => rig?.program.close())

test('what was enqueued is sent after the commit, recorded, and gone from the live table', async () => {
  const { draft, enqueue, ended, waiting } = rig
  const one = draft('plain', { eventId: 'e1', cause: 'e1' })
  await enqueue(one)
  const [attempt] = await ended(one.id)
  assert.deepEqual([attempt?.number, attempt?.verdict, attempt?.ended], [1, 'delivered', 'delivered'])
  assert.deepEqual(await waiting('plain'), [])
})

test('what was rolled back is not sent, and leaves no room taken', async () => {
  const { program, sent, draft, enqueue, ended } = rig
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
  const { sent, draft, enqueue, ended, waiting } = rig
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

test('what one commit wrote for a target is made ready together', async () => {
  const { preparing, draft, enqueue, ended } = rig
  const { prepare } = preparing
  const sizes: number[] = []
  preparing.prepare = (rows) => {
    sizes.push(rows.length)
    return prepare(rows)
  }
  try {
    const drafts = Array.from({ length: 20 }, () => draft('together'))
    await enqueue(...drafts)
    for (const { id } of drafts) await ended(id)
    assert.deepEqual(sizes, [20])
  } finally {
    preparing.prepare = prepare
  }
})

test('rows that are committed while a claim is under way are not forgotten', async () => {
  const { worker, draft, enqueue, ended } = rig
  const { query } = worker
  const late = draft('overflow')
  let isLate = false
  worker.query = async (text, values) => {
    // The scan would find them too, in its time.
    if (text.includes('with recursive seen')) return []
    const rows = await query(text, values)
    if (text.includes('picked as') && String(values?.[0]).includes('overflow') && !isLate) {
      isLate = true
      await enqueue(late)
    }
    return rows as never
  }
  try {
    await enqueue(...Array.from({ length: 600 }, () => draft('overflow')))
    await ended(late.id)
  } finally {
    worker.query = query
  }
})

/** A transaction whose one statement is committed; what the caller is told of it, and when, is up to the test. */
function oddTransaction(answer: (rows: unknown[]) => unknown[]) {
  const after: (() => void)[] = []
  const { worker } = rig
  const tx = {
    query: async (text: string, values?: readonly unknown[]) => answer(await worker.query(text, values)),
    afterCommit: (fn: () => void) => void after.push(fn),
  } as unknown as Tx
  return {
    tx,
    committed: () => {
      for (const fn of after) fn()
    },
  }
}

test('rows whose commit was done but not answered are found and sent', async () => {
  const { program, draft, ended } = rig
  const one = draft('unanswered')
  const { tx } = oddTransaction(() => {
    throw new Error('Connection terminated unexpectedly')
  })
  enqueueDeliveries(tx, [one], program.runtime)
  await ended(one.id)
})

test('an answer that comes after the rows were found sends nothing twice', async () => {
  const { program, draft, ended, sentTo } = rig
  const one = draft('late-answer')
  const { tx, committed } = oddTransaction((rows) => rows)
  enqueueDeliveries(tx, [one], program.runtime)
  await ended(one.id)
  committed()
  const next = draft('late-answer')
  await rig.enqueue(next)
  await ended(next.id)
  assert.deepEqual(
    sentTo('late-answer').map(({ id }) => id),
    [one.id, next.id],
  )
})

test('a failure is tried again by the schedule under the same id, and the end is told in the commit of the mark', async () => {
  const { behaviours, draft, enqueue, ended, endOf } = rig
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
  const { behaviours, schedules, draft, enqueue, historyOf, ended, endOf } = rig
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
  const { program, behaviours, draft, enqueue, waiting } = rig
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

test('attempts that concern their channel are noted in the commit of the mark; others are not', async () => {
  const { behaviours, noted, draft, enqueue, ended } = rig
  behaviours.set('gone', async () => ({ verdict: 'dead', status: 410 }))
  const one = draft('gone')
  await enqueue(one)
  const [attempt] = await ended(one.id)
  assert.deepEqual([attempt?.verdict, attempt?.ended], ['dead', 'failed'])
  let calls = 0
  behaviours.set('cared-for', async () => ({ verdict: ++calls === 1 ? 'retry' : 'delivered' }))
  const [watched, other] = [draft('cared-for'), draft('nobody-cares')]
  await enqueue(watched, other)
  await Promise.all([ended(watched.id), ended(other.id)])
  assert.deepEqual(
    noted.map(({ at, ...rest }) => ({ ...rest, timed: at > 1_700_000_000_000 })),
    [
      { tenant: 'default', target: 'gone', verdict: 'dead', timed: true },
      { tenant: 'default', target: 'cared-for', verdict: 'retry', timed: true },
      { tenant: 'default', target: 'cared-for', verdict: 'delivered', timed: true },
    ],
  )
})

test('a row that its channel calls off ends as cancelled, and one that cannot be prepared fails alone', async () => {
  const { preparing, draft, enqueue, historyOf, ended } = rig
  const plain = preparing.prepare
  const [good, off, bad] = [draft('prepared'), draft('prepared'), draft('prepared')]
  preparing.prepare = async (rows) =>
    rows.map((row) => {
      if (row.id === bad.id) throw new Error('spoiled')
      return row.id === off.id ? ({ cancelled: 'void' } as never) : { summary: 'TEST' }
    })
  await enqueue(good, off, bad)
  const [sentOne, offOne] = [await ended(good.id), await ended(off.id)]
  assert.deepEqual([sentOne[0]?.ended, offOne[0]?.ended, offOne[0]?.error], ['delivered', 'cancelled', 'void'])
  await until(async () => (await historyOf(bad.id)).length > 0, 'the failed attempt')
  preparing.prepare = plain
  assert.equal((await ended(bad.id)).at(-1)?.ended, 'delivered')
})

test('what waits is called off with its news; nothing of it is sent', async () => {
  const { program, draft, enqueue, waiting, endOf } = rig
  const later = program.runtime.clock.wall() + 3_600_000
  const one = draft('later', { dueAt: later, notifyOn: { kind: 'test.ended', key: 'later' } })
  const other = draft('later', { tenant: 'other', dueAt: later })
  await enqueue(one, other)
  const count = await program.database.asTenant('default', (tx) =>
    cancelDeliveries(tx, 'default', { target: 'later', most: 100 }, program.runtime),
  )
  assert.equal(count, 1)
  assert.equal((await endOf('later')).ended, 'cancelled')
  assert.deepEqual(
    (await waiting('later')).map(({ id }) => id),
    [other.id],
  )
})

test('of deliveries of several tenants those that nobody has in hand are called off, and nobody is waited for', async () => {
  const { program, worker, draft, enqueue, waiting, endOf } = rig
  const later = program.runtime.clock.wall() + 3_600_000
  const told = draft('free', { dueAt: later, notifyOn: { kind: 'test.ended', key: 'free' } })
  const theirs = draft('free', { tenant: 'other', dueAt: later })
  const [leased, locked, kept] = [1, 2, 3].map(() => draft('free', { dueAt: later })) as [
    DeliveryDraft,
    DeliveryDraft,
    DeliveryDraft,
  ]
  await enqueue(told, theirs, leased, locked, kept)
  const [{ lease } = {}] = await worker.query('select min(id) as lease from delivery_node')
  await worker.query('update delivery set lease = $2 where id = $1', [leased.id, lease])
  await program.database.transaction(async (claim) => {
    await claim.query('select from delivery where id = $1 for update', [locked.id])
    await program.database.transaction((tx) => cancelWaiting(tx, [told, theirs, leased, locked], program.runtime))
  })
  assert.equal((await endOf('free')).ended, 'cancelled')
  assert.deepEqual((await waiting('free')).map(({ id }) => id).sort(), [leased.id, locked.id, kept.id].sort())
})

test('one hanging receiver of ten delays none of the others', async () => {
  const { worker, behaviours, draft, enqueue } = rig
  behaviours.set('hang-0', () => new Promise(() => {}))
  const drafts = Array.from({ length: 1_000 }, (_, i) => draft(`hang-${i % 10}`))
  const began = performance.now()
  await enqueue(...drafts)
  const healthy = drafts.filter(({ target }) => target !== 'hang-0')
  await until(async () => {
    const [row] = await worker.query<{ n: number }>(
      "select count(*)::int as n from delivery_attempt where target like 'hang-%' and ended = 'delivered'",
    )
    return row?.n === healthy.length
  }, 'the others delivered')
  // The hanging ones take 400 ms each to time out, 64 at once.
  assert.ok(performance.now() - began < 2_000)
  behaviours.delete('hang-0')
})

test('a time-out is a failure although the channel never settles', async () => {
  const { behaviours, schedules, draft, enqueue, ended } = rig
  behaviours.set('silent', () => new Promise(() => {}))
  schedules.set('silent', [])
  const one = draft('silent')
  await enqueue(one)
  const [attempt] = await ended(one.id)
  assert.deepEqual([attempt?.ended, attempt?.error], ['failed', 'no answer within 0.4 s'])
})

test('a breaker opens after ten failures in a row: one row on the target, no attempts; a probe closes it', async () => {
  const { program, worker, behaviours, sent, dispatcher, draft, enqueue, waiting } = rig
  let well = false
  behaviours.set('broken', async () => (well ? { verdict: 'delivered' } : { verdict: 'retry', error: 'down' }))
  const drafts = Array.from({ length: 100 }, () => draft('broken'))
  await enqueue(...drafts)
  const target = await until(async () => {
    const [row] = await worker.query<{ open_until: Date; opens: number }>(
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
  dispatcher.probe({ tenant: 'default', target: 'broken' })
  await until(async () => (await waiting('broken')).length === 0, 'all delivered')
  await until(async () => {
    const rows = await worker.query("select 1 from delivery_target where target = 'broken'")
    return rows.length === 0
  }, 'the row gone')
})

test('a full backlog is worked off in order of due time, never more in hand than allowed', async () => {
  const { behaviours, sent, draft, enqueue, waiting } = rig
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

test('an answer with bytes that the database refuses is recorded all the same', async () => {
  const { behaviours, draft, enqueue, ended } = rig
  behaviours.set('bytes', async () => ({ verdict: 'delivered', status: 200, body: 'a\u0000b\ud800c', error: '\udc00' }))
  const one = draft('bytes', { notifyOn: { kind: 'test.ended', key: 'bytes' } })
  await enqueue(one)
  const [attempt] = await ended(one.id)
  assert.equal(attempt?.body, 'ab\ufffdc')
})

test('the http channel hands the answer on; the same id is sent on each attempt', async () => {
  const { draft, enqueue, endOf } = rig
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

test('what waited behind an open breaker longer than its schedule can last is given up, with news', async () => {
  const { program, worker, sent, schedules, draft, historyOf, waiting, endOf } = rig
  const now = program.runtime.clock.wall()
  const [old, fresh] = [draft('sick'), draft('sick')]
  await worker.query(
    `insert into delivery_target (tenant, target, failures, opens, open_until, opened_at)
     values ('default', 'sick', 10, 1, to_timestamp($1 / 1000.0), to_timestamp($2 / 1000.0))`,
    [now + 60_000, now],
  )
  for (const [one, since] of [
    [old, now - 3_600_000],
    [fresh, now],
  ] as const) {
    await worker.query(
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
  // With a schedule of its own what was tried in it has had its time; what the breaker alone kept back has as long as any other.
  schedules.set('sick', [])
  const tried = draft('sick')
  await worker.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at, attempts, failures)
     select tenant, $1::uuid, channel, target, due_at - interval '1 second', since, created_at, 1, 1 from delivery where id = $2::uuid`,
    [tried.id, fresh.id],
  )
  await worker.query(`update delivery set since = since - interval '1 second' where target = 'sick'`)
  assert.equal((await until(async () => (await historyOf(tried.id))[0], 'the end of the other')).verdict, 'expired')
  assert.deepEqual(
    (await waiting('sick')).map(({ id }) => id),
    [fresh.id],
  )
})
