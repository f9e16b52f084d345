import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { marksOf } from '#gateway/buses.ts'
import { readMessage } from '#gateway/incoming.ts'
import {
  deleteRefused,
  findRefused,
  groupRefused,
  listRefused,
  type RefusedRow,
  type WholeRefused,
} from '#gateway/refused/store.ts'
import type { Incoming } from '#platform/brokers/bus.ts'
import type { EventDraft } from '#platform/event.ts'
import { orNull, uuidParams } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const PATH = '/backoffice/brokers/refused'
const TAG = 'Backoffice'

const nullable = orNull(Type.String())
const attributes = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))
const refused = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    bus: Type.String(),
    door: Type.String({ description: 'The way by which it came' }),
    routingKey: Type.String(),
    messageId: nullable,
    contentType: nullable,
    attributes,
    bodyBytes: Type.Integer(),
    code: Type.String(),
    reason: Type.String(),
    errors: Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
    times: Type.Integer({ description: 'How often the same message came' }),
    firstAt: Type.String({ format: 'date-time' }),
    lastAt: Type.String({ format: 'date-time' }),
  },
  { title: 'RefusedMessage' },
)
const whole = Type.Composite([
  refused,
  Type.Object({
    body: Type.String({ description: 'As text; bytes that are no UTF-8 are replaced' }),
    complete: Type.Boolean({ description: 'False: only the beginning was kept, and it cannot be fed in again' }),
  }),
])

const shown = (row: RefusedRow) => ({
  id: row.id,
  bus: row.bus,
  door: row.door,
  routingKey: row.routing_key,
  messageId: row.message_id,
  contentType: row.content_type,
  attributes: row.attributes,
  bodyBytes: row.body_bytes,
  code: row.code,
  reason: row.reason,
  errors: row.faults,
  times: row.times,
  firstAt: row.first_at.toISOString(),
  lastAt: row.last_at.toISOString(),
})

/** Messages that a broker brought and nobody could read: looked at, mended, fed in again, deleted. */
export function refusedRoutes(runtime: Runtime): Route[] {
  const { database, clock } = runtime

  /** @throws Problem with what is still wrong with it */
  function draftOf(tenant: string, row: WholeRefused, body: string | undefined): EventDraft {
    const message: Incoming = {
      door: row.door,
      id: row.message_id ?? undefined,
      key: row.routing_key,
      contentType: row.content_type ?? undefined,
      contentEncoding: undefined,
      attributes: new Map(Object.entries(row.attributes)),
      traceparent: undefined,
      body: body === undefined ? row.body : Buffer.from(body),
      live: true,
      accept() {},
      refuse() {},
    }
    return readMessage(message, { tenant, now: clock.now(), ...marksOf(row.bus) })
  }

  return [
    route({
      method: 'GET',
      path: PATH,
      permission: 'backoffice:read',
      tag: TAG,
      summary: 'Messages of a broker that were refused, the latest first',
      query: Type.Object({
        ...pageFields,
        door: Type.Optional(Type.String({ maxLength: 255 })),
        code: Type.Optional(Type.String({ maxLength: 100 })),
      }),
      answer: pageSchema(refused),
      async handle({ identity: { tenant }, query: { cursor, limit = 50, ...filter } }) {
        const before = readCursor(cursor, Type.Tuple([Type.Number(), Type.String({ format: 'uuid' })]))
        const found = await database.asTenant(tenant, (tx) => listRefused(tx, tenant, { ...filter, before }, limit))
        const page = pageFrom(found, ({ last_at, id }) => [last_at.getTime(), id])
        return { ...page, items: page.items.map(shown) }
      },
    }),
    route({
      method: 'GET',
      path: `${PATH}/groups`,
      permission: 'backoffice:read',
      tag: TAG,
      summary: 'Refused messages grouped by what is wrong with them',
      answer: Type.Object({
        items: Type.Array(
          Type.Object({
            door: Type.String(),
            code: Type.String(),
            reason: Type.String(),
            messages: Type.Integer(),
            times: Type.Integer(),
            lastAt: Type.String({ format: 'date-time' }),
          }),
        ),
        nextCursor: Type.Null(),
      }),
      handle: ({ identity: { tenant } }) =>
        database.asTenant(tenant, async (tx) => ({
          items: (await groupRefused(tx, tenant)).map((group) => ({ ...group, lastAt: group.lastAt.toISOString() })),
          nextCursor: null,
        })),
    }),
    route({
      method: 'GET',
      path: `${PATH}/:id`,
      permission: 'backoffice:read',
      tag: TAG,
      summary: 'A refused message with its body',
      params: uuidParams,
      answer: whole,
      handle: ({ identity: { tenant }, params: { id } }) =>
        database.asTenant(tenant, async (tx) => {
          const row = await findRefused(tx, tenant, id)
          if (row === undefined) throw notFound('refused message', id)
          return { ...shown(row), body: row.body.toString('utf8'), complete: row.body.length === row.body_bytes }
        }),
    }),
    route({
      method: 'POST',
      path: `${PATH}/:id/retry`,
      permission: 'backoffice:write',
      tag: TAG,
      summary: 'Feed a refused message in again, as it came or mended',
      description: 'Answers 400 with what is still wrong with it; it then stays. With success it is gone from here.',
      params: uuidParams,
      body: Type.Object(
        { body: Type.Optional(Type.String({ maxLength: 1_048_576, description: 'Instead of the body that came' })) },
        { additionalProperties: false },
      ),
      answer: Type.Object({ eventId: Type.String(), routingKey: Type.String(), duplicate: Type.Boolean() }),
      status: 202,
      refuses: [409, 422],
      async handle({ identity, params: { id }, body, traceparent }) {
        const { tenant } = identity
        const row = await database.asTenant(tenant, (tx) => findRefused(tx, tenant, id))
        if (row === undefined) throw notFound('refused message', id)
        if (body.body === undefined && row.body.length < row.body_bytes) {
          throw conflict(
            'Only the beginning of its body was kept: give the body.',
            'Solo se guardó el comienzo: escribe el contenido entero.',
          )
        }
        const draft = draftOf(tenant, row, body.body)
        // The event first: should this end in between, the message is fed in again and found to be a repeat.
        const { duplicate } = await runtime.appendEvent(draft, row.sender)
        await database.asTenant(tenant, async (tx) => {
          if (!(await deleteRefused(tx, tenant, id))) return
          const after = { eventId: draft.id, mended: body.body !== undefined }
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'refused-message.retried',
              target: `refused-message:${id}`,
              before: shown(row),
              after,
            },
          )
        })
        return { eventId: draft.id, routingKey: draft.type, duplicate }
      },
    }),
    route({
      method: 'DELETE',
      path: `${PATH}/:id`,
      permission: 'backoffice:write',
      tag: TAG,
      summary: 'Delete a refused message',
      params: uuidParams,
      status: 204,
      handle: ({ identity, params: { id }, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const row = await findRefused(tx, identity.tenant, id)
          if (row === undefined) throw notFound('refused message', id)
          await deleteRefused(tx, identity.tenant, id)
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'refused-message.deleted',
              target: `refused-message:${id}`,
              before: shown(row),
            },
          )
        }),
    }),
  ]
}
