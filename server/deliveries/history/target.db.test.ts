import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asOwner } from '#events/testing.ts'
import { pagesTouched } from '#platform/testing.ts'
import { testProgram } from '../../testing.ts'
import { deliveries } from '../index.ts'
import { listEnded, replay } from './store.ts'
import { recordsOf, standingOf } from './target.ts'

const NOW = Date.now()
const MINUTE = 60_000

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  program = await testProgram([deliveries])
  const today = new Date(NOW).toISOString().slice(0, 10)
  await program.database.worker.query('select delivery_days($1::date - 2, 3, 30)', [today])
})
after(() => program?.close())

type Kept = { minutesAgo: number; verdict: string; ended?: string; status?: number; error?: string }

const keep = (target: string, attempts: readonly Kept[]) =>
  program.database.worker.query(
    `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, ended, status, error, created_at)
     select 'default', gen_random_uuid(), to_timestamp(($1::float8 - "minutesAgo" * 60000) / 1000), 1, 'test', $2, verdict, ended,
       status, error, to_timestamp($1::float8 / 1000)
     from jsonb_to_recordset($3::jsonb) as a ("minutesAgo" float8, verdict text, ended text, status smallint, error text)`,
    [NOW, target, JSON.stringify(attempts)],
  )

const ago = (minutes: number) => NOW - minutes * MINUTE

async function recordOf(target: string, since: number | null = null) {
  const [record] = await recordsOf(program.database.worker, [{ tenant: 'default', target, since }])
  assert.ok(record)
  return record
}

test('the record of a target: last success, last failure, and since when it fails', async () => {
  const nothing = await recordOf('nobody')
  assert.deepEqual([nothing.lastSuccessAt, nothing.lastFailureAt, nothing.failingSince], [null, null, null])

  await keep('t', [
    { minutesAgo: 90, verdict: 'retry' },
    { minutesAgo: 80, verdict: 'delivered', ended: 'delivered' },
    { minutesAgo: 70, verdict: 'cancelled', ended: 'cancelled' },
    { minutesAgo: 60, verdict: 'throttle', status: 429 },
    { minutesAgo: 50, verdict: 'retry', status: 503, error: 'the receiver answered 503' },
    { minutesAgo: 40, verdict: 'expired', ended: 'failed' },
  ])
  const failing = await recordOf('t')
  assert.deepEqual(failing, {
    tenant: 'default',
    target: 't',
    lastSuccessAt: ago(80),
    lastFailureAt: ago(50),
    lastStatus: 503,
    lastError: 'the receiver answered 503',
    failingSince: ago(60),
  })
  assert.equal((await recordOf('t', ago(55))).failingSince, ago(50), 'what was before does not count')
  await keep('t', [{ minutesAgo: 30, verdict: 'delivered', ended: 'delivered' }])
  const well = await recordOf('t')
  assert.deepEqual([well.lastSuccessAt, well.lastFailureAt, well.failingSince], [ago(30), ago(50), null])
})

test('what went well stays known while it is sent once more: a replay makes no healthy target fail', async () => {
  await keep('again', [
    { minutesAgo: 30, verdict: 'retry', status: 500 },
    { minutesAgo: 20, verdict: 'delivered', ended: 'delivered' },
    { minutesAgo: 10, verdict: 'delivered', ended: 'delivered' },
  ])
  const again = await program.database.asTenant('default', (tx) =>
    replay(tx, 'default', { target: 'again' }, { now: NOW, limit: 10, spacingMs: 0 }),
  )
  assert.equal(again.length, 2)
  const { lastSuccessAt, failingSince } = await recordOf('again')
  assert.deepEqual([lastSuccessAt, failingSince], [ago(10), null])
  await keep('again', [{ minutesAgo: 1, verdict: 'retry', status: 500 }])
  assert.equal((await recordOf('again')).failingSince, ago(1), 'what fails from then on counts')
})

