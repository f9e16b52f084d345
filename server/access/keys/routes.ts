import { Type } from '@sinclair/typebox'
import { audit } from '#access/audit/store.ts'
import { insertKey, type KeyView, listKeys, newKey, revokeKey } from '#access/keys/store.ts'
import { ALL_PERMISSIONS, covers } from '#access/permissions.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Permission, type Route, route } from '#platform/http/route.ts'
import { uuidv7 } from '#platform/ids.ts'
import { invalid, notFound, Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const Scope = Type.Unsafe<Permission>({ type: 'string', enum: ALL_PERMISSIONS.filter((scope) => scope !== 'self') })
const Moment = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])

const Key = Type.Object({
  id: Type.String(),
  name: Type.String(),
  prefix: Type.String({ description: 'The first characters of the key' }),
  scopes: Type.Array(Scope),
  createdBy: Type.String(),
  createdAt: Type.String({ format: 'date-time' }),
  expiresAt: Moment,
  revokedAt: Moment,
  lastUsedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description: 'Right to a minute' }),
})

const id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

const shown = (key: KeyView) => ({
  ...key,
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
      return { ...page, items: page.items.map(shown) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/keys',
    permission: 'keys:write',
    tag: 'Access',
    summary: 'Make an API key',
    description: 'The answer holds the key; it is never shown again. Nobody gives a scope that they do not have.',
    status: 201,
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
      expiresAt: Moment,
    }),
    async handle({ identity, body: { name, scopes, expiresAt: until }, traceparent }) {
      if (!covers(identity.permissions, scopes)) {
        const missing = scopes.filter((scope) => !identity.permissions.has(scope))
        throw new Problem(403, 'forbidden', `You do not hold ${missing.join(', ')} yourself.`)
      }
      const at = clock.wall()
      const expiresAt = until === undefined ? null : new Date(until)
      if (expiresAt !== null && expiresAt.getTime() <= at) throw invalid({ path: '/expiresAt', message: 'is over' })
      const key = newKey()
      const made = { id: uuidv7(at), name, scopes, expiresAt }
      await database.asTenant(identity.tenant, async (tx) => {
        await insertKey(tx, identity.tenant, key, made, identity.actor, at)
        audit(tx, { identity, traceparent }, { at, action: 'key.created', target: `key:${made.id}`, after: made })
      })
      return { ...made, key, expiresAt: expiresAt?.toISOString() ?? null }
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
        const key = await revokeKey(tx, identity.tenant, params.id, at)
        if (key === undefined) throw notFound('key', params.id)
        const { name, scopes } = key
        audit(
          tx,
          { identity, traceparent },
          {
            at,
            action: 'key.revoked',
            target: `key:${key.id}`,
            before: { name, scopes },
          },
        )
      })
      changed()
    },
  }),
]
