import { Type } from '@sinclair/typebox'
import { audit } from '#access/audit/store.ts'
import { sessionRoutes } from '#access/login/session.ts'
import { Credentials, createSignIn, refused, SignedIn } from '#access/login/sign-in.ts'
import { hashPassword, passwordFault } from '#access/password.ts'
import { DEFAULT_TENANT } from '#access/permissions.ts'
import { setUpRoute } from '#access/tenants/set-up.ts'
import { findTenant } from '#access/tenants/store.ts'
import { shownUser, User } from '#access/users/routes.ts'
import { endSessions, findUser, lockUser, passwordHashOf, updateUser } from '#access/users/store.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { type Call, type Identity, type Route, route } from '#platform/http/route.ts'
import { invalid, Problem, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const Token = Type.Object({
  token: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresAt: Type.String({ format: 'date-time' }),
})

/** The user behind a call; a key or a contact has no password and no session of this kind. */
function userOf({ person }: Identity): string {
  if (person?.kind !== 'user') throw new Problem(403, 'forbidden', 'Only a user who is logged in can do this.')
  return person.id
}

/** @param changed called after a change, so that this node follows at once */
export function loginRoutes(runtime: Runtime, secret: Uint8Array, changed: () => void): Route[] {
  const { database, clock } = runtime
  const signIn = createSignIn(runtime, secret)

  const shown = ({ token, expiresAtMs }: { token: string; expiresAtMs: number }) => ({
    token,
    tokenType: 'Bearer' as const,
    expiresAt: new Date(expiresAtMs).toISOString(),
  })

  async function logOut({ identity, traceparent }: Pick<Call<unknown, unknown, unknown>, 'identity' | 'traceparent'>) {
    const id = userOf(identity)
    await database.asTenant(identity.tenant, async (tx) => {
      await endSessions(tx, identity.tenant, id)
      audit(tx, { identity, traceparent }, { at: clock.wall(), action: 'user.logged-out', target: `user:${id}` })
    })
    changed()
  }

  return [
    route({
      method: 'POST',
      path: '/api/v1/login',
      permission: 'public',
      tag: 'Access',
      summary: 'Log in',
      description: 'Gives a token for 12 hours. After five failures in a minute an account and an address must wait.',
      body: Credentials,
      answer: Type.Composite([Token, Type.Object({ user: SignedIn })]),
      refuses: [401],
      async handle({ body, request }) {
        const { user, ...token } = await signIn.signIn(body, request)
        return { ...shown(token), user }
      },
    }),
    ...sessionRoutes(signIn, logOut),
    setUpRoute(runtime, signIn, changed),
    route({
      method: 'POST',
      path: '/api/v1/logout',
      permission: 'self',
      tag: 'Access',
      summary: 'End every session of the user who calls',
      status: 204,
      handle: logOut,
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
        if (fault !== null) throw invalid({ path: '/newPassword', message: fault.en, messages: fault })
        const refund = signIn.count([`user ${tenant} ${id}`, `address ${request.ip}`])
        const stored = await database.asTenant(tenant, (tx) => passwordHashOf(tx, tenant, id))
        if (!(await signIn.fits(body.currentPassword, stored))) {
          throw invalid({ path: '/currentPassword', ...says('is not your password', 'no es tu contraseña') })
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
        tenantName: Type.String(),
        setUp: Type.Boolean({ description: 'False: the installation waits for `POST /api/v1/set-up`' }),
        permissions: Type.Array(Type.String()),
        user: orNull(User, { description: 'Null for a key and for a contact' }),
        clock: Type.Object(
          { now: Type.String({ format: 'date-time' }), scale: Type.Number() },
          { description: 'The time that conversations and flows live in, and how fast it passes' },
        ),
      }),
      async handle({ identity: { tenant, actor, person, permissions } }) {
        const [own, user] = await database.asTenant(tenant, (tx) =>
          Promise.all([findTenant(tx, tenant), person?.kind === 'user' ? findUser(tx, tenant, person.id) : undefined]),
        )
        return {
          tenant,
          tenantName: own?.name ?? tenant,
          setUp: tenant !== DEFAULT_TENANT || own?.setUpAt !== null,
          actor,
          permissions: [...permissions].sort(),
          user: user === undefined ? null : shownUser(user),
          clock: { now: new Date(clock.now()).toISOString(), scale: clock.scale },
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
        const made = await signIn.issue(identity.tenant, { kind: 'contact', id: contactId }, 0)
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
        return shown(made)
      },
    }),
  ]
}
