import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { PAGE_NOTE } from '#events/routes.ts'
import {
  dropSetAside,
  groupFailures,
  listOutbox,
  type OutboxRow,
  type RetryFilter,
  retrySetAside,
} from '#events/set-aside.ts'
import { positionBefore, SKEW_MS } from '#events/store.ts'
import { pageFields, pageFrom, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'
import type { Runtime } from '#platform/service.ts'

const choice = Type.Object(
  {
    ids: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { minItems: 1, maxItems: 1000 })),
    filter: Type.Optional(
      Type.Object(
        {
          consumer: Type.Optional(Type.String({ maxLength: 100 })),
          type: Type.Optional(Type.String({ maxLength: 255 })),
          olderThan: Type.Optional(Type.String({ description: 'Received before (RFC 3339)' })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

type Choice = { ids?: string[]; filter?: { consumer?: string; type?: string; olderThan?: string } }

function time(path: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const at = Date.parse(value)
  if (Number.isNaN(at)) throw invalid({ path, message: 'must be an RFC 3339 time' })
  return at
}

function filterOf({ ids, filter }: Choice): RetryFilter {
  const faults = exactlyOne({ ids, filter }, ['ids', 'filter'])
  if (faults.length > 0) throw invalid(...faults)
  return ids !== undefined ? { ids } : { ...filter, olderThan: time('/filter/olderThan', filter?.olderThan) }
}

/** The payload is copied as text: parsing it would round large integers. */
function rowText({ id, event_type, raw, size, status, created_at, error }: OutboxRow): string {
  const payload = raw === null ? `null,"truncated":true,"size":${size}` : raw
  const failure = error === null ? '' : `,"error":${JSON.stringify(error)}`
  return `{"id":${JSON.stringify(id)},"event_type":${JSON.stringify(event_type)},"payload_json":${payload},"status":"${status}","created_at":"${created_at.toISOString()}"${failure}}`
}

/** Routes of the source documents for the operator of the log. */
export function backofficeRoutes(runtime: Runtime): Route[] {
  const { database, clock } = runtime
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
        type: Type.Optional(Type.String({ maxLength: 255 })),
        olderThan: Type.Optional(Type.String({ description: 'Received before (RFC 3339)' })),
      }),
      async handle({ identity, query, reply }) {
        const { cursor, limit = 50, status, type } = query
        const before = readCursor(cursor, Type.Integer())
        const at = time('/olderThan', query.olderThan)
        const olderThan =
          at === undefined ? undefined : { at, upTo: await positionBefore(database.worker, at + SKEW_MS) }
        const found = await database.asTenant(identity.tenant, (tx) =>
          listOutbox(tx, identity.tenant, { status, type, olderThan, before }, limit),
        )
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
      handle: async ({ identity }) => ({
        items: await database.asTenant(identity.tenant, (tx) => groupFailures(tx, identity.tenant)),
        nextCursor: null,
      }),
    }),
    route({
      method: 'POST',
      path: '/backoffice/events/retry',
      permission: 'backoffice:write',
      tag: 'Backoffice',
      summary: 'Give set-aside events back to their consumers',
      body: choice,
      status: 202,
      handle: ({ identity, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const retried = await retrySetAside(tx, identity.tenant, filterOf(body), clock.wall())
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'outbox.retried',
              target: 'outbox',
              after: { ...body, retried },
            },
          )
          return { retried }
        }),
    }),
    route({
      method: 'POST',
      path: '/backoffice/events/discard',
      permission: 'backoffice:write',
      tag: 'Backoffice',
      summary: 'Forget set-aside events; the log keeps them',
      body: choice,
      handle: ({ identity, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const discarded = await dropSetAside(tx, identity.tenant, filterOf(body))
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'outbox.discarded',
              target: 'outbox',
              after: { ...body, discarded },
            },
          )
          return { discarded }
        }),
    }),
  ]
}
