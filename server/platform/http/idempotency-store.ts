import { randomUUID } from 'node:crypto'
import { isTransient } from '#platform/database.ts'
import {
  CLAIM_MS,
  type Claim,
  type IdempotencyKey,
  type IdempotencyStore,
  KEY_LIFETIME_MS,
} from '#platform/http/idempotency.ts'
import { platformSecret } from '#platform/secrets.ts'
import type { Database } from '#platform/work.ts'

/** Expired keys are removed as new ones come: with each hundredth claim, at most this many. */
const SWEEP_ROWS = 1_000
const SWEEP_EVERY = 100
const RETRY_MS = 250

type Row = { fence: string; fingerprint: string; status: number | null; body: Uint8Array | null }

/** Claims of requests that died with the process. Only for who knows that no other process answers requests. */
export async function dropDeadClaims(database: Database): Promise<void> {
  await database.worker.query('delete from idempotency_key where status is null')
}

/**
 * Writes what becomes of a claim. A database that is away for a moment must not leave the key claimed (409 for 15 s)
 * once it is back: the write is tried again behind the caller's back until the claim runs out. Its fence makes a late
 * one harmless.
 */
async function settle(write: () => Promise<unknown>, until = performance.now() + CLAIM_MS): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isTransient(error)) throw error
    if (performance.now() < until) setTimeout(() => settle(write, until).catch(() => {}), RETRY_MS).unref()
  }
}

/** Keys in PostgreSQL, so that a repeat may reach any node. */
export function createIdempotencyStore(database: Database): IdempotencyStore {
  let claims = 0
  let secret: Promise<Uint8Array> | undefined
  const release = ({ tenant, scope, keyHash }: IdempotencyKey, fence: string) =>
    settle(() => database.asTenant(tenant, (tx) => tx.query(RELEASE, [tenant, scope, keyHash, fence])))
  return {
    async claim(key, wallMs) {
      const { tenant, scope, keyHash, fingerprint } = key
      const fence = randomUUID()
      claims += 1
      // Outside the claim's transaction, so that two sweeps cannot wait for each other; the next one makes up for a
      // failure.
      if (claims % SWEEP_EVERY === 0) {
        database.worker.query(SWEEP_EXPIRED, [new Date(wallMs), SWEEP_ROWS]).catch(() => {})
      }
      // One statement: the row lock of the upsert decides between two at once. `set` only fires when the old row
      // is over (kept 24 h, or claimed by a request that died); otherwise nothing is returned and the row is read.
      const values = [tenant, scope, keyHash, fingerprint, fence, new Date(wallMs), new Date(wallMs + CLAIM_MS)]
      const claiming = database.asTenant(tenant, async (tx): Promise<Claim> => {
        const [taken] = await tx.query<Row>(CLAIM, values)
        if (taken !== undefined) return { state: 'claimed', fence }
        const [row] = await tx.query<Row>(READ, [tenant, scope, keyHash])
        if (row === undefined || row.status === null) return { state: 'running' }
        return { state: 'done', fingerprint: row.fingerprint, answer: { status: row.status, body: row.body } }
      })
      // A lost COMMIT may have claimed it for nobody.
      claiming.catch(() => release(key, fence).catch(() => {}))
      return claiming
    },
    finish({ tenant, scope, keyHash }, fence, { status, body }, wallMs) {
      const values = [tenant, scope, keyHash, fence, status, body, new Date(wallMs + KEY_LIFETIME_MS)]
      return settle(() => database.asTenant(tenant, (tx) => tx.query(FINISH, values)))
    },
    release,
    secret() {
      // One that could not be read is asked for again by the next request.
      secret ??= platformSecret(database, 'idempotency').catch((error: unknown) => {
        secret = undefined
        throw error
      })
      return secret
    },
  }
}

const CLAIM = `
insert into idempotency_key as k (tenant, scope, key_hash, fingerprint, fence, claimed_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (tenant, scope, key_hash) do update
  set fingerprint = excluded.fingerprint, fence = excluded.fence, claimed_at = excluded.claimed_at,
      expires_at = excluded.expires_at, status = null, body = null
  where k.expires_at <= excluded.claimed_at
returning k.fence`

const READ = `
select fence, fingerprint, status, body from idempotency_key where tenant = $1 and scope = $2 and key_hash = $3`

const FINISH = `
update idempotency_key set status = $5, body = $6, expires_at = $7
where tenant = $1 and scope = $2 and key_hash = $3 and fence = $4`

const RELEASE = `
delete from idempotency_key where tenant = $1 and scope = $2 and key_hash = $3 and fence = $4`

// Served by idempotency_key_expiry. Locked rows are being claimed again: leave them.
const SWEEP_EXPIRED = `
delete from idempotency_key where (tenant, scope, key_hash) in (
  select tenant, scope, key_hash from idempotency_key
  where expires_at <= $1 order by expires_at limit $2 for update skip locked)`
