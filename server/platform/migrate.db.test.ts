import assert from 'node:assert/strict'
import { chmod, mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { openDatabase } from '#platform/database.ts'
import { type Embedded, removeEmbedded, startEmbedded } from '#platform/embedded/index.ts'
import { migrate, readMigrations } from '#platform/migrate.ts'

const logger = { info() {}, warn() {}, error() {} }
const source = { service: 'platform', folder: new URL('./migrations/', import.meta.url) }

/** A server of its own: roles belong to the server, and the one of the other tests has them already. */
describe('the roles of the database', () => {
  let dataDir: string
  let server: Embedded

  const asAdministrator = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    try {
      for (const statement of statements) await client.query(statement)
    } finally {
      await client.end()
    }
  }
  /** A user who owns a database of the same name and is nothing more. */
  const owner = async (name: string, rights: string) => {
    await asAdministrator(
      `create role ${name} login ${rights} password 'x'`,
      `create database ${name} owner ${name} template template0 encoding 'UTF8'`,
    )
    return server.url.replace(/\/\/[^@]*@/, `//${name}:x@`).replace(/\/cauce(?=\?|$)/, `/${name}`)
  }
  const whoAmI = async (url: string) => {
    const database = openDatabase(url)
    const rows = await database.worker.query('select current_user as name')
    await database.close()
    return rows
  }

  before(async () => {
    dataDir = await mkdtemp(join(await realpath(tmpdir()), 'cauce-roles-'))
    await chmod(dataDir, 0o711)
    server = await startEmbedded({ dataDir, logger })
  })
  after(async () => {
    await server.stop()
    await removeEmbedded(dataDir)
  })

  it('are made, and may be taken, by a user who may create roles', async () => {
    const url = await owner('maker', 'createrole')
    await migrate(url, await readMigrations([source]), Date.now())
    assert.deepEqual(await whoAmI(url), [{ name: 'cauce_worker' }])
  })

  it('are asked of an administrator by a user who may not, and taken once granted', async () => {
    const url = await owner('plain', '')
    const migrations = await readMigrations([source])
    await assert.rejects(
      migrate(url, migrations, Date.now()),
      /have an administrator run: grant cauce_app, cauce_worker to plain$/,
      'the roles are there: the test before made them',
    )
    await asAdministrator('grant cauce_app, cauce_worker to plain')
    await migrate(url, migrations, Date.now())
    assert.deepEqual(await whoAmI(url), [{ name: 'cauce_worker' }])
  })

  it('are not looked for in a database that cannot hold every text', async () => {
    await asAdministrator("create database narrow encoding 'LATIN1' locale 'C' template template0")
    const url = server.url.replace(/\/cauce(?=\?|$)/, '/narrow')
    await assert.rejects(
      migrate(url, await readMigrations([source]), Date.now()),
      /a database in UTF8 is needed; this one is in LATIN1/,
    )
  })
})
