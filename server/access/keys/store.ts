import { hashOf } from '#access/authenticator.ts'
import { lower, type Role } from '#access/permissions.ts'
import type { Permission } from '#platform/http/route.ts'
import type { Db } from '#platform/work.ts'

export type KeyView = {
  id: string
  prefix: string
  name: string
  scopes: Permission[]
  /** How it ranks now: as its maker did, and no higher than the person behind it does by now. */
  role: Role
  createdBy: string
  /** The person behind it is suspended. */
  suspended: boolean
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  lastUsedAt: Date | null
}

/** The text of a key from 32 random bytes; the prefix lets secret scanners find one that leaked. */
export const newKey = (random: Buffer): string => `cauce_${random.toString('base64url')}`

/** What may be shown of a key: enough to tell two apart, too little to help a guess. */
const PREFIX_LENGTH = 10

export type NewKey = {
  id: string
  name: string
  scopes: readonly Permission[]
  expiresAt: Date | null
  /** `key:<id>`, `user:<id>`, or how it came about. */
  createdBy: string
  role: Role
  /** The user behind it, by whatever keys; null: nobody in this tenant. */
  person: string | null
}

/** @returns false when this very key is there already: made by the same request, whose answer was lost */
export async function insertKey(db: Db, tenant: string, key: string, made: NewKey, at: number): Promise<boolean> {
  const { id, name, scopes, createdBy, role, person, expiresAt } = made
  const rows = await db.query(
    `insert into api_key (tenant, id, hash, prefix, name, scopes, created_by, role, person, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (hash) do nothing returning 1`,
    [
      tenant,
      id,
      hashOf(key),
      key.slice(0, PREFIX_LENGTH),
      name,
      scopes,
      createdBy,
      role,
      person,
      new Date(at),
      expiresAt,
    ],
  )
  return rows.length > 0
}

/** Whether there is this very key. Served by the unique index on `hash`. */
export async function isKeyThere(db: Db, tenant: string, key: string): Promise<boolean> {
  const rows = await db.query('select 1 from api_key where tenant = $1 and hash = $2', [tenant, hashOf(key)])
  return rows.length > 0
}

type Row = Omit<KeyView, 'suspended'> & { personRole: Role | null; personStatus: 'active' | 'suspended' | null }

const VIEW = `select k.id, k.prefix, k.name, k.scopes, k.role, u.role as "personRole", u.status as "personStatus",
  k.created_by as "createdBy", k.created_at as "createdAt", k.expires_at as "expiresAt", k.revoked_at as "revokedAt",
  k.last_used_at as "lastUsedAt"
from api_key k left join app_user u on u.tenant = k.tenant and u.id = k.person
where k.tenant = $1`

const viewOf = ({ personRole, personStatus, role, ...row }: Row): KeyView => ({
  ...row,
  role: personRole === null ? role : lower(role, personRole),
  suspended: personStatus === 'suspended',
})

export async function listKeys(db: Db, tenant: string, after: string | undefined, limit: number): Promise<KeyView[]> {
  const rows = await db.query<Row>(`${VIEW} and ($2::text is null or k.id > $2) order by k.id limit $3`, [
    tenant,
    after ?? null,
    limit,
  ])
  return rows.map(viewOf)
}

/** A key that was not revoked, kept from changing until the transaction ends. */
export async function lockKey(db: Db, tenant: string, id: string): Promise<KeyView | undefined> {
  const [row] = await db.query<Row>(`${VIEW} and k.id = $2 and k.revoked_at is null for update of k`, [tenant, id])
  return row && viewOf(row)
}

export async function revokeKey(db: Db, tenant: string, id: string, at: number): Promise<void> {
  await db.query('update api_key set revoked_at = $3 where tenant = $1 and id = $2', [tenant, id, new Date(at)])
}

/** Revokes what a person made, also by keys of theirs. Served by api_key_person. @returns the ids */
export async function revokeKeysOf(db: Db, tenant: string, person: string, at: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'update api_key set revoked_at = $3 where tenant = $1 and person = $2 and revoked_at is null returning id',
    [tenant, person, new Date(at)],
  )
  return rows.map(({ id }) => id)
}

/** Which of the given ids are those of keys of the tenant, revoked or not. */
export async function knownKeys(db: Db, tenant: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>('select id from api_key where tenant = $1 and id = any($2::text[])', [
    tenant,
    ids,
  ])
  return new Set(rows.map(({ id }) => id))
}
