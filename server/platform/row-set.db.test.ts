import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { rowSet } from '#platform/row-set.ts'
import { testDatabase } from '#platform/testing.ts'

let place: Awaited<ReturnType<typeof testDatabase>>
let owner: pg.Client
before(async () => {
  place = await testDatabase()
  owner = new pg.Client({ connectionString: place.url })
  await owner.connect()
})
after(async () => {
  await owner.end()
  await place.drop()
})

test('rows come as they are named, in their order, with the types of their columns', async () => {
  const set = rowSet('n int, "from" text, at double precision, payload jsonb, flag boolean')
  const rows = [
    { n: 1, from: 'it"s\\ {a,b} ñ', at: 1.5, payload: { a: [null, 'x'] }, flag: true },
    { flag: false, payload: [1], n: 2 ** 31 - 1, at: null, from: '' },
    { n: 3, payload: null, other: 'no column', from: undefined },
  ]
  const found = await owner.query(`select * from ${set.from('$1')} as r`, [set.json(rows)])
  assert.deepEqual(found.rows, [rows[0], rows[1], { n: 3, from: null, at: null, payload: null, flag: null }])
  assert.deepEqual((await owner.query(`select * from ${set.from('$1')} as r`, [set.json([])])).rows, [])
})

test('what is no column is refused', () => {
  for (const columns of ['', 'n', 'n int,', 'n int, a.b text']) assert.throws(() => rowSet(columns), /no column/)
})
