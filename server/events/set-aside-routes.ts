import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { MAX_SOURCE_BYTES } from '#events/cloudevents.ts'
import { editedDraft, severalSources } from '#events/edit.ts'
import { typesMeant } from '#events/explorer.ts'
import { typeQuery } from '#events/routes.ts'
import { dropSetAside, keepEdit, placesOf, type RetryFilter, retrySetAside } from '#events/set-aside.ts'
import { eventsAt } from '#events/store.ts'
import { timeIn } from '#events/times.ts'
import type { Json, LogEvent } from '#platform/event.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound } from '#platform/problem.ts'
import { exactlyOne } from '#platform/schema/one-of.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

const ID = Type.String({ minLength: 1, maxLength: 255 })
const CHOICE = {
  ids: Type.Optional(Type.Array(ID, { minItems: 1, maxItems: 1000 })),
  source: Type.Optional(
    Type.String({
      maxLength: MAX_SOURCE_BYTES,
      description: 'Only those of this system: with one id it is one event, also where several systems used the id',
    }),
  ),
  filter: Type.Optional(
    Type.Object(
      {
        consumer: Type.Optional(Type.String({ maxLength: 100 })),
        error: Type.Optional(
          Type.String({ maxLength: 10_000, description: 'What went wrong, as a group of failures says it' }),
        ),
        type: typeQuery,
        olderThan: Type.Optional(Type.String({ description: 'Received before (RFC 3339)' })),
      },
      { additionalProperties: false },
    ),
  ),
}
const REASON = Type.String({ minLength: 1, maxLength: 500, description: 'Why; it stands in the audit' })
/** What is asked of whoever puts the data of an event right. */
export const EDIT = {
  params: Type.Object({ id: ID }),
  query: Type.Object({
    source: Type.Optional(
      Type.String({ maxLength: MAX_SOURCE_BYTES, description: 'When several systems used the id' }),
    ),
  }),
  body: Type.Object({
    data: Type.Unknown({
      description: 'All of it: the flat object, the enterprise payload or the CloudEvents data',
    }),
    reason: REASON,
  }),
}
const COUNT = Type.Integer({ minimum: 0, description: 'Events' })
const UNKNOWN = Type.Optional(
  Type.Array(Type.String(), { description: 'Ids of the request under which no event is set aside' }),
)

type Choice = {
  ids?: string[]
  source?: string
  filter?: { consumer?: string; error?: string; type?: string; olderThan?: string }
}

async function filterOf(tx: Tx, tenant: string, { ids, source, filter }: Choice): Promise<RetryFilter> {
  const faults = exactlyOne({ ids, filter }, ['ids', 'filter'])
  if (faults.length > 0) throw invalid(...faults)
  if (ids !== undefined) return { ids, source }
  return {
    source,
    consumer: filter?.consumer,
    error: filter?.error,
    types: await typesMeant(tx, tenant, filter?.type, '/filter/type'),
    olderThan: timeIn('/filter/olderThan', filter?.olderThan),
  }
}

/** The ids that were asked for in vain; absent where none were, or none was asked for. */
function unknownOf({ ids = [] }: Choice, found: readonly string[]): { unknown?: string[] } {
  const known = new Set(found)
  const unknown = [...new Set(ids)].filter((id) => !known.has(id))
  return unknown.length === 0 ? {} : { unknown }
}

/** As many ids stand in an audit row: of the rest it says how many they were. */
const AUDITED = 1000

/** What the operator of the log does with events that no consumer could handle. */
export function setAsideRoutes({ database, clock, logger }: Runtime): Route[] {
  return [
    route({
      method: 'POST',
      path: '/backoffice/events/retry',
      permission: 'backoffice:write',
      tag: 'Backoffice',
      summary: 'Give set-aside events back to their consumers',
      body: Type.Object({ ...CHOICE, reason: Type.Optional(REASON) }, { additionalProperties: false }),
      answer: Type.Object({ retried: COUNT, unknown: UNKNOWN }),
      status: 202,
      handle: ({ identity, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const at = clock.wall()
          const { tenant, actor } = identity
          const by = { at, actor, reason: body.reason }
          const found = await retrySetAside(tx, tenant, await filterOf(tx, tenant, body), by)
          const after = { ...body, retried: found.length }
          audit(tx, { identity, traceparent }, { at, action: 'outbox.retried', target: 'outbox', after })
          return { retried: found.length, ...unknownOf(body, found) }
        }),
    }),
    route({
      method: 'POST',
      path: '/backoffice/events/discard',
      permission: 'backoffice:write',
      tag: 'Backoffice',
      summary: 'Give set-aside events up; the log keeps them, and that they were',
      body: Type.Object({ ...CHOICE, reason: REASON }, { additionalProperties: false }),
      answer: Type.Object({ discarded: COUNT, unknown: UNKNOWN }),
      handle: ({ identity, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const at = clock.wall()
          const { filter, source, reason } = body
          const { tenant, actor } = identity
          const found = await dropSetAside(tx, tenant, await filterOf(tx, tenant, body), { at, actor, reason })
          const after = { filter, source, reason, discarded: found.length, events: found.slice(0, AUDITED) }
          audit(tx, { identity, traceparent }, { at, action: 'outbox.discarded', target: 'outbox', after })
          tx.afterCommit(() => {
            if (found.length > 0)
              logger.info({ tenantId: identity.tenant, events: found.length }, 'set-aside events were discarded')
          })
          return { discarded: found.length, ...unknownOf(body, found) }
        }),
    }),
    route({
      method: 'PUT',
      path: '/backoffice/events/failures/:id',
      permission: 'backoffice:write',
      tag: 'Backoffice',
      summary: 'Put right the data of a set-aside event and give it back to its consumers',
      description:
        'The log keeps what came; the consumers that failed, and whatever is sent of the event from then on, see the new data. Id, type, subject and time stay. Each edit is shown with the event.',
      ...EDIT,
      answer: Type.Object({ id: Type.String(), retried: Type.Literal(1) }),
      status: 202,
      refuses: [409],
      handle: ({ identity, params: { id }, query, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant, actor } = identity
          const event = await setAsideEvent(tx, tenant, id, query.source)
          const at = clock.wall()
          const { raw } = editedDraft(event, body.data as Json)
          keepEdit(tx, tenant, event.position, { at: new Date(at), actor, reason: body.reason, raw })
          await retrySetAside(tx, tenant, { position: event.position }, { at, actor, reason: body.reason })
          const after = { reason: body.reason, source: event.source, bytes: Buffer.byteLength(raw) }
          audit(tx, { identity, traceparent }, { at, action: 'outbox.edited', target: `event:${id}`, after })
          tx.afterCommit(() =>
            logger.info({ tenantId: tenant, eventId: id }, 'a set-aside event was edited and goes on'),
          )
          return { id, retried: 1 }
        }),
    }),
  ]
}

/** @throws Problem 404 where no such event is set aside, 409 where the id alone does not say which */
async function setAsideEvent(tx: Tx, tenant: string, id: string, source: string | undefined): Promise<LogEvent> {
  const places = (await placesOf(tx, tenant, id)).filter((place) => source === undefined || place.source === source)
  const [place, another] = places
  if (place === undefined) throw notFound('set-aside event', id)
  if (another !== undefined) throw severalSources(places.map((one) => one.source))
  const [event] = await eventsAt(tx, [place.position])
  if (event === undefined) throw notFound('set-aside event', id)
  return event
}
