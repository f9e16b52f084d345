import { hash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type MigrationSource, migrate, readMigrations } from '#platform/migrate.ts'
import type { Db, Tx } from '#platform/work.ts'

/** Served from the test runner's own server; a single file may be run against any PostgreSQL. */
const serverUrl = () => env.CAUCE_TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** Every folder of migrations in the program, platform first: contexts do not depend on each other's tables. */
async function allMigrations(): Promise<MigrationSource[]> {
  const root = new URL('../', import.meta.url)
  const folders = (await readdir(fileURLToPath(root), { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const found: MigrationSource[] = []
  for (const { name } of folders) {
    const folder = new URL(`${name}/migrations/`, root)
    const files = await readdir(fileURLToPath(folder)).catch(() => [])
    if (files.length > 0) found.push({ service: name, folder })
  }
  const order = (service: string) => (service === 'platform' ? 0 : 1)
  return found.sort((a, b) => order(a.service) - order(b.service) || a.service.localeCompare(b.service))
}

/**
 * Pages of tables and indexes that the statements of `work` touch, whatever the machine and its cache: how much they read.
 * They answer no rows, so only the first of several that depend on each other is seen.
 */
export async function pagesTouched(db: Db, work: (db: Db) => Promise<unknown>): Promise<number> {
  let pages = 0
  await work({
    async query(text, values) {
      const [row] = await db.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, format json) ${text}`,
        values,
      )
      const plan = row?.['QUERY PLAN'][0].Plan ?? {}
      pages += (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0)
      return []
    },
  })
  return pages
}

async function asAdmin<T>(fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl() })
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}

const urlOf = (database: string) => {
  const url = new URL(serverUrl())
  url.pathname = `/${database}`
  return url.href
}

/** A template with every migration applied, made once per state of the migrations. */
async function template(): Promise<string> {
  const migrations = await readMigrations(await allMigrations())
  const name = `cauce_template_${hash('sha256', migrations.map(({ sha }) => sha).join(), 'hex').slice(0, 16)}`
  await asAdmin(async (client) => {
    await client.query('select pg_advisory_lock(7205100)')
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [name])
    if (rowCount === 1) return
    await client.query(`drop database if exists ${name}`)
    await client.query(`create database ${name} template template0 encoding 'UTF8'`)
    await migrate(urlOf(name), migrations, Date.now())
    await client.query(`alter database ${name} is_template true`)
  })
  return name
}

/**
 * A fresh database for one test file, dropped by `drop`.
 * @returns its address
 */
export async function testDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const from = await template()
  const name = `cauce_test_${randomBytes(6).toString('hex')}`
  await asAdmin((client) => client.query(`create database ${name} template ${from}`))
  return {
    url: urlOf(name),
    drop: () => asAdmin(async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  }
}

/**
 * How the statement that `write` sends would be executed for ever by a plan made while its tables are empty, where it may only
 * look up by an index. @returns the plan's text
 */
export async function planWhileEmpty(write: (tx: Tx) => void): Promise<string> {
  const { url, drop } = await testDatabase()
  const options = ['seqscan', 'hashjoin', 'mergejoin'].map((way) => `-c enable_${way}=off`).join(' ')
  const client = new pg.Client({ connectionString: url, options: `${options} -c plan_cache_mode=force_generic_plan` })
  await client.connect()
  try {
    let text = ''
    const query = async (statement: string) => {
      text = statement
      return []
    }
    write({ query } as unknown as Tx)
    await client.query(`prepare looks as ${text}`)
    const { rows } = await client.query<{ 'QUERY PLAN': string }>("explain execute looks('[]')")
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  } finally {
    await client.end()
    await drop()
  }
}
