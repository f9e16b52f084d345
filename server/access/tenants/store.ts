import { DEFAULT_TENANT } from '#access/permissions.ts'
import type { Database, Db } from '#platform/work.ts'

export type TenantStatus = 'active' | 'suspended'
export type TenantRow = { tenant: string; name: string; status: TenantStatus; createdAt: Date; setUpAt: Date | null }

const COLUMNS = 'tenant, name, status, created_at as "createdAt", set_up_at as "setUpAt"'

/** @returns false when there is one of this id */
export async function insertTenant(
  db: Db,
  { tenant, name }: { tenant: string; name: string },
  at: number,
): Promise<boolean> {
  const made = await db.query(
    'insert into tenant (tenant, name, created_at) values ($1, $2, $3) on conflict do nothing returning 1',
    [tenant, name, new Date(at)],
  )
  return made.length > 0
}

/** All tenants, by id: for the operator only, hence as the worker. */
export const listTenants = (database: Database, after: string | undefined, limit: number): Promise<TenantRow[]> =>
  database.worker.query<TenantRow>(
    `select ${COLUMNS} from tenant where ($1::text is null or tenant > $1) order by tenant limit $2`,
    [after ?? null, limit],
  )

export async function lockTenant(db: Db, tenant: string): Promise<TenantRow | undefined> {
  const [row] = await db.query<TenantRow>(`select ${COLUMNS} from tenant where tenant = $1 for update`, [tenant])
  return row
}

export async function updateTenant(
  db: Db,
  tenant: string,
  { name, status }: { name: string; status: TenantStatus },
): Promise<void> {
  await db.query('update tenant set name = $2, status = $3 where tenant = $1', [tenant, name, status])
}

export async function findTenant(db: Db, tenant: string): Promise<TenantRow | undefined> {
  const [row] = await db.query<TenantRow>(`select ${COLUMNS} from tenant where tenant = $1`, [tenant])
  return row
}

/**
 * What comes in for a tenant that there is not is seen by nobody.
 * @param setting that names it
 * @throws Error that ends the start
 */
export async function assertTenantThere(db: Db, setting: string, tenant: string): Promise<void> {
  if (tenant === DEFAULT_TENANT || (await findTenant(db, tenant)) !== undefined) return
  throw new Error(
    `${setting} must be a tenant that is there: make ${JSON.stringify(tenant)} (POST /api/v1/tenants) in a start without it`,
  )
}

export async function markSetUp(db: Db, tenant: string, at: number): Promise<void> {
  await db.query('update tenant set set_up_at = $2 where tenant = $1', [tenant, new Date(at)])
}
