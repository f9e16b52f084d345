import { Type } from '@sinclair/typebox'
import { audit } from '#access/audit/store.ts'
import { revokeKeysOf } from '#access/keys/store.ts'
import { hashPassword, MAX_PASSWORD, MIN_PASSWORD, passwordFault, verifyPassword } from '#access/password.ts'
import { permissionsOf, ROLES, type Role } from '#access/permissions.ts'
import { rankOf, refuseUsersAbove } from '#access/rank.ts'
import {
  deleteUser,
  findUser,
  findUserByEmail,
  insertUser,
  listUsers,
  lockUser,
  normalEmail,
  passwordHashOf,
  type UserRow,
  updateUser,
} from '#access/users/store.ts'
import { instant, orNull } from '#platform/http/answer-fields.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, type Fault, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const RoleName = Type.Unsafe<Role>({ type: 'string', enum: [...ROLES] })
const Status = Type.Unsafe<UserRow['status']>({ type: 'string', enum: ['active', 'suspended'] })
const Name = Type.String({ minLength: 1, maxLength: 200, examples: ['Ana Ruiz'] })
const Password = Type.String({ minLength: MIN_PASSWORD, maxLength: MAX_PASSWORD })
const Colleague = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    canAnswer: Type.Boolean({ description: 'Active, and their role lets them write in conversations' }),
  },
  { title: 'Colleague' },
)
/** Of one that is made up: 96 bits in base64. */
const PASSWORD_LENGTH = 16

const Email = Type.String({ format: 'email', maxLength: 254, examples: ['ana@example.org'] })

export const User = Type.Object(
  {
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    role: RoleName,
    status: Status,
    createdAt: Type.String({ format: 'date-time' }),
    lastLoginAt: orNull(instant),
  },
  { title: 'User' },
)

const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

export const shownUser = (user: UserRow) => ({
  ...user,
  createdAt: user.createdAt.toISOString(),
  lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
})

const addressTaken = () => conflict('There is a user with this address.', 'Ya hay un usuario con este correo.')

/** A tenant without an owner could never have one again. */
function refuseLastOwner(before: UserRow, after: Pick<UserRow, 'role' | 'status'> | null, owners: number): void {
  const was = before.role === 'owner' && before.status === 'active'
  const is = after !== null && after.role === 'owner' && after.status === 'active'
  if (was && !is && owners === 1)
    throw conflict(
      'This is the last active owner; name another one first.',
      'Es la última persona propietaria activa; nombra primero a otra.',
    )
}

function passwordFaults({ password }: { password?: unknown }): Fault[] {
  const fault = typeof password === 'string' && password.length >= MIN_PASSWORD ? passwordFault(password) : null
  return fault === null ? [] : [{ path: '/password', message: fault.en, messages: fault }]
}

