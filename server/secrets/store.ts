import type { Db, Tx } from '#platform/work.ts'

export type SecretKey = { tenant: string; name: string }

/** A secret as it is shown: never its value. */
export type SecretRow = { name: string; createdAt: Date; updatedAt: Date; updatedBy: string }

const SHOWN = 'name, created_at as "createdAt", updated_at as "updatedAt", updated_by as "updatedBy"'

/** By name, after the one given; one more than `limit`. */
export function listSecrets(db: Db, tenant: string, after: string | undefined, limit: number): Promise<SecretRow[]> {
  return db.query<SecretRow>(`select ${SHOWN} from secret where tenant = $1 and name > $2 order by name limit $3`, [
    tenant,
    after ?? '',
    limit + 1,
  ])
}

export async function findSecret(db: Db, tenant: string, name: string): Promise<SecretRow | undefined> {
  const [row] = await db.query<SecretRow>(`select ${SHOWN} from secret where tenant = $1 and name = $2`, [tenant, name])
  return row
}

export async function countSecrets(db: Db, tenant: string): Promise<number> {
  const [row] = await db.query<{ n: number }>('select count(*)::int as n from secret where tenant = $1', [tenant])
  return row?.n ?? 0
}

export async function putSecret(
  tx: Tx,
  { tenant, name }: SecretKey,
  sealed: Buffer,
  by: string,
  at: number,
): Promise<SecretRow> {
  const [row] = await tx.query<SecretRow>(
    `insert into secret (tenant, name, sealed, created_at, updated_at, updated_by)
     values ($1, $2, $3, to_timestamp($4::double precision / 1000), to_timestamp($4::double precision / 1000), $5)
     on conflict (tenant, name) do update
     set sealed = excluded.sealed, updated_at = excluded.updated_at, updated_by = excluded.updated_by
     returning ${SHOWN}`,
    [tenant, name, sealed, at, by],
  )
  return row as SecretRow
}

/** @returns false when there is none of that name */
export async function deleteSecret(tx: Tx, tenant: string, name: string): Promise<boolean> {
  return (await tx.query('delete from secret where tenant = $1 and name = $2 returning 1', [tenant, name])).length === 1
}

/** The sealed values of some names, of any tenants: one statement; those that are not there are absent. */
export function readSealed(db: Db, wanted: readonly SecretKey[]): Promise<(SecretKey & { sealed: Buffer })[]> {
  return db.query(
    `select s.tenant, s.name, s.sealed from jsonb_to_recordset($1::jsonb) as wanted (tenant text, name text)
     join secret s on s.tenant = wanted.tenant and s.name = wanted.name`,
    [JSON.stringify(wanted.map(({ tenant, name }) => ({ tenant, name })))],
  )
}

/** Which of some names a tenant has. */
export async function knownSecrets(db: Db, tenant: string, names: readonly string[]): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set()
  const rows = await db.query<{ name: string }>(
    'select name from secret where tenant = $1 and name = any($2::text[])',
    [tenant, names],
  )
  return new Set(rows.map(({ name }) => name))
}
