import { Type } from '@sinclair/typebox'
import { type AuditRow, listAudit } from '#access/audit/store.ts'
import { orNull } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Runtime } from '#platform/service.ts'

const Entry = Type.Object(
  {
    id: Type.String(),
    at: Type.String({ format: 'date-time' }),
    actor: Type.String({ description: '`user:<id>`, `key:<id>` or `system`' }),
    action: Type.String(),
    target: Type.String(),
    before: Type.Unknown(),
    after: Type.Unknown(),
    traceId: orNull(Type.String()),
  },
  { title: 'AuditEntry' },
)

const Cursor = Type.Object({ at: Type.String({ maxLength: 40 }), id: Type.String() })

const shown = ({ traceparent, at, ...row }: AuditRow) => ({
  ...row,
  at: at.toISOString(),
  traceId: traceparent?.slice(3, 35) ?? null,
})

export const auditRoutes = ({ database }: Runtime): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/audit',
    permission: 'audit:read',
    tag: 'Access',
    summary: 'Who did what, the newest first',
    query: Type.Object({
      ...pageFields,
      actor: Type.Optional(Type.String({ maxLength: 300 })),
      action: Type.Optional(Type.String({ maxLength: 100, description: 'For example `key.created`' })),
      target: Type.Optional(Type.String({ maxLength: 300 })),
      from: Type.Optional(Type.String({ format: 'date-time' })),
      to: Type.Optional(Type.String({ format: 'date-time' })),
    }),
    answer: pageSchema(Entry),
    async handle({ identity, query: { limit = 50, cursor, ...filter } }) {
      const before = readCursor(cursor, Cursor)
      const found = await database.asTenant(identity.tenant, (tx) =>
        listAudit(tx, identity.tenant, filter, before, limit),
      )
      const page = pageFrom(found, ({ at, id }) => ({ at: at.toISOString(), id }))
      return { ...page, items: page.items.map(shown) }
    },
  }),
]
