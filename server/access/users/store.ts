import type { Role } from '#access/permissions.ts'
import { looseText } from '#platform/loose-text.ts'
import type { Db } from '#platform/work.ts'

export type UserStatus = 'active' | 'suspended'
export type UserRow = {
  id: string
  email: string
  name: string
  role: Role
  status: UserStatus
  createdAt: Date
  lastLoginAt: Date | null
}

/** Addresses are compared without regard to case; the part before the @ is too, as every provider does. */
export const normalEmail = (email: string): string => email.trim().toLowerCase()

/** @returns false when there is one of this address, or of this id */
export async function insertUser(
  db: Db,
  tenant: string,
  user: Pick<UserRow, 'id' | 'email' | 'name' | 'role' | 'status'>,
  passwordHash: string,
  at: number,
): Promise<boolean> {
  const made = await db.query(
    `insert into app_user (tenant, id, email, name, role, status, password_hash, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning 1`,
    [tenant, user.id, user.email, user.name, user.role, user.status, passwordHash, new Date(at)],
  )
  return made.length > 0
}

const COLUMNS = 'id, email, name, role, status, created_at as "createdAt", last_login_at as "lastLoginAt"'

/** Users after the id `after`, in the order of their ids; with words those that have them in their name or address. */
export const listUsers = (
  db: Db,
  tenant: string,
  after: string | undefined,
  limit: number,
  words?: string,
): Promise<UserRow[]> =>
  db.query<UserRow>(
    `select ${COLUMNS} from app_user
     where tenant = $1 and ($2::text is null or id > $2) and ($4::text is null or name ~ $4 or email ~ $4)
     order by id limit $3`,
    [tenant, after ?? null, limit, words === undefined ? null : looseText(words)],
  )

export async function findUser(db: Db, tenant: string, id: string): Promise<UserRow | undefined> {
  const [row] = await db.query<UserRow>(`select ${COLUMNS} from app_user where tenant = $1 and id = $2`, [tenant, id])
  return row
}

export async function findUserByEmail(db: Db, tenant: string, email: string): Promise<UserRow | undefined> {
  const [row] = await db.query<UserRow>(`select ${COLUMNS} from app_user where tenant = $1 and email = $2`, [
    tenant,
    email,
  ])
  return row
}

/** Whether the tenant has an owner, or this address anyhow. */
export async function hasOwner(db: Db, tenant: string, email: string): Promise<boolean> {
  const rows = await db.query(`select 1 from app_user where tenant = $1 and (email = $2 or role = 'owner') limit 1`, [
    tenant,
    email,
  ])
  return rows.length > 0
}

/** Active users of any tenants, in one statement: who a message is for. */
export const usersByIds = (
  db: Db,
  wanted: readonly { tenant: string; id: string }[],
): Promise<{ tenant: string; id: string; email: string; name: string; role: Role }[]> =>
  db.query(
    `select u.tenant, u.id, u.email, u.name, u.role from app_user u
     join jsonb_to_recordset($1::jsonb) as wanted (tenant text, id text) on u.tenant = wanted.tenant and u.id = wanted.id
     where u.status = 'active'`,
    [JSON.stringify(wanted)],
  )

/** Active users of a tenant, some of them where there are more. */
export const usersOfTenant = (
  db: Db,
  tenant: string,
  limit: number,
): Promise<{ id: string; email: string; name: string }[]> =>
  db.query(`select id, email, name from app_user where tenant = $1 and status = 'active' order by id limit $2`, [
    tenant,
    limit,
  ])

/** Of a tenant with more people of the given roles, so many are told of what concerns it. */
const MOST_TOLD = 100

/** Active users of these tenants with one of these roles, some of each tenant at most: whom a matter of it concerns. */
export const usersWithRoles = (
  db: Db,
  tenants: readonly string[],
  roles: readonly Role[],
): Promise<{ tenant: string; id: string }[]> =>
  db.query(
    `select t.tenant, u.id from unnest($1::text[]) as t (tenant) cross join lateral (
       select id from app_user where tenant = t.tenant and role = any($2::text[]) and status = 'active'
       order by id limit ${MOST_TOLD}) u`,
    [tenants, roles],
  )

/**
 * Locks the user and every active owner of the tenant, in the order of their ids: of two who remove the last two
 * owners at once, the second sees what the first did.
 */
export async function lockUser(
  db: Db,
  tenant: string,
  id: string,
): Promise<{ user: UserRow | undefined; owners: number }> {
  const rows = await db.query<UserRow>(
    `select ${COLUMNS} from app_user
     where tenant = $1 and (id = $2 or (role = 'owner' and status = 'active'))
     order by id for update`,
    [tenant, id],
  )
  const owners = rows.filter(({ role, status }) => role === 'owner' && status === 'active').length
  return { user: rows.find((row) => row.id === id), owners }
}

/** Writes a user; `passwordHash` null keeps the one there is. Every session of the user ends. */
export async function updateUser(db: Db, tenant: string, user: UserRow, passwordHash: string | null): Promise<void> {
  await db.query(
    `update app_user set name = $3, role = $4, status = $5, password_hash = coalesce($6, password_hash), email = $7,
            token_version = token_version + 1
     where tenant = $1 and id = $2`,
    [tenant, user.id, user.name, user.role, user.status, passwordHash, user.email],
  )
}

export async function deleteUser(db: Db, tenant: string, id: string): Promise<void> {
  await db.query('delete from app_user where tenant = $1 and id = $2', [tenant, id])
}

/** Ends every session of a user. */
export async function endSessions(db: Db, tenant: string, id: string): Promise<void> {
  await db.query('update app_user set token_version = token_version + 1 where tenant = $1 and id = $2', [tenant, id])
}

export async function passwordHashOf(db: Db, tenant: string, id: string): Promise<string | undefined> {
  const [row] = await db.query<{ hash: string }>(
    'select password_hash as hash from app_user where tenant = $1 and id = $2',
    [tenant, id],
  )
  return row?.hash
}

export async function markLogin(db: Db, tenant: string, id: string, at: number): Promise<void> {
  await db.query('update app_user set last_login_at = $3 where tenant = $1 and id = $2', [tenant, id, new Date(at)])
}