/** @param changed called after a change, so that this node follows at once */
export const userRoutes = ({ database, clock }: Runtime, changed: () => void): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/users',
    permission: 'users:read',
    tag: 'Access',
    summary: 'List users',
    query: Type.Object({
      ...pageFields,
      q: Type.Optional(
        Type.String({
          ...{ maxLength: 100, pattern: '\\S' },
          description: 'Words in the name or the e-mail; large or small, with accents or without',
        }),
      ),
    }),
    answer: pageSchema(User),
    async handle({ identity: { tenant }, query: { limit = 50, cursor, q } }) {
      const after = readCursor(cursor, Type.String())
      const rows = await database.asTenant(tenant, (tx) => listUsers(tx, tenant, after, limit + 1, q))
      const page = pageOf(rows, limit, (user) => user.id)
      return { ...page, items: page.items.map(shownUser) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/colleagues',
    permission: 'conversations:read',
    tag: 'Access',
    summary: 'Who works here, by name, for those who give conversations into other hands',
    query: Type.Object(pageFields),
    answer: pageSchema(Colleague),
    async handle({ identity: { tenant }, query: { limit = 50, cursor } }) {
      const after = readCursor(cursor, Type.String())
      const rows = await database.asTenant(tenant, (tx) => listUsers(tx, tenant, after, limit + 1))
      const page = pageOf(rows, limit, (user) => user.id)
      const items = page.items.map(({ id, name, role, status }) => {
        const canAnswer = status === 'active' && permissionsOf(tenant, role).has('conversations:write')
        return { id, name, canAnswer }
      })
      return { ...page, items }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/users/:id',
    permission: 'users:read',
    tag: 'Access',
    summary: 'One user',
    params,
    answer: User,
    async handle({ identity: { tenant }, params: { id } }) {
      const user = await database.asTenant(tenant, (tx) => findUser(tx, tenant, id))
      if (user === undefined) throw notFound('user', id)
      return shownUser(user)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/users',
    permission: 'users:write',
    tag: 'Access',
    summary: 'Make a user',
    description: 'Without a password one is made up; the answer holds it and it is never shown again.',
    status: 201,
    idempotent: true,
    body: Type.Object({
      email: Email,
      name: Name,
      role: RoleName,
      password: Type.Optional(Password),
    }),
    answer: Type.Composite([User, Type.Object({ password: Type.Optional(Type.String()) })]),
    faults: passwordFaults,
    async handle({ identity, body, traceparent, newId, newSecret }) {
      const { tenant } = identity
      const at = clock.wall()
      const password = body.password ?? newSecret().toString('base64url').slice(0, PASSWORD_LENGTH)
      const user: UserRow = {
        id: newId(),
        email: normalEmail(body.email),
        name: body.name,
        role: body.role,
        status: 'active',
        createdAt: new Date(at),
        lastLoginAt: null,
      }
      // Outside the transaction: it takes a tenth of a second.
      const hash = await hashPassword(password)
      const made = await database.asTenant(tenant, async (tx) => {
        refuseUsersAbove(await rankOf(tx, identity), identity, user.role)
        if (await insertUser(tx, tenant, user, hash, at)) {
          audit(tx, { identity, traceparent }, { at, action: 'user.created', target: `user:${user.id}`, after: user })
          return user
        }
        const [found, stored] = [await findUser(tx, tenant, user.id), await passwordHashOf(tx, tenant, user.id)]
        // Of the id that only this request makes: an earlier try of it, whose answer was lost.
        const own = found !== undefined && stored !== undefined && (await verifyPassword(password, stored))
        if (!own) throw addressTaken()
        return found
      })
      return { ...shownUser(made), ...(body.password === undefined ? { password } : {}) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/users/:id',
    permission: 'users:write',
    tag: 'Access',
    summary: 'Change a user',
    description:
      'Every session of the user ends. Keys that the user made follow at once: suspended they are refused, and they do no more than the new role may.',
    params,
    body: Type.Partial(Type.Object({ email: Email, name: Name, role: RoleName, status: Status, password: Password })),
    answer: User,
    faults: passwordFaults,
    refuses: [409],
    async handle({ identity, params: { id }, body: { password, ...change }, traceparent }) {
      const { tenant } = identity
      const hash = password === undefined ? null : await hashPassword(password)
      const user = await database.asTenant(tenant, async (tx) => {
        const { user: before, owners } = await lockUser(tx, tenant, id)
        if (before === undefined) throw notFound('user', id)
        const email = change.email === undefined ? before.email : normalEmail(change.email)
        const after = { ...before, ...change, email }
        refuseUsersAbove(await rankOf(tx, identity), identity, before.role, after.role)
        refuseLastOwner(before, after, owners)
        const namesake = await findUserByEmail(tx, tenant, email)
        if (namesake !== undefined && namesake.id !== id) throw addressTaken()
        await updateUser(tx, tenant, after, hash)
        audit(
          tx,
          { identity, traceparent },
          {
            at: clock.wall(),
            action: 'user.changed',
            target: `user:${id}`,
            before,
            after: { ...after, ...(hash === null ? {} : { password: true }) },
          },
        )
        return after
      })
      changed()
      return shownUser(user)
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/users/:id',
    permission: 'users:write',
    tag: 'Access',
    summary: 'Remove a user',
    description: 'The keys that the user made are revoked.',
    params,
    status: 204,
    refuses: [409],
    async handle({ identity, params: { id }, traceparent }) {
      const { tenant } = identity
      await database.asTenant(tenant, async (tx) => {
        const { user: before, owners } = await lockUser(tx, tenant, id)
        if (before === undefined) throw notFound('user', id)
        refuseUsersAbove(await rankOf(tx, identity), identity, before.role)
        refuseLastOwner(before, null, owners)
        await deleteUser(tx, tenant, id)
        const at = clock.wall()
        const by = { identity, traceparent }
        audit(tx, by, { at, action: 'user.removed', target: `user:${id}`, before })
        for (const key of await revokeKeysOf(tx, tenant, id, at)) {
          audit(tx, by, { at, action: 'key.revoked', target: `key:${key}` })
        }
      })
      changed()
    },
  }),
]
