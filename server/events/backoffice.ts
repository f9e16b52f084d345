import { Type } from '@sinclair/typebox'
import { failureGroups, outboxRow } from '#events/answers.ts'
import { typesMeant } from '#events/explorer.ts'
import { PAGE_NOTE, typeQuery } from '#events/routes.ts'
import { groupFailures, listOutbox, type OutboxRow } from '#events/set-aside.ts'
import { positionBefore, SKEW_MS } from '#events/store.ts'
import { timeIn } from '#events/times.ts'
import { numberCursor, pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Runtime } from '#platform/service.ts'

/** The payload is copied as text: parsing it would round large integers. */
function rowText({ id, event_type, raw, size, status, created_at, error }: OutboxRow): string {
  const payload = raw === null ? `null,"truncated":true,"size":${size}` : raw
  const failure = error === null ? '' : `,"error":${JSON.stringify(error)}`
  return `{"id":${JSON.stringify(id)},"event_type":${JSON.stringify(event_type)},"payload_json":${payload},"status":"${status}","created_at":"${created_at.toISOString()}"${failure}}`
}

/** What the operator of the log sees: the outbox of the source documents, and what was set aside. */
export function backofficeRoutes(runtime: Runtime): Route[] {
  const { database } = runtime
  return [
    route({
      method: 'GET',
      path: '/backoffice/events/outbox',
      permission: 'backoffice:read',
      tag: 'Backoffice',
      summary: 'The log as outbox rows, the newest first',
      description: PAGE_NOTE,
      query: Type.Object({
        ...pageFields,
        status: Type.Optional(Type.Union([Type.Literal('pending'), Type.Literal('published'), Type.Literal('failed')])),
        type: typeQuery,
        olderThan: Type.Optional(Type.String({ description: 'Received before (RFC 3339)' })),
      }),
      answer: pageSchema(outboxRow),
      async handle({ identity, query, reply }) {
        const { cursor, limit = 50, status, type } = query
        const before = readCursor(cursor, numberCursor)
        const at = timeIn('/olderThan', query.olderThan)
        const olderThan =
          at === undefined ? undefined : { at, upTo: await positionBefore(database.worker, at + SKEW_MS) }
        const found = await database.asTenant(identity.tenant, async (tx) => {
          const types = await typesMeant(tx, identity.tenant, type)
          return listOutbox(tx, identity.tenant, { status, types, olderThan, before }, limit)
        })
        const { items, nextCursor } = pageFrom(found, (last) => last.position)
        const texts = items.map(rowText)
        reply.type('application/json; charset=utf-8')
        return `{"items":[${texts.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`
      },
    }),
    route({
      method: 'GET',
      path: '/backoffice/events/failures',
      permission: 'backoffice:read',
      tag: 'Backoffice',
      summary: 'Events that were set aside, grouped by error',
      answer: failureGroups,
      handle: async ({ identity }) => ({
        items: await database.asTenant(identity.tenant, (tx) => groupFailures(tx, identity.tenant)),
        nextCursor: null,
      }),
    }),
  ]
}
