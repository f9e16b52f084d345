import { randomBytes } from 'node:crypto'
import { hashOf } from '#access/authenticator.ts'
import type { Permission } from '#platform/http/route.ts'
import type { Db } from '#platform/work.ts'

export type KeyView = {
  id: string
  prefix: string
  name: string
  scopes: Permission[]
  createdBy: string
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  lastUsedAt: Date | null
}

/** 32 random bytes; the prefix lets secret scanners find one that leaked. */
export const newKey = (): string => `cauce_${randomBytes(32).toString('base64url')}`

/** What may be shown of a key: enough to tell two apart, too little to help a guess. */
const PREFIX_LENGTH = 10

export async function insertKey(
  db: Db,
  tenant: string,
  key: string,
  { id, name, scopes, expiresAt }: { id: string; name: string; scopes: readonly Permission[]; expiresAt: Date | null },
  createdBy: string,
  at: number,
): Promise<void> {
  await db.query(
    `insert into api_key (tenant, id, hash, prefix, name, scopes, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [tenant, id, hashOf(key), key.slice(0, PREFIX_LENGTH), name, scopes, createdBy, new Date(at), expiresAt],
  )
}

const COLUMNS = `id, prefix, name, scopes, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt", revoked_at as "revokedAt", last_used_at as "lastUsedAt"`

export const listKeys = (db: Db, tenant: string, after: string | undefined, limit: number): Promise<KeyView[]> =>
  db.query<KeyView>(
    `select ${COLUMNS} from api_key where tenant = $1 and ($2::text is null or id > $2) order by id limit $3`,
    [tenant, after ?? null, limit],
  )

/** @returns the key as it is now; undefined when there is none of this id that still works */
export async function revokeKey(db: Db, tenant: string, id: string, at: number): Promise<KeyView | undefined> {
  const [row] = await db.query<KeyView>(
    `update api_key set revoked_at = $3 where tenant = $1 and id = $2 and revoked_at is null returning ${COLUMNS}`,
    [tenant, id, new Date(at)],
  )
  return row
}
