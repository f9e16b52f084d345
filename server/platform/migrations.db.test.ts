import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { assertMigrated, type Migration, migrate } from '#platform/migrate.ts'
import { testDatabase } from '#platform/testing.ts'

const migration = (name: string, text: string, sha = text): Migration => ({
  service: 'test',
  name,
  text,
  sha,
  breaking: text.startsWith('--! breaking'),
})

describe('migrations', () => {
  let place: Awaited<ReturnType<typeof testDatabase>>
  let owner: pg.Client
  const first = migration('0001-first', 'create table first (n int); insert into first values (1)')
  const second = migration('0002-second', 'insert into first values (2)')
  const run = (...migrations: Migration[]) => migrate(place.url, migrations, 1_800_000_000_000)
  const counted = async () =>
    (await owner.query<{ n: number }>('select n from first order by n')).rows.map(({ n }) => n)

  before(async () => {
    place = await testDatabase()
    owner = new pg.Client({ connectionString: place.url })
    await owner.connect()
  })
  after(async () => {
    await owner.end()
    await place.drop()
  })

  it('are applied once, although several nodes begin at the same time', async () => {
    const applied = await Promise.all(Array.from({ length: 6 }, () => run(first)))
    assert.deepEqual(applied.flat(), ['test/0001-first'])
    assert.deepEqual(await counted(), [1])
    assert.deepEqual(await run(first, second), ['test/0002-second'])
    assert.deepEqual(await run(first, second), [])
    assert.deepEqual(await counted(), [1, 2])
  })

  it('leave nothing of one that fails, and keep those before it', async () => {
    const third = migration('0003-third', 'insert into first values (3)')
    const bad = migration('0004-bad', 'insert into first values (4); select 1 / 0')
    const never = migration('0005-never', 'insert into first values (5)')
    await assert.rejects(run(first, second, third, bad, never), /test\/0004-bad failed: division by zero/)
    assert.deepEqual(await counted(), [1, 2, 3])
    const mended = migration('0004-bad', 'insert into first values (4)')
    assert.deepEqual(await run(first, second, third, mended), ['test/0004-bad'])
    await assert.rejects(
      assertMigrated({ query: async (text) => (await owner.query(text)).rows as never }, [first, never]),
      /test\/0005-never is missing/,
    )
  })

  it('are refused when a file was changed after it had been applied', async () => {
    await assert.rejects(run({ ...first, sha: 'another' }), /test\/0001-first was changed/)
  })

  it('of a newer version are let be, but for those that would break this one', async () => {
    await run(migration('0100-additive', 'create table additive ()'))
    assert.deepEqual(await run(first, second), [])
    await run(migration('0101-broken', '--! breaking\ndrop table additive'))
    await assert.rejects(run(first, second), /newer version \(test\/0101-broken\)/)
  })
})
