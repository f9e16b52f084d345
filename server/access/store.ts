import { lower, type Role } from '#access/permissions.ts'
import type { Permission } from '#platform/http/route.ts'
import type { Database, Db } from '#platform/work.ts'

/** What must be read before the tenant is known; as the worker, by the credential alone. */
export type KeyRow = {
  hash: Buffer
  tenant: string
  id: string
  scopes: Permission[]
  /** What its maker was when it was made. */
  role: Role
  /** What the person behind it is now; null when there is none. */
  personRole: Role | null
  expiresAt: Date | null
  /** Not revoked, the tenant not suspended, and the person behind it neither suspended nor removed. */
  alive: boolean
  lastUsedAt: Date | null
}

/** Served by the unique index on `hash`. */
export const keysByHash = (db: Db, hashes: readonly Buffer[]): Promise<KeyRow[]> =>
  db.query<KeyRow>(
    `select k.hash, k.tenant, k.id, k.scopes, k.role, u.role as "personRole", k.expires_at as "expiresAt",
            k.last_used_at as "lastUsedAt",
            k.revoked_at is null and t.status = 'active' and (k.person is null or coalesce(u.status = 'active', false)) as alive
     from api_key k join tenant t on t.tenant = k.tenant
     left join app_user u on u.tenant = k.tenant and u.id = k.person
     where k.hash = any ($1::bytea[])`,
    [hashes],
  )

export const touchKeys = (db: Db, hashes: readonly Buffer[], at: Date): Promise<unknown> =>
  db.query('update api_key set last_used_at = $2 where hash = any ($1::bytea[])', [hashes, at])

/** A person of a token: a user with role and version, or (`role` null) the tenant's own state for a contact. */
export type PersonRow = { tenant: string; id: string; role: Role | null; version: number | null; alive: boolean }

export const personsById = (db: Db, wanted: readonly { tenant: string; id: string }[]): Promise<PersonRow[]> =>
  db.query<PersonRow>(
    `select w.tenant, w.id, u.role, u.token_version as version,
            t.status = 'active' and coalesce(u.status, 'active') = 'active' as alive
     from jsonb_to_recordset($1::jsonb) as w(tenant text, id text)
     join tenant t on t.tenant = w.tenant
     left join app_user u on u.tenant = w.tenant and u.id = w.id`,
    [JSON.stringify(wanted)],
  )

/** How somebody ranks, and which person of the tenant answers for it; null: none does. */
export type Rank = { role: Role; person: string | null }

export async function rankOfUser(db: Db, tenant: string, id: string): Promise<Rank | undefined> {
  const [user] = await db.query<{ role: Role }>(
    `select role from app_user where tenant = $1 and id = $2 and status = 'active'`,
    [tenant, id],
  )
  return user && { role: user.role, person: id }
}

export async function rankOfKey(db: Db, tenant: string, id: string): Promise<Rank | undefined> {
  const [key] = await db.query<Rank & { personRole: Role | null }>(
    `select k.role, k.person, u.role as "personRole"
     from api_key k left join app_user u on u.tenant = k.tenant and u.id = k.person and u.status = 'active'
     where k.tenant = $1 and k.id = $2 and k.revoked_at is null and (k.person is null or u.id is not null)`,
    [tenant, id],
  )
  if (key === undefined) return undefined
  const { role, person, personRole } = key
  return { role: personRole === null ? role : lower(role, personRole), person }
}

/** What a setting gave at the last start, hashed. */
export async function readSetting(db: Db, name: string): Promise<string | undefined> {
  const [row] = await db.query<{ hash: string }>('select hash from access_setting where name = $1', [name])
  return row?.hash
}

export async function saveSetting(db: Db, name: string, hash: string): Promise<void> {
  await db.query(
    'insert into access_setting (name, hash) values ($1, $2) on conflict (name) do update set hash = excluded.hash',
    [name, hash],
  )
}

export type LoginRow = {
  tenant: string
  id: string
  email: string
  name: string
  role: Role
  passwordHash: string
  version: number
  alive: boolean
}

/**
 * The account of an address. Without a tenant the default one comes first, then the oldest: whoever makes an
 * account for somebody else's address later cannot take their login over. Served by app_user_email.
 */
export async function accountOf(database: Database, email: string, tenant: string | null): Promise<LoginRow | null> {
  const [row] = await database.worker.query<LoginRow>(
    `select u.tenant, u.id, u.email, u.name, u.role, u.password_hash as "passwordHash", u.token_version as version,
            u.status = 'active' and t.status = 'active' as alive
     from app_user u join tenant t on t.tenant = u.tenant
     where u.email = $1 and ($2::text is null or u.tenant = $2)
     order by u.tenant = 'default' desc, u.created_at, u.id
     limit 1`,
    [email, tenant],
  )
  return row ?? null
}
