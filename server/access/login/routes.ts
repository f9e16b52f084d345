import { Type } from '@sinclair/typebox'
import { audit } from '#access/audit/store.ts'
import { hashPassword, nobodysPassword, passwordFault, verifyPassword } from '#access/password.ts'
import { accountOf } from '#access/store.ts'
import { signToken } from '#access/token.ts'
import { shownUser } from '#access/users/routes.ts'
import {
  endSessions,
  findUser,
  lockUser,
  markLogin,
  normalEmail,
  passwordHashOf,
  updateUser,
} from '#access/users/store.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { createRateLimiter } from '#platform/http/rate-limit.ts'
import { type Identity, type Route, route } from '#platform/http/route.ts'
import { invalid, Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

/** Failed logins an account, and an address, may have in a minute; counted by each node. */
const FAILURES_PER_MINUTE = 5
const MINUTE_MS = 60_000

const Token = Type.Object({
  token: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresAt: Type.String({ format: 'date-time' }),
})

const refused = () =>
  new Problem(401, 'login-failed', 'Address and password do not fit. If you belong to several tenants, name yours.')

/** The user behind a call; a key or a contact has no password and no session of this kind. */
function userOf({ person }: Identity): string {
  if (person?.kind !== 'user') throw new Problem(403, 'forbidden', 'Only a user who is logged in can do this.')
  return person.id
}

/** @param changed called after a change, so that this node follows at once */
export function loginRoutes(runtime: Runtime, secret: Uint8Array, changed: () => void): Route[] {
  const { database, clock } = runtime
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

  const issue = async (tenant: string, person: NonNullable<Identity['person']>, version: number) => {
    const { token, expiresAtMs } = await signToken(secret, { tenant, person, version }, clock.wall())
    return { token, tokenType: 'Bearer' as const, expiresAt: new Date(expiresAtMs).toISOString() }
  }

  return [
    route({
      method: 'POST',
      path: '/api/v1/login',
      permission: 'public',
      tag: 'Access',
      summary: 'Log in',
      description: 'Gives a token for 12 hours. After five failures in a minute an account and an address must wait.',
      body: Type.Object({
        email: Type.String({ minLength: 1, maxLength: 254, examples: ['admin@localhost'] }),
        password: Type.String({ minLength: 1, maxLength: 1_000 }),
        tenant: Type.Optional(Type.String({ maxLength: 63, description: 'Only for whoever belongs to several' })),
      }),
      answer: Type.Composite([
        Token,
        Type.Object({
          user: Type.Object({
            id: Type.String(),
            email: Type.String(),
            name: Type.String(),
            role: Type.String(),
            tenant: Type.String(),
          }),
        }),
      ]),
      refuses: [401],
      async handle({ body, request, traceparent }) {
        const email = normalEmail(body.email)
        const refund = count([`account ${body.tenant ?? ''} ${email}`, `address ${request.socket.remoteAddress}`])
        const account = await accountOf(database, email, body.tenant ?? null)
        const fits = await verifyPassword(body.password, account?.passwordHash ?? nobody)
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
    }),
    route({
      method: 'POST',
      path: '/api/v1/logout',
      permission: 'self',
      tag: 'Access',
      summary: 'End every session of the user who calls',
      status: 204,
      async handle({ identity, traceparent }) {
        const id = userOf(identity)
        await database.asTenant(identity.tenant, async (tx) => {
          await endSessions(tx, identity.tenant, id)
          audit(tx, { identity, traceparent }, { at: clock.wall(), action: 'user.logged-out', target: `user:${id}` })
        })
        changed()
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/me/password',
      permission: 'self',
      tag: 'Access',
      summary: 'Change your own password',
      description: 'Every session ends, also this one: log in again.',
      body: Type.Object({
        currentPassword: Type.String({ minLength: 1, maxLength: 1_000 }),
        newPassword: Type.String({ minLength: 8, maxLength: 256 }),
      }),
      status: 204,
      async handle({ identity, body, request, traceparent }) {
        const id = userOf(identity)
        const { tenant } = identity
        const fault = passwordFault(body.newPassword)
        if (fault !== null) throw invalid({ path: '/newPassword', message: fault })
        const refund = count([`user ${tenant} ${id}`, `address ${request.socket.remoteAddress}`])
        const stored = await database.asTenant(tenant, (tx) => passwordHashOf(tx, tenant, id))
        if (!(await verifyPassword(body.currentPassword, stored ?? nobody))) {
          throw invalid({ path: '/currentPassword', message: 'is not your password' })
        }
        refund()
        const hash = await hashPassword(body.newPassword)
        await database.asTenant(tenant, async (tx) => {
          const { user } = await lockUser(tx, tenant, id)
          if (user === undefined) throw refused()
          await updateUser(tx, tenant, user, hash)
          audit(
            tx,
            { identity, traceparent },
            { at: clock.wall(), action: 'user.password-changed', target: `user:${id}` },
          )
        })
        changed()
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/me',
      permission: 'self',
      tag: 'Access',
      summary: 'Who you are to this program',
      answer: Type.Object({
        tenant: Type.String(),
        actor: Type.String(),
        permissions: Type.Array(Type.String()),
        user: orNull(Type.Unknown()),
      }),
      async handle({ identity: { tenant, actor, person, permissions } }) {
        const user =
          person?.kind === 'user' ? await database.asTenant(tenant, (tx) => findUser(tx, tenant, person.id)) : undefined
        return {
          tenant,
          actor,
          permissions: [...permissions].sort(),
          user: user === undefined ? null : shownUser(user),
        }
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/tokens',
      permission: 'users:write',
      tag: 'Access',
      summary: 'Make a token for a contact',
      description: 'For 12 hours its holder reads and marks the notifications of this person, and nothing else.',
      status: 201,
      idempotent: true,
      body: Type.Object({ contactId: Type.String({ minLength: 1, maxLength: 255, examples: ['patient-1'] }) }),
      answer: Token,
      async handle({ identity, body: { contactId }, traceparent }) {
        const made = await issue(identity.tenant, { kind: 'contact', id: contactId }, 0)
        await database.asTenant(identity.tenant, async (tx) =>
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'token.created',
              target: `contact:${contactId}`,
            },
          ),
        )
        return made
      },
    }),
  ]
}
