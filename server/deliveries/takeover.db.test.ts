import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { beginDrain } from '#platform/drain.ts'
import { noSpans } from '#platform/telemetry/spans.ts'
import { createDispatcher } from './dispatcher.ts'
import { enqueueDeliveries } from './enqueue.ts'
import { thisPlace } from './node/place.ts'
import { deliveryRig, until } from './testing-rig.ts'

let rig: Awaited<ReturnType<typeof deliveryRig>>
before(async () => {
  rig = await deliveryRig()
})
after(() => rig?.program.close())

test('rows of a dead run are taken up at once, with their schedule unchanged; rows of a live one are left', async () => {
  const { program, worker, sent, draft, ended, waiting } = rig
  const now = program.runtime.clock.wall()
  const run = (place: string, pid: number, until_: number) =>
    worker.query<{ id: number }>(
      `insert into delivery_node (place, pid, started_at, lease_until)
       values ($1, $2, to_timestamp($3 / 1000.0), to_timestamp($4 / 1000.0)) returning id`,
      [place, pid, now, until_],
    )
  const [dead] = await run('elsewhere', 1, now - 1)
  const [live] = await run('elsewhere', 2, now + 60_000)
  const rows = [draft('dead-run'), draft('live-run')]
  for (const [i, lease] of [dead?.id, live?.id].entries()) {
    await worker.query(
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
  const { program, worker, channel, draft, ended } = rig
  const { runtime } = program
  const now = runtime.clock.wall()
  const [row] = await worker.query<{ id: number }>(
    `insert into delivery_node (place, pid, started_at, lease_until)
     values ($1, 4194305, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0)) returning id`,
    [thisPlace(), now, now + 3_600_000],
  )
  const one = draft('killed')
  await worker.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at, lease)
     values ('default', $1::uuid, 'test', 'killed', to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0), $3)`,
    [one.id, now, row?.id],
  )
  const second = createDispatcher({
    database: program.database,
    clock: runtime.clock,
    logger: pino({ level: 'silent' }),
    spans: noSpans,
    channels: new Map([['test', channel]]),
    keepDays: 30,
  })
  await second.start()
  await ended(one.id)
  await second.stop(beginDrain())
})

test('a mark whose row is in other hands by now changes nothing', async () => {
  const { worker, behaviours, sent, ends, draft, enqueue, historyOf, waiting, endOf } = rig
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
  await worker.query('update delivery set lease = 999999 where id = $1::uuid', [stolen.id])
  // The other run is alive.
  await worker.query(
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

test('rows whose commit was never answered are found and sent', async () => {
  const { program, sent, draft, ended } = rig
  const one = draft('unanswered')
  await program.database.transaction(async (tx) =>
    enqueueDeliveries({ ...tx, afterCommit: () => {} }, [one], program.runtime),
  )
  assert.equal((await ended(one.id)).length, 1)
  assert.equal(sent.filter(({ target }) => target === 'unanswered').length, 1)
})

test('a node whose lease was taken away goes on under a new one: all is delivered, nothing twice', async () => {
  const { worker, behaviours, sent, dispatcher, draft, enqueue, waiting } = rig
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
  await worker.query('delete from delivery_node where id = $1', [before])
  await until(async () => dispatcher.lease !== null && dispatcher.lease !== before, 'a new lease')
  release()
  await until(async () => (await waiting('re-leased')).length === 0, 'all delivered')
  const [row] = await worker.query<{ n: number }>(
    "select count(*)::int as n from delivery_attempt where target = 're-leased' and ended = 'delivered'",
  )
  assert.equal(row?.n, 150)
  assert.equal(sent.filter(({ target }) => target === 're-leased').length, 150)
})

test('connections cut while deliveries are under way: every one ends once', async () => {
  const { worker, draft, enqueue } = rig
  const drafts = Array.from({ length: 600 }, (_, i) => draft(`cut-${i % 3}`))
  for (let i = 0; i < drafts.length; i += 100) {
    const batch = drafts.slice(i, i + 100)
    // An error may hide a commit: the redo changes nothing then.
    for (let done = false; !done; )
      done = await enqueue(...batch).then(
        () => true,
        () => false,
      )
    await worker
      .query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      .catch(() => {})
  }
  await until(
    async () => {
      const [row] = await worker
        .query<{ n: number }>("select count(*)::int as n from delivery where target like 'cut-%'")
        .catch(() => [])
      return row?.n === 0
    },
    'all ended',
    25_000,
  )
  const rows = await worker.query<{ n: number }>(
    "select count(*)::int as n from delivery_attempt where target like 'cut-%' and ended = 'delivered' group by delivery_id",
  )
  assert.deepEqual([rows.length, rows.every(({ n }) => n === 1)], [600, true])
})

test('days of the history are made ahead and dropped when past keeping', async () => {
  const { program, worker } = rig
  const days = async () =>
    (
      await worker.query<{ name: string }>(
        "select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'delivery_attempt'::regclass order by 1",
      )
    ).map(({ name }) => name.slice(-8))
  const today = new Date(program.runtime.clock.wall())
  const day = (offset: number) =>
    new Date(today.getTime() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
  assert.deepEqual(await days(), [day(0), day(1), day(2), day(3)])
  await worker.query('select delivery_days($1::date, 1, 30)', [new Date(today.getTime() + 20 * 86_400_000)])
  assert.deepEqual(await days(), [day(0), day(1), day(2), day(3), day(20), day(21)])
  await worker.query('select delivery_days($1::date, 0, 30)', [new Date(today.getTime() + 32 * 86_400_000)])
  assert.deepEqual(await days(), [day(2), day(3), day(20), day(21), day(32)])
  await worker.query('select delivery_days($1::date, 3, 30)', [today])
})
