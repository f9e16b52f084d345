import { Type } from '@sinclair/typebox'
import { audit } from '#access/audit/store.ts'
import { insertKey, isKeyThere, newKey } from '#access/keys/store.ts'
import { ALL_PERMISSIONS, DEFAULT_TENANT, effective } from '#access/permissions.ts'
import { insertTenant, listTenants, lockTenant, type TenantRow, updateTenant } from '#access/tenants/store.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'Small letters, digits and -',
  examples: ['clinica-sur'],
})
const Name = Type.String({ minLength: 1, maxLength: 200 })
const Status = Type.Unsafe<TenantRow['status']>({ type: 'string', enum: ['active', 'suspended'] })

const Tenant = Type.Object(
  {
    id: Id,
    name: Name,
    status: Status,
    createdAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Tenant' },
)

const shown = ({ tenant, name, status, createdAt }: Omit<TenantRow, 'setUpAt'>) => ({
  id: tenant,
  name,
  status,
  createdAt: createdAt.toISOString(),
})

/**
 * Tenants, for whoever runs the installation: the permissions `tenants:*` hold in the default tenant only.
 * @param changed called after a change, so that this node follows at once
 */
export const tenantRoutes = ({ database, clock }: Runtime, changed: () => void): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/tenants',
    permission: 'tenants:read',
    tag: 'Access',
    summary: 'List tenants',
    query: Type.Object(pageFields),
    answer: pageSchema(Tenant),
    async handle({ query: { limit = 50, cursor } }) {
      const rows = await listTenants(database, readCursor(cursor, Type.String()), limit + 1)
      const page = pageOf(rows, limit, ({ tenant }) => tenant)
      return { ...page, items: page.items.map(shown) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/tenants',
    permission: 'tenants:write',
    tag: 'Access',
    summary: 'Make a tenant',
    description: 'The answer holds its first key, with every scope; it is never shown again.',
    status: 201,
    idempotent: true,
    body: Type.Object({ id: Id, name: Name }),
    answer: Type.Composite([Tenant, Type.Object({ key: Type.String() })]),
    async handle({ identity, body: { id, name }, traceparent, newId, newSecret }) {
      const at = clock.wall()
      const key = newKey(newSecret())
      const scopes = [...effective(id, ALL_PERMISSIONS)].filter((scope) => scope !== 'self')
      const first = {
        id: newId(),
        name: 'First key',
        scopes,
        expiresAt: null,
        createdBy: identity.actor,
        role: 'owner' as const,
        // It belongs to the new tenant, whatever becomes of whoever made that.
        person: null,
      }
      // As the worker: the rows belong to a tenant that is not the caller's.
      await database.transaction(async (tx) => {
        if (!(await insertTenant(tx, { tenant: id, name }, at))) {
          // With the key that only this request makes: an earlier try of it, whose answer was lost.
          if (await isKeyThere(tx, id, key)) return
          throw conflict('There is a tenant with this id.', 'Ya hay una organización con este identificador.')
        }
        await insertKey(tx, id, key, first, at)
        audit(
          tx,
          { identity, traceparent },
          { at, action: 'tenant.created', target: `tenant:${id}`, after: { id, name } },
        )
      })
      changed()
      return { ...shown({ tenant: id, name, status: 'active', createdAt: new Date(at) }), key }
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/tenants/:id',
    permission: 'tenants:write',
    tag: 'Access',
    summary: 'Rename, suspend or resume a tenant',
    description:
      'Suspended, none of its keys and tokens is accepted. What it has is kept and goes on: flows, timers, deliveries, incoming webhooks, and the links that people have.',
    params: Type.Object({ id: Id }),
    body: Type.Partial(Type.Object({ name: Name, status: Status })),
    answer: Tenant,
    refuses: [409],
    async handle({ identity, params: { id }, body, traceparent }) {
      if (id === DEFAULT_TENANT && body.status === 'suspended') {
        throw conflict(
          'The tenant that runs the installation cannot be suspended.',
          'La organización que administra la instalación no se puede suspender.',
        )
      }
      const tenant = await database.transaction(async (tx) => {
        const before = await lockTenant(tx, id)
        if (before === undefined) throw notFound('tenant', id)
        const after = { ...before, ...body }
        await updateTenant(tx, id, after)
        audit(
          tx,
          { identity, traceparent },
          {
            at: clock.wall(),
            action: 'tenant.changed',
            target: `tenant:${id}`,
            before,
            after,
          },
        )
        return after
      })
      changed()
      return shown(tenant)
    },
  }),
]
