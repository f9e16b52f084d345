import type { FlagValue } from '#flags/flag.ts'
import type { Db } from '#platform/work.ts'

export type FlagRow = { tenant: string; name: string; value: unknown; changedAt: Date; changedBy: string }

/** Everything that was set, of all tenants: flags are few. */
export const readFlags = (db: Db): Promise<FlagRow[]> =>
  db.query('select tenant, name, value, changed_at as "changedAt", changed_by as "changedBy" from flag')

/** @returns what was set before; undefined: it had its default */
export async function writeFlag(
  db: Db,
  tenant: string,
  name: string,
  value: FlagValue,
  at: number,
  by: string,
): Promise<unknown> {
  const before = db.query<{ value: unknown }>('select value from flag where tenant = $1 and name = $2 for update', [
    tenant,
    name,
  ])
  void db.query(
    `insert into flag (tenant, name, value, changed_at, changed_by)
     values ($1, $2, $3::jsonb, to_timestamp($4::double precision / 1000), $5)
     on conflict (tenant, name) do update
       set value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    [tenant, name, JSON.stringify(value), at, by],
  )
  return (await before)[0]?.value
}

/** @returns what was set; undefined: it had its default already */
export async function removeFlag(db: Db, tenant: string, name: string): Promise<unknown> {
  const [row] = await db.query<{ value: unknown }>('delete from flag where tenant = $1 and name = $2 returning value', [
    tenant,
    name,
  ])
  return row?.value
}
