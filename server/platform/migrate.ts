import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { crashPoint } from '#platform/crash-point.ts'
import { SESSION, sessionAt } from '#platform/database.ts'
import { streamOf } from '#platform/statement.ts'
import type { Db } from '#platform/work.ts'

export type MigrationSource = { service: string; folder: URL }
export type Migration = { service: string; name: string; text: string; sha: string; breaking: boolean }

/** A server that takes the connection and says nothing is none. */
const CONNECT_LIMIT_MS = 10_000
/** Any number that is ours: one migration at a time per database. */
const LOCK = 7_205_001

/** The migrations of the given contexts: contexts in the order given, files in the order of their names. */
export async function readMigrations(sources: readonly MigrationSource[]): Promise<Migration[]> {
  const all: Migration[] = []
  for (const { service, folder } of sources) {
    const files = (await readdir(fileURLToPath(folder))).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort()
    for (const file of files) {
      const text = await readFile(new URL(file, `${folder.href.replace(/\/?$/, '/')}`), 'utf8')
      all.push({
        service,
        name: file.slice(0, -4),
        text,
        sha: hash('sha256', text, 'hex'),
        breaking: text.startsWith('--! breaking'),
      })
    }
  }
  return all
}

/** Throws, naming the first, when a migration of this program is not in the database. */
export async function assertMigrated(db: Db, migrations: readonly Migration[]): Promise<string> {
  const rows = await db.query<{ service: string; name: string }>('select service, name from cauce_migration')
  const applied = new Set(rows.map(({ service, name }) => `${service}/${name}`))
  const missing = migrations.find(({ service, name }) => !applied.has(`${service}/${name}`))
  if (missing !== undefined) throw new Error(`migration ${missing.service}/${missing.name} is missing`)
  return `${migrations.length} applied`
}

/**
 * Both roles, and the right of whoever connects to take them. From PostgreSQL 16 on a role's maker is a member who may
 * not yet take it. A user who can do neither is told what an administrator has to run.
 */
const ROLES = `do $$
declare
  wanted text;
  missing text;
  may_take text := case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end;
begin
  foreach wanted in array array['cauce_app', 'cauce_worker'] loop
    begin
      if not exists (select 1 from pg_roles where rolname = wanted) then
        execute format('create role %I nologin', wanted);
      end if;
    exception when duplicate_object or unique_violation then null;
    end;
    if not pg_has_role(current_user, wanted, may_take) then
      execute format('grant %I to current_user', wanted);
    end if;
  end loop;
exception when insufficient_privilege then
  -- What is there already must not be made again: a list that is run as a whole would fail as a whole.
  select coalesce(string_agg(format('create role %I nologin; ', name), '' order by name), '') into missing
  from unnest(array['cauce_app', 'cauce_worker']) name where not exists (select 1 from pg_roles where rolname = name);
  raise exception 'the database user may neither make nor take the roles of Cauce; have an administrator run: %grant cauce_app, cauce_worker to %', missing, quote_ident(current_user)
    using errcode = 'insufficient_privilege';
end $$`

/**
 * Applies what is missing, each file in its own transaction with its row, under one lock for all nodes.
 * Refuses a file that was changed after it was applied, and a database that a newer program has broken for us.
 * @param stopping breaks it off, also while it waits for the server or for another node: what is under way is undone
 * @returns the names applied now
 */
export async function migrate(
  url: string,
  migrations: readonly Migration[],
  appliedAt: number,
  stopping?: AbortSignal,
): Promise<string[]> {
  stopping?.throwIfAborted()
  const client = new pg.Client({
    ...sessionAt(url, SESSION),
    application_name: 'cauce migrate',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
  })
  // A database that goes away fails the statement in hand; it must not end the process past the clean-up.
  client.on('error', () => {})
  const breakOff = () => streamOf(client).destroy()
  stopping?.addEventListener('abort', breakOff)
  try {
    await client.connect().catch((error: unknown) => {
      throw new Error(`cannot connect to the database: ${reasonOf(error)}`, { cause: error })
    })
    const version = Number((await client.query('show server_version_num')).rows[0]?.server_version_num)
    if (version < 150_000) throw new Error(`PostgreSQL 15 or later is needed; this server is ${version}`)
    const encoding = (await client.query('show server_encoding')).rows[0]?.server_encoding
    if (encoding !== 'UTF8') {
      throw new Error(`a database in UTF8 is needed; this one is in ${encoding}, which cannot hold every text`)
    }
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await client.query(ROLES)
    await client.query(`create table if not exists cauce_migration (
      service text not null, name text not null, sha text not null, breaking boolean not null,
      applied_at timestamptz not null, primary key (service, name))`)
    await client.query('grant select on cauce_migration to cauce_worker')
    const { rows } = await client.query<{ service: string; name: string; sha: string; breaking: boolean }>(
      'select service, name, sha, breaking from cauce_migration',
    )
    const applied = new Map(rows.map((row) => [`${row.service}/${row.name}`, row]))
    const known = new Set(migrations.map(({ service, name }) => `${service}/${name}`))
    const newer = [...applied].find(([key, row]) => row.breaking && !known.has(key))
    if (newer) throw new Error(`the database was changed by a newer version (${newer[0]}); start that version or later`)
    const done: string[] = []
    for (const migration of migrations) {
      const key = `${migration.service}/${migration.name}`
      const before = applied.get(key)
      if (before !== undefined) {
        if (before.sha !== migration.sha) throw new Error(`migration ${key} was changed after it had been applied`)
        continue
      }
      await client.query('begin')
      try {
        await client.query(
          'insert into cauce_migration (service, name, sha, breaking, applied_at) values ($1, $2, $3, $4, to_timestamp($5 / 1000.0))',
          [migration.service, migration.name, migration.sha, migration.breaking, appliedAt],
        )
        await client.query(migration.text)
        crashPoint('start:migrate')
        await client.query('commit')
        crashPoint('start:migrated')
      } catch (error) {
        await client.query('rollback')
        throw new Error(`migration ${key} failed: ${(error as Error).message}`, { cause: error })
      }
      done.push(key)
    }
    return done
  } finally {
    stopping?.removeEventListener('abort', breakOff)
    await client.end()
  }
}

/** A name with several addresses fails with one error for each and no sentence of its own. */
const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  const { message } = error as Error
  return message === 'timeout expired' ? `no answer within ${CONNECT_LIMIT_MS / 1_000} s` : message
}
