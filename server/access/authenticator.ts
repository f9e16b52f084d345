import { createHash } from 'node:crypto'
import { lower, permissionsOf, permissionsOfKey } from '#access/permissions.ts'
import { type KeyRow, keysByHash, type PersonRow, personsById, touchKeys } from '#access/store.ts'
import { type TokenClaims, verifyToken } from '#access/token.ts'
import { createBatcher } from '#platform/batcher.ts'
import type { Clock } from '#platform/clock.ts'
import type { Authenticate } from '#platform/http/guard.ts'
import type { Identity } from '#platform/http/route.ts'
import type { Database } from '#platform/work.ts'

export type Authenticator = {
  authenticate: Authenticate
  /** Forgets everything known: called after any change of a key, a user or a tenant. */
  forget(): void
  /** Takes what is to be called after everything was forgotten. */
  onAccessChanged(fn: () => void): void
}

/** How long an answer holds without asking again: what another node changed is known after this at the latest. */
const FRESH_MS = 1_000
/** In use, an answer is renewed in the background from this age on, so that nobody waits for it. */
const RENEW_MS = 500
/** Many credentials at once, most of them guesses: the oldest are forgotten. */
const MAX_KNOWN = 10_000
/** `last_used_at` is right to this. */
const TOUCH_MS = 60_000

type Known = { identity: Identity | null; checkedAt: number; expiresAtMs: number; renewing: boolean }
type Found = { identity: Identity | null; expiresAtMs: number }

const NOBODY: Found = { identity: null, expiresAtMs: Number.POSITIVE_INFINITY }

/**
 * Credentials to identities. Known ones cost a look into a map; the rest are asked for together, one statement at a
 * time, so that a flood of guesses costs one connection at most.
 */
export function createAuthenticator(database: Database, clock: Clock, secret: Uint8Array): Authenticator {
  // By the text itself: hashing it first would cost more than all the rest, and the text is in memory anyway.
  const known = new Map<string, Known>()
  let generation = 0
  const listeners: (() => void)[] = []

  const keys = createBatcher<Buffer, KeyRow | null>({
    maxItems: 500,
    async handle(hashes) {
      const rows = await keysByHash(database.worker, hashes)
      const used = rows.filter(
        ({ alive, lastUsedAt }) => alive && clock.wall() - (lastUsedAt?.getTime() ?? 0) > TOUCH_MS,
      )
      if (used.length > 0) {
        // Only a hint for people; the next use writes it again.
        touchKeys(
          database.worker,
          used.map(({ hash }) => hash),
          new Date(clock.wall()),
        ).catch(() => {})
      }
      const byHash = new Map(rows.map((row) => [row.hash.toString('hex'), row]))
      return hashes.map((hash) => byHash.get(hash.toString('hex')) ?? null)
    },
  })

  const persons = createBatcher<TokenClaims, PersonRow | null>({
    maxItems: 500,
    async handle(claims) {
      const rows = await personsById(
        database.worker,
        claims.map(({ tenant, person }) => ({ tenant, id: person.kind === 'user' ? person.id : '' })),
      )
      const byPerson = new Map(rows.map((row) => [`${row.tenant}/${row.id}`, row]))
      return claims.map(
        ({ tenant, person }) => byPerson.get(`${tenant}/${person.kind === 'user' ? person.id : ''}`) ?? null,
      )
    },
  })

  async function byToken(credential: string): Promise<Found | null> {
    const claims = await verifyToken(secret, credential, clock.wall())
    if (claims === null) return null
    const row = await persons.add(claims)
    const identity = row === null ? null : identityOfPerson(claims, row)
    return { identity, expiresAtMs: claims.expiresAtMs }
  }

  async function byKey(credential: string): Promise<Found> {
    const row = await keys.add(hashOf(credential))
    if (row === null || !row.alive) return NOBODY
    const expiresAtMs = row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
    return { identity: expiresAtMs <= clock.wall() ? null : identityOfKey(row), expiresAtMs }
  }

  async function ask(credential: string): Promise<Identity | null> {
    const asked = generation
    const found = (looksLikeToken(credential) ? await byToken(credential) : null) ?? (await byKey(credential))
    // What was read before a change must not be remembered after it.
    if (asked === generation) remember(credential, found)
    return found.identity
  }

  function remember(credential: string, { identity, expiresAtMs }: Found): void {
    known.delete(credential)
    if (known.size >= MAX_KNOWN) {
      const oldest = known.keys().next().value
      if (oldest !== undefined) known.delete(oldest)
    }
    known.set(credential, { identity, expiresAtMs, checkedAt: clock.wall(), renewing: false })
  }

  return {
    authenticate(credential) {
      const entry = known.get(credential)
      if (entry === undefined) return ask(credential)
      const now = clock.wall()
      const age = now - entry.checkedAt
      if (age >= FRESH_MS || now >= entry.expiresAtMs) return ask(credential)
      if (age >= RENEW_MS && !entry.renewing && entry.identity !== null) {
        entry.renewing = true
        // A failure is met again, and answered, by the request that finds the entry too old.
        ask(credential).catch(() => {})
      }
      return entry.identity
    },
    forget() {
      generation += 1
      known.clear()
      for (const listener of listeners) listener()
    },
    onAccessChanged: (fn) => void listeners.push(fn),
  }
}

export const hashOf = (credential: string): Buffer => createHash('sha256').update(credential).digest()

/** A key may be any visible text; only what has the form of a signed token is tried as one first. */
const looksLikeToken = (credential: string) => /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(credential)

const identityOfKey = ({ tenant, id, scopes, role, personRole }: KeyRow): Identity => ({
  tenant,
  actor: `key:${id}`,
  person: null,
  permissions: permissionsOfKey(tenant, personRole === null ? role : lower(role, personRole), scopes),
})

function identityOfPerson({ tenant, person, version }: TokenClaims, row: PersonRow): Identity | null {
  if (!row.alive) return null
  const actor = `${person.kind}:${person.id}`
  if (person.kind === 'contact') return { tenant, actor, person, permissions: new Set(['self']) }
  // A version behind: there was a logout, a new password, a new role.
  if (row.role === null || row.version !== version) return null
  return { tenant, actor, person, permissions: permissionsOf(tenant, row.role) }
}
