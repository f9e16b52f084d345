import { randomBytes } from 'node:crypto'
import { audit } from '#access/audit/store.ts'
import { hashOf } from '#access/authenticator.ts'
import { insertKey, newKey } from '#access/keys/store.ts'
import { hashPassword, passwordFault } from '#access/password.ts'
import { ALL_PERMISSIONS, DEFAULT_TENANT } from '#access/permissions.ts'
import { insertTenant } from '#access/tenants/store.ts'
import { insertUser, normalEmail } from '#access/users/store.ts'
import type { Clock } from '#platform/clock.ts'
import { uuidv7 } from '#platform/ids.ts'
import { platformSettings } from '#platform/platform-settings.ts'
import type { Settings } from '#platform/settings.ts'
import type { Database, Tx } from '#platform/work.ts'

export const SAMPLE_TENANT = 'sample'

/** What a first start made, to be printed once: it can be read nowhere afterwards. */
export type Bootstrapped = {
  /** Only when CAUCE_API_KEY is unset and no key had been made before. */
  apiKey?: string
  /** Only when the first administrator was made now and CAUCE_ADMIN_PASSWORD is unset. */
  adminPassword?: string
  /** A key of the sample tenant, only when that was made now. */
  sampleKey?: string
}

/** Any number that is ours: of several nodes that start at once, one makes the first key. */
const LOCK = 7_205_010

/** Who acts when nobody does. */
const SYSTEM = { identity: { tenant: DEFAULT_TENANT, actor: 'system' }, traceparent: null }

/** By whom the first keys were made: given by the setting, or made up at the first start. */
const BY_SETTING = 'setting'
const BY_FIRST_START = 'first-start'

/**
 * Makes what a fresh installation needs: the tenants `default` and `sample`, a first key and a first owner. Later
 * starts change nothing, but for a CAUCE_API_KEY that is new: it replaces the one that the setting named before.
 *
 * @throws Error when CAUCE_ADMIN_PASSWORD is one that everybody tries first
 */
export async function bootstrap(options: {
  database: Database
  settings: Settings
  clock: Clock
}): Promise<Bootstrapped> {
  const { database, settings, clock } = options
  const { CAUCE_API_KEY, CAUCE_ADMIN_EMAIL, CAUCE_ADMIN_PASSWORD } = settings.of(platformSettings)
  const fault = CAUCE_ADMIN_PASSWORD === undefined ? null : passwordFault(CAUCE_ADMIN_PASSWORD)
  if (fault !== null) throw new Error(`CAUCE_ADMIN_PASSWORD ${fault}`)
  const at = clock.wall()
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
    await insertTenant(tx, { tenant: DEFAULT_TENANT, name: 'Default' }, at)
    const sample = await insertTenant(tx, { tenant: SAMPLE_TENANT, name: 'Sample' }, at)
    const sampleKey = sample ? await makeKey(tx, SAMPLE_TENANT, null, BY_FIRST_START, at) : null
    const apiKey = await firstKey(tx, CAUCE_API_KEY, at)
    const adminPassword = await firstOwner(tx, normalEmail(CAUCE_ADMIN_EMAIL), CAUCE_ADMIN_PASSWORD, at)
    return {
      ...(apiKey === null ? {} : { apiKey }),
      ...(adminPassword === null ? {} : { adminPassword }),
      ...(sampleKey === null ? {} : { sampleKey }),
    }
  })
}

async function firstKey(tx: Tx, given: string | undefined, at: number): Promise<string | null> {
  if (given === undefined) {
    const [made] = await tx.query('select 1 from api_key where tenant = $1 and created_by = any ($2) limit 1', [
      DEFAULT_TENANT,
      [BY_SETTING, BY_FIRST_START],
    ])
    if (made !== undefined) return null
  } else {
    const [known] = await tx.query('select 1 from api_key where hash = $1', [hashOf(given)])
    if (known !== undefined) return null
    const revoked = await tx.query<{ id: string }>(
      `update api_key set revoked_at = $3 where tenant = $1 and created_by = $2 and revoked_at is null returning id`,
      [DEFAULT_TENANT, BY_SETTING, new Date(at)],
    )
    for (const { id } of revoked) audit(tx, SYSTEM, { at, action: 'key.revoked', target: `key:${id}` })
  }
  const key = await makeKey(tx, DEFAULT_TENANT, given ?? null, given === undefined ? BY_FIRST_START : BY_SETTING, at)
  return given === undefined ? key : null
}

/** @returns the key, made up unless given */
async function makeKey(tx: Tx, tenant: string, given: string | null, by: string, at: number): Promise<string> {
  const key = given ?? newKey(randomBytes(32))
  const row = {
    id: uuidv7(at),
    name: given === null ? 'First key' : 'CAUCE_API_KEY',
    scopes: ALL_PERMISSIONS.filter((permission) => permission !== 'self'),
    expiresAt: null,
    createdBy: by,
    role: 'owner' as const,
    person: null,
  }
  await insertKey(tx, tenant, key, row, at)
  const actor = { ...SYSTEM, identity: { ...SYSTEM.identity, tenant } }
  audit(tx, actor, {
    at,
    action: 'key.created',
    target: `key:${row.id}`,
    after: { name: row.name, scopes: row.scopes },
  })
  return key
}

/**
 * The first owner, of the default tenant and of the sample one, with one password.
 * @returns the password that was made up, if so
 */
async function firstOwner(tx: Tx, email: string, given: string | undefined, at: number): Promise<string | null> {
  const [owner] = await tx.query('select 1 from app_user where tenant = $1 and (email = $2 or role = $3) limit 1', [
    DEFAULT_TENANT,
    email,
    'owner',
  ])
  if (owner !== undefined) return null
  const password = given ?? randomBytes(15).toString('base64url')
  const passwordHash = await hashPassword(password)
  for (const tenant of [DEFAULT_TENANT, SAMPLE_TENANT]) {
    const user = { id: uuidv7(at), email, name: 'Owner', role: 'owner' as const, status: 'active' as const }
    await insertUser(tx, tenant, user, passwordHash, at)
    const by = { ...SYSTEM, identity: { ...SYSTEM.identity, tenant } }
    audit(tx, by, { at, action: 'user.created', target: `user:${user.id}`, after: user })
  }
  return given === undefined ? password : null
}
