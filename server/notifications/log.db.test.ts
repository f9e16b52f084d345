import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { asOwner } from '#events/testing.ts'
import { pagesTouched } from '#platform/testing.ts'
import { testProgram } from '../testing.ts'
import { notifications } from './index.ts'
import { countFailed, type ListFilter, listNotifications } from './log.ts'
import { queuedIds } from './notifier.ts'

const MANY = 20_000
const QUEUED = '00000000-0000-4000-8000-000000000009'

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  program = await testProgram([conversations, deliveries, notifications])
  await asOwner(program.url, async (client) => {
    await client.query(
      // One person with very many conversations, of each of which they were told once.
      `insert into notification (tenant, id, user_kind, user_id, encounter_id, channel, template, status, payload, created_at,
         updated_at, states)
       select 'acme', ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'contact', 'maria', 'conv-' || i, 'push', 'come-back',
         case i when 5 then 'failed' when 6 then 'held' when 7 then 'suppressed' when 8 then 'cancelled' when 9 then 'queued'
           else 'sent' end,
         '{"title":null,"body":"' || repeat('what was said ', 20) || '"}', to_timestamp(i), to_timestamp(i), '[]'
       from generate_series(1, $1::int) i`,
      [MANY],
    )
    await client.query(
      `insert into delivery (tenant, id, channel, target, due_at, since, created_at, notify)
       values ('acme', gen_random_uuid(), 'push', 'push:x', now() + interval '1 day', now(), now(), $1)`,
      [{ kind: 'notification.outcome', key: `${QUEUED}:push` }],
    )
    await client.query('vacuum analyze notification')
  })
})
after(() => program?.close())

const asTenant = <T>(work: Parameters<typeof program.database.asTenant<T>>[1]) =>
  program.database.asTenant('acme', work)

test('the few that stand apart are found among all that were sent', async () => {
  for (const status of ['failed', 'held', 'suppressed', 'cancelled', 'queued'] as const) {
    const list = (db: Parameters<typeof listNotifications>[0], queued?: readonly string[]) =>
      listNotifications(db, 'acme', { status, limit: 50 }, queued)
    const queued = status === 'queued' ? await asTenant((tx) => queuedIds(tx, 'acme')) : undefined
    const { rows } = await asTenant((tx) => list(tx, queued))
    assert.deepEqual(
      rows.map((row) => row.status),
      [status],
    )
    const pages = await asTenant((tx) => pagesTouched(tx, (db) => list(db, queued)))
    assert.ok(pages > 0 && pages < 50, `${status}: ${pages} pages`)
  }
})

test('those that no channel could take are counted without reading the others', async () => {
  const count = (db: Parameters<typeof countFailed>[0]) => countFailed(db, 'acme', 0)
  assert.equal(await asTenant(count), 1)
  assert.equal(await asTenant((tx) => countFailed(tx, 'acme', 6_000)), 0)
  const pages = await asTenant((tx) => pagesTouched(tx, count))
  assert.ok(pages > 0 && pages < 10, `${pages} pages`)
})

test('what nobody was sent is passed over inside the index', async () => {
  for (const filter of [{ channel: 'email' }, { template: 'nobody' }, { category: 'none' }] as const) {
    const list = (db: Parameters<typeof listNotifications>[0]) =>
      listNotifications(db, 'acme', { ...filter, limit: 50 } satisfies ListFilter)
    assert.deepEqual(await asTenant(list), { rows: [], more: false })
    const pages = await asTenant((tx) => pagesTouched(tx, list))
    // The rows themselves stand on some 1,600 pages.
    assert.ok(pages > 0 && pages < 400, `${JSON.stringify(filter)}: ${pages} pages`)
  }
})

test('what a conversation’s person was told of it is found among all that they were told', async () => {
  for (const filter of [{ conversation: 'conv-700' }, { conversation: 'conv-700', contactId: 'maria' }]) {
    const list = (db: Parameters<typeof listNotifications>[0]) =>
      listNotifications(db, 'acme', { ...filter, limit: 50 } satisfies ListFilter)
    const { rows } = await asTenant(list)
    assert.deepEqual(
      rows.map((row) => row.encounter_id),
      ['conv-700'],
    )
    const pages = await asTenant((tx) => pagesTouched(tx, list))
    assert.ok(pages > 0 && pages < 20, `${JSON.stringify(filter)}: ${pages} pages`)
  }
})

test('one that is handed over and taken stays on its page', async () => {
  const counted = await asOwner(program.url, async (client) => {
    await client.query('begin')
    await client.query(`update notification set status = 'sent', updated_at = to_timestamp(99999) where id = $1`, [
      QUEUED,
    ])
    const { rows } = await client.query<{ updated: number; hot: number }>(
      `select n_tup_upd::int as updated, n_tup_hot_upd::int as hot from pg_stat_xact_user_tables where relname = 'notification'`,
    )
    await client.query('rollback')
    return rows
  })
  assert.deepEqual(counted, [{ updated: 1, hot: 1 }])
})
