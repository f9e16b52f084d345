import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import pg from 'pg'
import { type OpenDatabase, openDatabase } from '#platform/database.ts'
import { testDatabase } from '#platform/testing.ts'

describe('a transaction', () => {
  let place: Awaited<ReturnType<typeof testDatabase>>
  let database: OpenDatabase
  let owner: pg.Client
  before(async () => {
    place = await testDatabase()
    owner = new pg.Client({ connectionString: place.url })
    await owner.connect()
    await owner.query('create table thing (n int primary key, twin int, unique (twin) deferrable initially deferred)')
    await owner.query('grant all on thing to cauce_worker, cauce_app')
    database = openDatabase(place.url, { workerConnections: 2, appConnections: 2 })
    const none = () => assert.fail('not here')
    database.setHooks({ append: none, schedule: none, unschedule: none, handleInline: none })
  })
  beforeEach(() => owner.query('truncate thing'))
  after(async () => {
    await database.close()
    await owner.end()
    await place.drop()
  })

  const things = async () => (await owner.query<{ n: number }>('select n from thing order by n')).rows.map(({ n }) => n)
  const insert = 'insert into thing (n, twin) values ($1, $2)'

  it('keeps all of its statements, awaited or not', async () => {
    const told: string[] = []
    const answer = await database.transaction(async (tx) => {
      void tx.query(insert, [1, 1])
      tx.afterCommit(() => told.push('after'))
      const [row] = await tx.query<{ n: number }>('select n from thing')
      void tx.query(insert, [2, 2])
      told.push('decided')
      return row?.n
    })
    assert.equal(answer, 1)
    assert.deepEqual(await things(), [1, 2])
    assert.deepEqual(told, ['decided', 'after'])
  })

  it('fails with the first cause when a statement fails that nobody waits for, and keeps nothing', async () => {
    let told = false
    const failing = database.transaction(async (tx) => {
      void tx.query(insert, [1, 1])
      void tx.query('select 1 / $1::int', [0])
      void tx.query(insert, [2, 2])
      tx.afterCommit(() => {
        told = true
      })
    })
    await assert.rejects(failing, /division by zero/)
    assert.deepEqual([await things(), told], [[], false])
  })

  it('fails although somebody caught the error of a statement', async () => {
    const failing = database.transaction(async (tx) => {
      await tx.query(insert, [1, 1])
      await tx.query(insert, [1, 2]).catch(() => {})
    })
    await assert.rejects(failing, /duplicate key/)
    assert.deepEqual(await things(), [])
  })

  it('fails when only the COMMIT does', async () => {
    const failing = database.transaction(async (tx) => {
      void tx.query(insert, [1, 7])
      void tx.query(insert, [2, 7])
    })
    await assert.rejects(failing, /duplicate key/)
    assert.deepEqual(await things(), [])
  })

  it('undoes what was sent when it is given up, and takes no statement afterwards', async () => {
    let kept: { query(text: string): Promise<unknown> } | undefined
    const failing = database.transaction(async (tx) => {
      kept = tx
      void tx.query(insert, [1, 1])
      throw new Error('changed my mind')
    })
    await assert.rejects(failing, /changed my mind/)
    assert.deepEqual(await things(), [])
    assert.throws(() => kept?.query('select 1'), /over/)
  })

  it('gives its connection back whatever happens, so that two serve any number', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        database.transaction(async (tx) => {
          void tx.query(insert, [i, i])
          if (i % 3 === 1) throw new Error('no')
          if (i % 3 === 2) void tx.query('select 1 / $1::int', [0])
        }),
      ),
    )
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 20)
    assert.equal((await things()).length, 20)
  })

  it('of a tenant leaves the tenant behind with its end', async () => {
    const tenant = () =>
      database.asTenant(
        '',
        async (tx) => (await tx.query<{ t: string }>(`select current_setting('cauce.tenant', true) as t`))[0]?.t,
      )
    for (let i = 0; i < 4; i++) {
      await database.asTenant('acme', async (tx) => {
        assert.equal((await tx.query<{ t: string }>(`select current_setting('cauce.tenant', true) as t`))[0]?.t, 'acme')
      })
      await assert.rejects(database.asTenant('acme', async (tx) => void tx.query('select 1 / $1::int', [0])))
      assert.equal(await tenant(), '')
    }
  })

  it('that waits for ever for a lock ends by itself, and the caller may try again', async () => {
    await owner.query('begin')
    await owner.query('insert into thing (n) values (1)')
    const waiting = database.transaction(async (tx) => {
      void tx.query(`set local lock_timeout = '50ms'`)
      void tx.query(insert, [1, 1])
    })
    await assert.rejects(waiting, { code: '55P03' })
    await owner.query('rollback')
    await database.transaction(async (tx) => void tx.query(insert, [1, 1]))
    assert.deepEqual(await things(), [1])
  })
})
