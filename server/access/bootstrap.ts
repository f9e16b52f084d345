import { randomBytes } from 'node:crypto'
import { audit } from '#access/audit/store.ts'
import { hashOf } from '#access/authenticator.ts'
import { insertKey, newKey } from '#access/keys/store.ts'
import { hashPassword, verifyPassword } from '#access/password.ts'
import { ALL_PERMISSIONS, DEFAULT_TENANT, SAMPLE_TENANT } from '#access/permissions.ts'
import { accessSettings } from '#access/settings.ts'
import { readSetting, saveSetting } from '#access/store.ts'
import { insertTenant } from '#access/tenants/store.ts'
import { findUserByEmail, hasOwner, insertUser, normalEmail, updateUser } from '#access/users/store.ts'
import type { Clock } from '#platform/clock.ts'
import { uuidv7 } from '#platform/ids.ts'
import type { Settings } from '#platform/settings.ts'
import type { Database, Tx } from '#platform/work.ts'

/** What a first start made, to be printed once: it can be read nowhere afterwards. */
export type Bootstrapped = {
  /** Only when CAUCE_API_KEY is unset and no key had been made before. */
  apiKey?: string
  /** CAUCE_API_KEY is a key that was revoked: it stays so, and who comes with it is refused. */
  keyRevoked?: true
  /** Only when the first administrator was made now and CAUCE_ADMIN_PASSWORD is unset. */
  adminPassword?: string
  /** CAUCE_ADMIN_PASSWORD was new and is now the password of CAUCE_ADMIN_EMAIL. */
  loginSet?: true
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

const LOGIN_SETTING = 'CAUCE_ADMIN_EMAIL, CAUCE_ADMIN_PASSWORD'

/**
 * Makes what a fresh installation needs: the tenants `default` and `sample`, a first key and a first owner. Later
 * starts change nothing, but for what a setting gives anew: a CAUCE_API_KEY replaces the one that it named before, and a
 * CAUCE_ADMIN_PASSWORD is set for the owner CAUCE_ADMIN_EMAIL. So nobody who runs the program is locked out of it.
 */
export async function bootstrap(options: {
  database: Database
  settings: Settings
  clock: Clock
  /** What the sample tenant is called. */
  sampleName?: string
}): Promise<Bootstrapped> {
  const { database, settings, clock, sampleName = 'Sample' } = options
  const { CAUCE_API_KEY, CAUCE_ADMIN_EMAIL, CAUCE_ADMIN_PASSWORD } = settings.of(accessSettings)
  const at = clock.wall()
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
    await insertTenant(tx, { tenant: DEFAULT_TENANT, name: 'Default' }, at)
    const sample = await insertTenant(tx, { tenant: SAMPLE_TENANT, name: sampleName }, at)
    const sampleKey = sample ? await makeKey(tx, SAMPLE_TENANT, null, BY_FIRST_START, at) : null
    const key = await firstKey(tx, CAUCE_API_KEY, at)
    const owner = await firstOwner(tx, normalEmail(CAUCE_ADMIN_EMAIL), CAUCE_ADMIN_PASSWORD, at)
    return {
      ...key,
      ...owner,
      ...(sampleKey === null ? {} : { sampleKey }),
    }
  })
}

async function firstKey(
  tx: Tx,
  given: string | undefined,
  at: number,
): Promise<Pick<Bootstrapped, 'apiKey' | 'keyRevoked'>> {
  if (given === undefined) {
    const [made] = await tx.query('select 1 from api_key where tenant = $1 and created_by = any ($2) limit 1', [
      DEFAULT_TENANT,
      [BY_SETTING, BY_FIRST_START],
    ])
    if (made !== undefined) return {}
  } else {
    const [known] = await tx.query<{ revoked: boolean }>(
      'select revoked_at is not null as revoked from api_key where hash = $1',
      [hashOf(given)],
    )
    // Of several nodes one may start with the setting of before: a key that was replaced must not come back by that.
    if (known !== undefined) return known.revoked ? { keyRevoked: true } : {}
    const revoked = await tx.query<{ id: string }>(
      `update api_key set revoked_at = $3 where tenant = $1 and created_by = $2 and revoked_at is null returning id`,
      [DEFAULT_TENANT, BY_SETTING, new Date(at)],
    )
    for (const { id } of revoked) audit(tx, SYSTEM, { at, action: 'key.revoked', target: `key:${id}` })
  }
  const key = await makeKey(tx, DEFAULT_TENANT, given ?? null, given === undefined ? BY_FIRST_START : BY_SETTING, at)
  return given === undefined ? { apiKey: key } : {}
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
 * The first owner, of the default tenant and of the sample one, with one password. Later the setting makes one again, in
 * the default tenant.
 */
async function firstOwner(
  tx: Tx,
  email: string,
  given: string | undefined,
  at: number,
): Promise<Pick<Bootstrapped, 'adminPassword' | 'loginSet'>> {
  const tenants = (await hasOwner(tx, DEFAULT_TENANT, email)) ? [DEFAULT_TENANT] : [DEFAULT_TENANT, SAMPLE_TENANT]
  if (given === undefined) {
    if (tenants.length === 1) return {}
    const password = randomBytes(15).toString('base64url')
    await letIn(tx, tenants, email, password, at)
    return { adminPassword: password }
  }
  // Both count: whoever asks for another address with the same password means it.
  const login = `${email}\n${given}`
  const before = await readSetting(tx, LOGIN_SETTING)
  if (before !== undefined && (await verifyPassword(login, before))) return {}
  await letIn(tx, tenants, email, given, at)
  await saveSetting(tx, LOGIN_SETTING, await hashPassword(login))
  return { loginSet: true }
}

/** Makes the address an active owner with this password. Sessions that there are end. */
async function letIn(tx: Tx, tenants: readonly string[], email: string, password: string, at: number): Promise<void> {
  const passwordHash = await hashPassword(password)
  for (const tenant of tenants) {
    const by = { ...SYSTEM, identity: { ...SYSTEM.identity, tenant } }
    const owner = { role: 'owner', status: 'active' } as const
    const before = await findUserByEmail(tx, tenant, email)
    if (before === undefined) {
      const user = { id: uuidv7(at), email, name: 'Owner', ...owner }
      await insertUser(tx, tenant, user, passwordHash, at)
      audit(tx, by, { at, action: 'user.created', target: `user:${user.id}`, after: user })
    } else {
      const after = { ...before, ...owner }
      await updateUser(tx, tenant, after, passwordHash)
      const target = `user:${before.id}`
      audit(tx, by, { at, action: 'user.changed', target, before, after: { ...after, password: true } })
    }
  }
}
