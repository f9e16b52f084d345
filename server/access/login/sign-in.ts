import { type Static, Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { audit } from '#access/audit/store.ts'
import { nobodysPassword, verifyPassword } from '#access/password.ts'
import { accountOf } from '#access/store.ts'
import { signToken } from '#access/token.ts'
import { markLogin, normalEmail } from '#access/users/store.ts'
import { createRateLimiter } from '#platform/http/rate-limit.ts'
import type { Identity } from '#platform/http/route.ts'
import { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

/** Failed logins an account, and an address, may have in a minute; counted by each node. */
const FAILURES_PER_MINUTE = 5
const MINUTE_MS = 60_000

export const Credentials = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254, examples: ['admin@localhost'] }),
  password: Type.String({ minLength: 1, maxLength: 1_000 }),
  tenant: Type.Optional(Type.String({ maxLength: 63, description: 'Only for whoever belongs to several' })),
})

export const SignedIn = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: Type.String(),
  tenant: Type.String(),
})

export const refused = () =>
  new Problem(401, 'login-failed', 'Address and password do not fit. If you belong to several tenants, name yours.')

export type SignIn = ReturnType<typeof createSignIn>

/** Addresses and passwords to tokens. */
export function createSignIn({ database, clock }: Runtime, secret: Uint8Array) {
  // Checked when there is no such account, so that the answer takes as long.
  const nobody = nobodysPassword()
  const failures = createRateLimiter(FAILURES_PER_MINUTE, MINUTE_MS)

  /** Counts before it is known whether the login fails, so that guesses at the same moment count too. */
  function count(keys: readonly string[]): () => void {
    const quotas = keys.map((key) => failures.take(key, clock.wall()))
    const waits = quotas.filter(({ allowed }) => !allowed).map(({ resetS }) => resetS)
    const refund = () => keys.forEach((key, i) => void (quotas[i]?.allowed && failures.refund(key)))
    if (waits.length === 0) return refund
    refund()
    throw new Problem(429, 'rate-limit', 'Too many failed logins. Try again later.', {
      retryAfterS: Math.max(...waits),
    })
  }

  const issue = (tenant: string, person: NonNullable<Identity['person']>, version: number) =>
    signToken(secret, { tenant, person, version }, clock.wall())

  return {
    count,
    issue,
    /** Whether it is the password; it takes as long where there is none. */
    fits: (password: string, hash: string | undefined) => verifyPassword(password, hash ?? nobody),
    /** @throws Problem 401 when address and password do not fit, 429 after too many that did not */
    async signIn(given: Static<typeof Credentials>, { ip, traceparent }: FastifyRequest) {
      const email = normalEmail(given.email)
      const refund = count([`account ${given.tenant ?? ''} ${email}`, `address ${ip}`])
      const account = await accountOf(database, email, given.tenant ?? null)
      const fits = await verifyPassword(given.password, account?.passwordHash ?? nobody)
      if (account === null || !fits || !account.alive) throw refused()
      refund()
      const { tenant, id, version, name, role } = account
      const at = clock.wall()
      await database.asTenant(tenant, async (tx) => {
        await markLogin(tx, tenant, id, at)
        const by = { identity: { tenant, actor: `user:${id}` }, traceparent }
        audit(tx, by, { at, action: 'user.logged-in', target: `user:${id}` })
      })
      return { ...(await issue(tenant, { kind: 'user', id }, version)), user: { id, email, name, role, tenant } }
    },
  }
}
