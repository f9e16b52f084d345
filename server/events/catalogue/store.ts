import type { Json } from '#platform/event.ts'
import type { Db } from '#platform/work.ts'
import type { Schema } from './schema-guard.ts'
import type { Version } from './version.ts'

/** The newest minor of each major that the tenant registered, by type. */
export async function readVersionsOf(db: Db, tenant: string): Promise<Map<string, Map<number, number>>> {
  const rows = await db.query<{ type: string; major: number; minor: number }>(
    'select type, major, max(minor) as minor from event_type_version where tenant = $1 group by type, major',
    [tenant],
  )
  const versions = new Map<string, Map<number, number>>()
  for (const { type, major, minor } of rows) {
    const known = versions.get(type)
    if (known === undefined) versions.set(type, new Map([[major, minor]]))
    else known.set(major, minor)
  }
  return versions
}

export async function readSchema(db: Db, tenant: string, type: string, version: Version): Promise<Schema | undefined> {
  const [row] = await db.query<{ schema: Schema }>(
    'select schema from event_type_version where tenant = $1 and type = $2 and major = $3 and minor = $4',
    [tenant, type, version.major, version.minor],
  )
  return row?.schema
}

export type Deprecation = { at: string; reason?: string; replacedBy?: string }
export type TypeRow = {
  name: string
  family: string
  owner: string | null
  description: string
  deprecated: Deprecation | null
  createdAt: Date
}

const TYPE = 'name, family, owner, description, deprecated, created_at as "createdAt"'

/** A tenant has at most `MAX_TYPES` of them. */
export const listTypes = (db: Db, tenant: string): Promise<TypeRow[]> =>
  db.query(`select ${TYPE} from event_type where tenant = $1`, [tenant])

export async function findType(db: Db, tenant: string, name: string): Promise<TypeRow | undefined> {
  const [row] = await db.query<TypeRow>(`select ${TYPE} from event_type where tenant = $1 and name = $2`, [
    tenant,
    name,
  ])
  return row
}

/** So that two changes of a tenant's catalogue do not cross: the second waits for the first. */
export const lockCatalogue = (db: Db, tenant: string): Promise<unknown> =>
  db.query('select pg_advisory_xact_lock(7205021, hashtext($1))', [tenant])

export const countTypes = async (db: Db, tenant: string): Promise<number> =>
  (await db.query<{ n: number }>('select count(*)::int as n from event_type where tenant = $1', [tenant]))[0]?.n ?? 0

/** Writes what is said of a type; issued without waiting. */
export function writeType(db: Db, tenant: string, type: Omit<TypeRow, 'createdAt'>, at: number, by: string): void {
  void db.query(
    `insert into event_type (tenant, name, family, owner, description, deprecated, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6::json, to_timestamp($7::double precision / 1000), $8)
     on conflict (tenant, name) do update set family = excluded.family, owner = excluded.owner,
       description = excluded.description, deprecated = excluded.deprecated`,
    [
      tenant,
      type.name,
      type.family,
      type.owner,
      type.description,
      type.deprecated === null ? null : JSON.stringify(type.deprecated),
      at,
      by,
    ],
  )
}

export type VersionRow = Version & { schema: Schema; examples: readonly Json[]; createdAt: Date | null }

/** The oldest first. */
export const listVersions = (db: Db, tenant: string, type: string): Promise<VersionRow[]> =>
  db.query(
    `select major, minor, schema, examples, created_at as "createdAt" from event_type_version
     where tenant = $1 and type = $2 order by major, minor`,
    [tenant, type],
  )

/** Issued without waiting. */
export function insertVersion(
  db: Db,
  tenant: string,
  type: string,
  version: Version & { schema: Schema; examples: readonly Json[] },
  at: number,
  by: string,
): void {
  void db.query(
    `insert into event_type_version (tenant, type, major, minor, schema, examples, created_at, created_by)
     values ($1, $2, $3, $4, $5::json, $6::json, to_timestamp($7::double precision / 1000), $8)`,
    [
      tenant,
      type,
      version.major,
      version.minor,
      JSON.stringify(version.schema),
      JSON.stringify(version.examples),
      at,
      by,
    ],
  )
}
