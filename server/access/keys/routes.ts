import { Type } from '@sinclair/typebox'
import { audit } from '#access/audit/store.ts'
import { insertKey, type KeyView, listKeys, lockKey, newKey, revokeKey } from '#access/keys/store.ts'
import { ALL_PERMISSIONS, covers, ROLES, type Role } from '#access/permissions.ts'
import { rankOf, refuseAbove } from '#access/rank.ts'
import { instant, orNull } from '#platform/http/answer-fields.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Permission, type Route, route } from '#platform/http/route.ts'
import { invalid, notFound, Problem, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const Scope = Type.Unsafe<Permission>({ type: 'string', enum: ALL_PERMISSIONS.filter((scope) => scope !== 'self') })
const Moment = orNull(instant)

const RoleName = Type.Unsafe<Role>({
  type: 'string',
  enum: [...ROLES],
  description: 'How it ranks: as its maker did, and no higher than the person behind it does now',
})

const Key = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    prefix: Type.String({ description: 'The first characters of the key' }),
    scopes: Type.Array(Scope, { description: 'What it may do as far as its role goes' }),
    role: RoleName,
    status: Type.Union(
      (['active', 'suspended', 'expired', 'revoked'] as const).map((status) => Type.Literal(status)),
      { description: '`suspended`: the person behind it is' },
    ),
    createdBy: Type.String(),
    createdAt: Type.String({ format: 'date-time' }),
    expiresAt: Moment,
    revokedAt: Moment,
    lastUsedAt: orNull(instant, { description: 'Right to a minute' }),
  },
  { title: 'ApiKey' },
)

const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

function statusOf({ revokedAt, expiresAt, suspended }: KeyView, now: number) {
  if (revokedAt !== null) return 'revoked'
  if (expiresAt !== null && expiresAt.getTime() <= now) return 'expired'
  return suspended ? 'suspended' : 'active'
}

const shown = (key: KeyView, now: number) => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  role: key.role,
  status: statusOf(key, now),
  createdBy: key.createdBy,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  revokedAt: key.revokedAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
})

/** @param changed called after a change, so that this node follows at once */
export const keyRoutes = ({ database, clock }: Runtime, changed: () => void): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/keys',
    permission: 'keys:read',
    tag: 'Access',
    summary: 'List API keys',
    query: Type.Object(pageFields),
    answer: pageSchema(Key),
    async handle({ identity: { tenant }, query: { limit = 50, cursor } }) {
      const after = readCursor(cursor, Type.String())
      const rows = await database.asTenant(tenant, (tx) => listKeys(tx, tenant, after, limit + 1))
      const page = pageOf(rows, limit, (key) => key.id)
      const now = clock.wall()
      return { ...page, items: page.items.map((key) => shown(key, now)) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/keys',
    permission: 'keys:write',
    tag: 'Access',
    summary: 'Make an API key',
    description:
      'The answer holds the key; it is never shown again. Nobody gives a scope that they do not have. A key ranks as its maker: that of an administrator touches no owner. It follows the person who made it, also by another key: demoted, it does less; suspended, it is refused; removed, it is revoked. Keys of machines are therefore best made with a key that no person made.',
    status: 201,
    idempotent: true,
    body: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 200, examples: ['Billing system'] }),
      scopes: Type.Array(Scope, { minItems: 1, maxItems: 100, uniqueItems: true, examples: [['events:write']] }),
      expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
    }),
    answer: Type.Object({
      id: Type.String(),
      key: Type.String(),
      name: Type.String(),
      scopes: Type.Array(Scope),
      role: RoleName,
      expiresAt: Moment,
    }),
    async handle({ identity, body: { name, scopes, expiresAt: until }, traceparent, newId, newSecret }) {
      if (!covers(identity.permissions, scopes)) {
        const missing = scopes.filter((scope) => !identity.permissions.has(scope))
        throw new Problem(403, 'forbidden', `You do not hold ${missing.join(', ')} yourself.`)
      }
      const at = clock.wall()
      const expiresAt = until === undefined ? null : new Date(until)
      if (expiresAt !== null && expiresAt.getTime() <= at)
        throw invalid({ path: '/expiresAt', ...says('is over', 'ya pasó') })
      const key = newKey(newSecret())
      const id = newId()
      const role = await database.asTenant(identity.tenant, async (tx) => {
        const rank = await rankOf(tx, identity)
        const made = { id, name, scopes, expiresAt, createdBy: identity.actor, ...rank }
        if (await insertKey(tx, identity.tenant, key, made, at)) {
          audit(tx, { identity, traceparent }, { at, action: 'key.created', target: `key:${id}`, after: made })
        }
        return rank.role
      })
      return { id, key, name, scopes, role, expiresAt: expiresAt?.toISOString() ?? null }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/keys/:id',
    permission: 'keys:write',
    tag: 'Access',
    summary: 'Revoke an API key',
    description: 'It stops working at once; other nodes follow within a second.',
    params: id,
    status: 204,
    async handle({ identity, params, traceparent }) {
      const at = clock.wall()
      await database.asTenant(identity.tenant, async (tx) => {
        const key = await lockKey(tx, identity.tenant, params.id)
        if (key === undefined) throw notFound('key', params.id)
        const { name, scopes, role } = key
        refuseAbove(await rankOf(tx, identity), role)
        await revokeKey(tx, identity.tenant, key.id, at)
        audit(
          tx,
          { identity, traceparent },
          {
            at,
            action: 'key.revoked',
            target: `key:${key.id}`,
            before: { name, scopes, role },
          },
        )
      })
      changed()
    },
  }),
]
