import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadContexts, peopleBehind } from '#conversations/context/store.ts'
import { conversations } from '#conversations/index.ts'
import { deliveries } from '#deliveries/index.ts'
import { asOwner } from '#events/testing.ts'
import { pagesTouched } from '#platform/testing.ts'
import { testProgram } from '../../testing.ts'

let program: Awaited<ReturnType<typeof testProgram>>
before(async () => {
  program = await testProgram([deliveries, conversations])
  await asOwner(program.url, async (client) => {
    await client.query(
      `insert into contact (tenant, contact_id, name, updated_at)
       select 'acme', 'c' || i, 'Name ' || i, now() from generate_series(1, 20000) i`,
    )
    await client.query('vacuum analyze contact')
  })
})
after(() => program?.close())

test('a few people are looked up among many by their keys, by requests as by consumers', async () => {
  const keys = ['c7', 'c19999', 'nobody'].map((contactId) => ({ tenant: 'acme', contactId }))
  const { database } = program
  const found = await database.asTenant('acme', (tx) => loadContexts(tx, keys))
  assert.deepEqual(
    [...found.values()].map(({ contact }) => contact?.name ?? null),
    ['Name 7', 'Name 19999', null],
  )
  const asWorker = await pagesTouched(database.worker, (db) => loadContexts(db, keys))
  const asTenant = await database.asTenant('acme', (tx) => pagesTouched(tx, (db) => loadContexts(db, keys)))
  assert.ok(asWorker > 0 && asWorker < 40, `${asWorker} pages`)
  assert.ok(asTenant > 0 && asTenant < 40, `${asTenant} pages`)
})

test('who stands behind a conversation or is meant by name is told, of others nobody', async () => {
  const { database } = program
  await asOwner(program.url, (client) =>
    client.query(
      `insert into encounter (tenant, encounter_id, contact_id, opened_at, clock_from) values ('acme', 'e7', 'c7', now(), now())`,
    ),
  )
  const subjects = ['e7', 'c8', 'order-1', 'e7']
  const found = await database.asTenant('acme', (tx) => peopleBehind(tx, 'acme', subjects))
  assert.deepEqual(
    [...found],
    [
      ['e7', { id: 'c7', name: 'Name 7' }],
      ['c8', { id: 'c8', name: 'Name 8' }],
    ],
  )
  assert.equal((await database.asTenant('other', (tx) => peopleBehind(tx, 'acme', subjects))).size, 0)
  const touched = await database.asTenant('acme', (tx) => pagesTouched(tx, (db) => peopleBehind(db, 'acme', subjects)))
  assert.ok(touched > 0 && touched < 40, `${touched} pages`)
})
