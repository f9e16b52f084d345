import { Type } from '@sinclair/typebox'
import { audit } from '#access/audit/store.ts'
import type { SignIn } from '#access/login/sign-in.ts'
import { hashPassword, MAX_PASSWORD, MIN_PASSWORD, passwordFault } from '#access/password.ts'
import { DEFAULT_TENANT, SAMPLE_TENANT } from '#access/permissions.ts'
import { rankOf, refuseAbove } from '#access/rank.ts'
import { lockTenant, markSetUp, updateTenant } from '#access/tenants/store.ts'
import { findUser, findUserByEmail, passwordHashOf, updateUser } from '#access/users/store.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, Problem, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

type Body = { currentPassword?: unknown; newPassword?: unknown }

function faults({ currentPassword, newPassword }: Body) {
  if (typeof newPassword !== 'string') return []
  if (currentPassword === undefined)
    return [
      { path: '/currentPassword', ...says('is required with a new password', 'hace falta con una contraseña nueva') },
    ]
  const fault = newPassword.length < MIN_PASSWORD ? null : passwordFault(newPassword)
  return fault === null ? [] : [{ path: '/newPassword', message: fault.en, messages: fault }]
}

/**
 * What an owner says once after the first start: what the organisation is called, and a password in place of the one that
 * was made up. The same address in the sample workspace gets it too, so that its person can look around there.
 * @param changed called after a change, so that this node follows at once
 */
export const setUpRoute = ({ database, clock }: Runtime, signIn: SignIn, changed: () => void): Route =>
  route({
    method: 'POST',
    path: '/api/v1/set-up',
    permission: 'tenants:write',
    tag: 'Access',
    summary: 'Set the installation up after its first start: its name, and your own password',
    description:
      'For owners, once: `GET /api/v1/me` says by `setUp` whether it was done. With a new password every session of yours ends: sign in again.',
    body: Type.Object({
      name: Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: '\\S',
        description: 'More than blanks',
        examples: ['Clínica Sur'],
      }),
      currentPassword: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
      newPassword: Type.Optional(Type.String({ minLength: MIN_PASSWORD, maxLength: MAX_PASSWORD })),
    }),
    faults,
    status: 204,
    refuses: [409],
    async handle({ identity, body: { name, currentPassword, newPassword }, request, traceparent }) {
      const { tenant, person } = identity
      if (tenant !== DEFAULT_TENANT || person?.kind !== 'user') throw notYours()
      const user = await database.asTenant(tenant, async (tx) => {
        refuseAbove(await rankOf(tx, identity), 'owner')
        return findUser(tx, tenant, person.id)
      })
      if (user === undefined) throw notYours()
      const hash = newPassword === undefined ? null : await hashPassword(newPassword)
      if (hash !== null) {
        const refund = signIn.count([`user ${tenant} ${user.id}`, `address ${request.ip}`])
        const stored = await database.asTenant(tenant, (tx) => passwordHashOf(tx, tenant, user.id))
        if (!(await signIn.fits(currentPassword ?? '', stored))) {
          throw invalid({ path: '/currentPassword', ...says('is not your password', 'no es tu contraseña') })
        }
        refund()
      }
      const at = clock.wall()
      // As the worker: the sample workspace is another tenant.
      await database.transaction(async (tx) => {
        const before = await lockTenant(tx, tenant)
        if (before === undefined || before.setUpAt !== null)
          throw conflict('The installation is set up already.', 'La instalación ya está preparada.')
        await updateTenant(tx, tenant, { ...before, name })
        await markSetUp(tx, tenant, at)
        const by = { identity, traceparent }
        audit(tx, by, { at, action: 'tenant.set-up', target: `tenant:${tenant}`, before, after: { ...before, name } })
        if (hash === null) return
        for (const where of [DEFAULT_TENANT, SAMPLE_TENANT]) {
          const own = await findUserByEmail(tx, where, user.email)
          if (own === undefined) continue
          await updateUser(tx, where, own, hash)
          const here = { identity: { ...identity, tenant: where }, traceparent }
          audit(tx, here, { at, action: 'user.password-changed', target: `user:${own.id}` })
        }
      })
      changed()
    },
  })

const notYours = () =>
  new Problem(403, 'forbidden', 'This is for a signed-in owner of the tenant that runs the installation.')
