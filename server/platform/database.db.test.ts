import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { isTransient, type OpenDatabase, openDatabase } from '#platform/database.ts'
import { testDatabase } from '#platform/testing.ts'

/** Ends every other connection of the program to its database, from another process. */
const TERMINATE = `
import pg from 'pg'
const client = new pg.Client({ connectionString: process.argv[1] })
await client.connect()
await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cauce' and datname = current_database()")
await client.end()`

describe('connections', () => {
  let url: string
  let drop: () => Promise<void>
  let database: OpenDatabase
  before(async () => {
    ;({ url, drop } = await testDatabase())
    database = openDatabase(url)
  })
  after(async () => {
    await database.close()
    await drop()
  })

  it('one that ends right behind its last answer costs nobody anything', async () => {
    await database.worker.query('select 1')
    const asked = database.worker.query<{ answer: number }>('select 1 as answer')
    // The statement is on its way; while this process stands still its answer and the farewell arrive as one.
    await Promise.resolve().then(() => new Promise((resolve) => process.nextTick(resolve)))
    execFileSync(process.execPath, ['--input-type=module', '-e', TERMINATE, url], {
      cwd: new URL('.', import.meta.url).pathname,
    })
    assert.deepEqual(await asked, [{ answer: 1 }])
    assert.deepEqual(await database.worker.query('select 2 as answer'), [{ answer: 2 }])
  })

  it('one that ends inside a transaction fails that transaction only', async () => {
    const failing = database.transaction(async (tx) => {
      await tx.query('select 1')
      execFileSync(process.execPath, ['--input-type=module', '-e', TERMINATE, url], {
        cwd: new URL('.', import.meta.url).pathname,
      })
      await tx.query('select 2')
    })
    // Which is heard first, the server's last word or the broken pipe, is chance.
    await assert.rejects(failing, /terminat|EPIPE|ECONNRESET/)
    assert.deepEqual(await database.worker.query('select 3 as answer'), [{ answer: 3 }])
  })

  it('one to a server that only reads, as the primary before a failover does, is given up: later writing may succeed', async () => {
    const write = 'create temporary table written (n int)'
    const ways = [
      (text: string) => database.worker.query(text),
      (text: string) => database.transaction((tx) => tx.query(text)),
    ]
    for (const query of ways) {
      await database.worker.query('set default_transaction_read_only = on')
      await assert.rejects(query(write), (error) => /read-only/.test(String(error)) && isTransient(error))
      await query(write)
      await database.worker.query('drop table written')
    }
  })

  it('that the server refuses is no fault of what was tried', async () => {
    const elsewhere = new URL(url)
    elsewhere.pathname = '/there_is_no_such_database'
    const other = openDatabase(elsewhere.href)
    await assert.rejects(other.worker.query('select 1'), isTransient)
    await other.close()
  })
})

describe('a session', () => {
  let url: string
  let drop: () => Promise<void>
  before(async () => {
    ;({ url, drop } = await testDatabase())
  })
  after(() => drop())
  const SHOWN = `select current_user as role, current_setting('transaction_isolation') as isolation,
    timestamptz '2026-02-01 10:00Z' as time, current_setting('geqo') as geqo, current_setting('statement_timeout') as limit`
  const look = async (at: string) => {
    const database = openDatabase(at)
    try {
      return [...(await database.worker.query(SHOWN)), ...(await database.asTenant('default', (tx) => tx.query(SHOWN)))]
    } finally {
      await database.close()
    }
  }
  const time = new Date('2026-02-01T10:00:00Z')

  it('is what the program counts on, whatever the database sets for its sessions', async () => {
    const owner = new pg.Client({ connectionString: url })
    await owner.connect()
    const name = owner.escapeIdentifier(owner.database ?? '')
    for (const setting of ["default_transaction_isolation = 'repeatable read'", "datestyle = 'German, DMY'"]) {
      await owner.query(`alter database ${name} set ${setting}`)
    }
    await owner.end()
    const same = { isolation: 'read committed', time, geqo: 'on', limit: '1min' }
    assert.deepEqual(await look(url), [
      { role: 'cauce_worker', ...same },
      { role: 'cauce_app', ...same },
    ])
  })

  it('takes options of the URL beside its own: with theirs alone requests ran as the owner of the tables', async () => {
    const at = new URL(url)
    at.searchParams.set('options', '-c geqo=off -c statement_timeout=5000')
    const same = { isolation: 'read committed', time, geqo: 'off', limit: '1min' }
    assert.deepEqual(await look(at.href), [
      { role: 'cauce_worker', ...same },
      { role: 'cauce_app', ...same },
    ])
  })
})
