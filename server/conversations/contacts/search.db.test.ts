import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findContacts } from '#conversations/contacts/store.ts'
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
      `insert into contact (tenant, contact_id, name, addresses, updated_at)
       select 'acme', 'c' || i, case i when 777 then 'Ximena  Errázuriz' when 778 then E'Nun\u0303ez_100%' else 'Name ' || i end,
         jsonb_build_object('email', 'p' || i || '@example.com'), now() from generate_series(1, 20000) i`,
    )
    await client.query(
      "insert into contact (tenant, contact_id, name, updated_at) values ('other', 'c1', 'Ximena', now())",
    )
    await client.query('vacuum analyze contact')
  })
})
after(() => program?.close())

const find = (words: string, limit = 50, after?: string, within: 'all' | 'name' = 'all') =>
  findContacts(program.database.worker, 'acme', words, { within, limit, ...(after === undefined ? {} : { after }) })

test('a person is found however they are typed, by name, id and address', async () => {
  for (const words of ['ximena errazuriz', 'XIMENA   Errázuriz', 'Erra\u0301zuriz', 'ména', ' P777@example '])
    assert.deepEqual(await find(words), ['c777'], words)
  for (const words of ['nuñez', 'NUNEZ_100%', '100%']) assert.deepEqual(await find(words), ['c778'], words)
  for (const words of ['n_mez', '%', 'xyzzy', '\\', "x'"])
    assert.deepEqual(await find(words), words === '%' ? ['c778'] : [], words)
  assert.deepEqual(await find('x', 2), ['c1', 'c10'])
  assert.deepEqual(await find('name 1', 2, 'c10'), ['c100', 'c1000'])
  assert.deepEqual(await find('C777', 1), ['c777'])
  // What kinds of addresses are called is nothing of the person.
  assert.deepEqual(await find('email'), [])
  assert.deepEqual(await find('p777@example', 50, undefined, 'name'), [])
  assert.deepEqual(await find('errazuriz c77', 50, undefined, 'name'), ['c777'])
})

test('one of many is looked up, where the server has pg_trgm', async (t) => {
  const [known] = await program.database.worker.query("select 1 from pg_class where relname = 'contact_sought'")
  if (known === undefined) return t.skip('this server has no pg_trgm')
  for (const words of ['ximena errazuriz', 'xyzzy', 'p777@example.com']) {
    const pages = await pagesTouched(program.database.worker, (db) =>
      findContacts(db, 'acme', words, { within: 'all', limit: 50 }),
    )
    assert.ok(pages > 0 && pages < 100, `${words}: ${pages} pages`)
  }
})