test('tenants and targets are kept apart, and a batch is answered whole', async () => {
  await keep('one', [{ minutesAgo: 5, verdict: 'retry' }])
  const records = await recordsOf(program.database.worker, [
    { tenant: 'default', target: 'one', since: null },
    { tenant: 'another', target: 'one', since: null },
    { tenant: 'default', target: 'two', since: null },
  ])
  assert.deepEqual(
    records.map(({ tenant, target, failingSince }) => [tenant, target, failingSince]),
    [
      ['default', 'one', ago(5)],
      ['another', 'one', null],
      ['default', 'two', null],
    ],
  )
})

test('breaker and next attempt: not before the breaker lets it go', async () => {
  const { worker } = program.database
  const standing = () => standingOf(worker, { tenant: 'default', target: 'b', since: null }, NOW)
  const { breaker, nextAttemptAt } = await standing()
  assert.deepEqual([breaker, nextAttemptAt], [{ state: 'closed', since: null, until: null }, null])
  await worker.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at)
     select 'default', gen_random_uuid(), 'test', 'b', t, t, t from to_timestamp($1::float8 / 1000) as t`,
    [NOW + MINUTE],
  )
  assert.equal((await standing()).nextAttemptAt, NOW + MINUTE)
  await worker.query(
    `insert into delivery_target (tenant, target, failures, opens, open_until, opened_at)
     values ('default', 'b', 10, 1, to_timestamp($1::float8 / 1000), to_timestamp($2::float8 / 1000))`,
    [NOW + 5 * MINUTE, NOW - MINUTE],
  )
  const open = await standing()
  assert.deepEqual(open.breaker, { state: 'open', since: NOW - MINUTE, until: NOW + 5 * MINUTE })
  assert.equal(open.nextAttemptAt, NOW + 5 * MINUTE)
  const later = await standingOf(worker, { tenant: 'default', target: 'b', since: null }, NOW + 6 * MINUTE)
  assert.equal(later.breaker.state, 'half-open')
})

test('the record costs the same after a hundred thousand attempts', async () => {
  const { worker } = program.database
  await worker.query(
    `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, ended)
     select 'default', gen_random_uuid(), to_timestamp(($1::float8 - i * 1000) / 1000), 1, 'test',
       case when i % 3 = 0 then 'busy' else 'other' || i % 7 end,
       case when i > 300 or i % 2 = 0 then 'delivered' else 'retry' end,
       case when i > 300 or i % 2 = 0 then 'delivered' end
     from generate_series(1, 100000) i`,
    [NOW],
  )
  const pages = () => pagesTouched(worker, (db) => recordsOf(db, [{ tenant: 'default', target: 'busy', since: null }]))
  const [few, before] = [await pages(), await recordOf('busy')]
  assert.ok(few > 0 && few < 100, `${few} pages`)
  // And while all that went well is sent once more.
  await worker.query(`update delivery_attempt set ended = null where target = 'busy'`)
  assert.deepEqual(await recordOf('busy'), before)
  const replayed = await pages()
  assert.ok(replayed > 0 && replayed < 100, `${replayed} pages`)
})

test('what was sent of one event is found among all that was sent', async () => {
  const { worker } = program.database
  await worker.query(
    `insert into delivery_attempt (tenant, delivery_id, at, number, channel, target, verdict, ended, event_id, cause)
     select 'default', gen_random_uuid(), to_timestamp(($1::float8 - i * 100) / 1000), 1, 'test', 'many', 'delivered', 'delivered',
       'event-' || i, 'event-' || i from generate_series(1, 60000) i`,
    [NOW],
  )
  await asOwner(program.url, (client) => client.query('vacuum analyze delivery_attempt'))
  const found = await listEnded(worker, 'default', { eventId: 'event-777' }, undefined, 50)
  assert.deepEqual(
    found.map(({ event_id }) => event_id),
    ['event-777'],
  )
  const pages = await pagesTouched(worker, (db) => listEnded(db, 'default', { eventId: 'event-777' }, undefined, 50))
  assert.ok(pages > 0 && pages < 50, `${pages} pages`)
})
