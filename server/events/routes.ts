import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { eventAnswer, eventWithConsequences, takenAnswer } from '#events/answers.ts'
import { MAX_SOURCE_BYTES, MAX_SUBJECT_BYTES } from '#events/cloudevents.ts'
import { attributesOf, cloudEventView, dataOf } from '#events/cloudevents-out.ts'
import { consequencesOf, exploreEvents, findEvent } from '#events/explorer.ts'
import { DEFAULT_SOURCE } from '#events/flat.ts'
import { readEvents } from '#events/forms.ts'
import { eventBodies } from '#events/forms-schema.ts'
import { countReceived } from '#events/received.ts'
import { editsOf, type ListedEdit, type Progress, progressOf } from '#events/set-aside.ts'
import type { ListedEvent } from '#events/store.ts'
import type { EventDraft, EventForm, LogEvent } from '#platform/event.ts'
import { numberCursor, pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Call, type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Admission, Runtime } from '#platform/service.ts'

const shown = (event: Omit<LogEvent, 'raw'> & { raw: string | null }) => ({
  ...cloudEventView(event),
  form: event.form,
  ...attributesOf(event.form, event.raw),
  encounterId: event.encounterId,
  position: event.position,
  receivedAt: new Date(event.receivedAt).toISOString(),
  traceId: event.traceparent?.slice(3, 35) ?? null,
  cause: event.cause,
  hops: event.hops,
  origin: event.origin,
})

const shownEdit = (form: EventForm, { at, actor, reason, raw }: ListedEdit) => ({
  at: at.toISOString(),
  actor,
  reason,
  ...(raw === null ? { data: null, truncated: true } : { data: dataOf(form, raw) }),
})

const shownProgress = ({ at, settled, ...each }: Progress) => ({
  ...each,
  at: at?.toISOString() ?? null,
  settled: settled.map((one) => ({ ...one, setAsideAt: one.setAsideAt.toISOString(), at: one.at.toISOString() })),
})

/** `data` is left out of what is too large for a list; the event itself has it. */
const listed = ({ omitted, ...event }: ListedEvent) =>
  omitted === null ? shown(event) : { ...shown(event), truncated: true, size: omitted }

export function eventRoutes(runtime: Runtime): Route[] {
  const { clock, database } = runtime

  const received = countReceived(runtime.metrics, 'rest')
  const count = (draft: EventDraft, { duplicate, published, setAside }: Admission) =>
    received(
      draft.type,
      duplicate ? 'duplicate' : published ? 'accepted' : setAside === undefined ? 'held' : 'set-aside',
    )

  /** Validates, appends, and answers after the commit. */
  async function intake({ identity, body, request, traceparent, chain }: Call<unknown, unknown, unknown>) {
    let drafts: EventDraft[]
    try {
      drafts = readEvents(
        {
          contentType: request.headers['content-type'],
          headers: request.headers,
          body: (body as Buffer | undefined) ?? NOTHING,
        },
        {
          tenant: identity.tenant,
          now: clock.now(),
          origin: 'rest',
          traceparent,
          chain,
          defaultSource: DEFAULT_SOURCE,
        },
      )
    } catch (error) {
      received(null, 'refused')
      throw error
    }
    const sender = { actor: identity.actor, headers: request.headers }
    const [single] = drafts
    if (drafts.length === 1 && single !== undefined && !isBatch(request)) {
      const admission = await runtime.appendEvent(single, sender)
      count(single, admission)
      return { routed: admission.published, ...told(single, admission) }
    }
    const admissions = await runtime.appendEvents(drafts, sender)
    const events = drafts.map((draft, i) => {
      const admission = admissions[i] as Admission
      count(draft, admission)
      return told(draft, admission)
    })
    return { routed: admissions.every(({ published }) => published), events }
  }

  return [
    route({
      method: 'POST',
      path: '/api/v1/events',
      permission: 'events:write',
      tag: 'Events',
      summary: 'Take in an event',
      description:
        'Flat, enterprise or CloudEvents 1.0 (structured, binary, batch), told by the content type and the fields. The 202 is sent after the event is durable; a repeat of an id answers `duplicate: true` and has no second effect. `published: false`: it is kept and nobody is told, since its system follows another one (`/api/v1/sources`) or its type or content is set aside (`setAside`).',
      rawBody: true,
      bodies: eventBodies,
      intake: true,
      trusted: true,
      answer: takenAnswer,
      status: 202,
      refuses: [415, 422],
      handle: intake,
    }),
    route({
      method: 'GET',
      path: '/api/v1/events',
      permission: 'events:read',
      tag: 'Events',
      summary: 'List events, the newest first',
      description: PAGE_NOTE,
      query: Type.Object({
        ...pageFields,
        type: typeQuery,
        subject: Type.Optional(Type.String({ maxLength: MAX_SUBJECT_BYTES })),
        conversation: Type.Optional(Type.String({ maxLength: 255, description: 'Id of the encounter' })),
        from: Type.Optional(Type.String({ description: 'Occurred at or after (RFC 3339)' })),
        to: Type.Optional(Type.String({ description: 'Occurred before (RFC 3339)' })),
      }),
      answer: pageSchema(eventAnswer),
      async handle({ identity, query }) {
        const { cursor, limit = 50, ...filter } = query
        const before = readCursor(cursor, numberCursor)
        const found = await database.asTenant(identity.tenant, (tx) =>
          exploreEvents(tx, database.worker, identity.tenant, { ...filter, before, limit }),
        )
        const page = pageFrom(found, (last) => last.position)
        return { ...page, items: page.items.map(listed) }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/events/:id',
      permission: 'events:read',
      tag: 'Events',
      summary: 'One event with everything it caused',
      params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 255 }) }),
      query: Type.Object({ source: Type.Optional(Type.String({ maxLength: MAX_SOURCE_BYTES })) }),
      answer: eventWithConsequences,
      handle: ({ identity, params, query }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const event = await findEvent(tx, identity.tenant, params.id, query.source ?? DEFAULT_SOURCE)
          if (event === undefined) throw notFound('event', params.id)
          const { tenant } = identity
          const { done, events } = await consequencesOf(tx, tenant, event, (causes) =>
            runtime.caused(tx, tenant, causes),
          )
          const [edits, consumers] = await Promise.all([
            editsOf(tx, tenant, event.position),
            progressOf(tx, tenant, event),
          ])
          return {
            ...shown(event),
            raw: event.raw,
            edits: edits.map((edit) => shownEdit(event.form, edit)),
            consumers: consumers.map(shownProgress),
            caused: { ...done, events: events.map(listed) },
          }
        }),
    }),
  ]
}

/** Wherever events are chosen by their type. */
export const typeQuery = Type.Optional(
  Type.String({ maxLength: 255, description: 'A type, or an AMQP topic pattern (`encounter.*`)' }),
)

export const PAGE_NOTE =
  'A page ends at a megabyte, whatever its `limit`. Of an event that is larger the content is left out: `truncated: true` with its `size` in bytes.'

/** What a sender learns of an event; what is not said is as usual. */
const told = ({ type, id }: EventDraft, { duplicate, published, setAside }: Admission) => ({
  routingKey: type,
  eventId: id,
  ...(duplicate ? { duplicate: true } : {}),
  ...(published ? {} : { published: false }),
  ...(setAside === undefined ? {} : { setAside }),
})

/** A request without a body: a CloudEvent in the binary mode may have no data. */
const NOTHING = Buffer.alloc(0)

const isBatch = (request: FastifyRequest) =>
  /^\s*application\/cloudevents-batch/i.test(request.headers['content-type'] ?? '')
