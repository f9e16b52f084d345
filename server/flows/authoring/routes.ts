import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { ABILITIES } from '#flows/abilities.ts'
import * as answers from '#flows/answers.ts'
import { isStale, revision as revisionField, tagOf } from '#flows/authoring/revision.ts'
import {
  deleteFlow,
  FLOW_STATUSES,
  hasRun,
  insertFlow,
  listFlows,
  readFlow,
  readSave,
  saveDraft,
  summariesOf,
} from '#flows/authoring/store.ts'
import { flowAnswer, flowView } from '#flows/authoring/view.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { latestCanary } from '#flows/canary/store.ts'
import { compileGraph } from '#flows/compile.ts'
import { differenceOf } from '#flows/difference.ts'
import { faultOf, stale } from '#flows/errors.ts'
import { type Graph, shapeFaults } from '#flows/graph.ts'
import { SCHEDULE_KIND } from '#flows/runs/schedules.ts'
import { unableOf } from '#flows/runs/unable.ts'
import type { Notifier } from '#notifications/index.ts'
import { dueTimes } from '#platform/due.ts'
import { instant, orNull, uuidParams } from '#platform/http/answer-fields.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { conflict, invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const byTime = Type.Object({ at: Type.String(), id: Type.String() })

export function authoringRoutes(runtime: Runtime, notifier: Notifier): Route[] {
  const { database, clock } = runtime
  const unable = unableOf(runtime)
  const tag = 'Flows'
  return [
    route({
      method: 'POST',
      path: '/api/v1/flows',
      permission: 'flows:write',
      tag,
      summary: 'Create a flow with an empty draft',
      idempotent: true,
      body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false }),
      answer: answers.createdAnswer,
      status: 201,
      handle: ({ identity, body, traceparent, newId }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const flowId = newId()
          if (await insertFlow(tx, identity.tenant, flowId, body.name, clock.now())) {
            audit(
              tx,
              { identity, traceparent },
              { at: clock.wall(), action: 'flow.created', target: `flow:${flowId}`, after: { name: body.name } },
            )
          }
          return { id: flowId, name: body.name, status: 'draft', published: null }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows',
      permission: 'flows:read',
      tag,
      summary: 'List flows with their state and what became of their newest runs, the newest flow first',
      query: Type.Object({
        ...pageFields,
        q: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 100,
            pattern: '^[^\\u0000\\p{Cs}]+$',
            description: 'Words in the name; large or small, with accents or without',
          }),
        ),
        status: Type.Optional(Type.Union(FLOW_STATUSES.map((status) => Type.Literal(status)))),
      }),
      answer: pageSchema(flowAnswer),
      handle: ({ identity: { tenant }, query: { limit = 50, cursor, ...filter } }) =>
        database.asTenant(tenant, async (tx) => {
          const rows = await listFlows(tx, tenant, filter, readCursor(cursor, byTime), limit + 1)
          const page = pageOf(rows, limit, (last) => ({ at: last.createdAt.toISOString(), id: last.id }))
          const summaries = await summariesOf(
            tx,
            tenant,
            page.items.map((row) => row.id),
          )
          return { ...page, items: page.items.map((row) => flowView(row, summaries.get(row.id))) }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id',
      permission: 'flows:read',
      tag,
      summary: 'One flow with its draft; the ETag is for If-Match',
      params: uuidParams,
      answer: Type.Object({
        ...flowAnswer.properties,
        draft: orNull(answers.graphAnswer),
        nextScheduledAt: orNull(instant, {
          description: 'When it begins by the clock next',
        }),
        canary: Type.Union([Type.Object({ version: Type.Integer(), percent: Type.Number() }), Type.Null()], {
          description: 'The version that a share of the new runs tries now',
        }),
        unable: Type.Array(Type.String(), {
          description: 'Types of node that this installation cannot do: they go by their error way',
        }),
      }),
      handle: ({ identity, params, reply }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await readFlow(tx, identity.tenant, params.id)
          if (found === undefined) throw notFound('flow', params.id)
          reply.header('etag', tagOf(found.revision))
          const summaries = await summariesOf(tx, identity.tenant, [params.id])
          const next = (await dueTimes(tx, SCHEDULE_KIND, identity.tenant, [params.id])).get(params.id)
          const tried = await latestCanary(tx, identity.tenant, params.id)
          return {
            ...flowView(found, summaries.get(params.id)),
            draft: found.draft,
            nextScheduledAt: next === undefined ? null : new Date(next).toISOString(),
            canary: tried?.state === 'running' ? { version: tried.version, percent: tried.percent } : null,
            unable: [...ABILITIES, 'llm'].filter((type) => unable(type) !== null),
          }
        }),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/flows/:id/draft',
      permission: 'flows:write',
      tag,
      summary: 'Save the draft; it may hold faults',
      description:
        'With If-Match, or `revision`, a draft that somebody else changed meanwhile is not overwritten: 409 with the difference.',
      params: uuidParams,
      query: Type.Object({ revision: Type.Optional(revisionField) }),
      body: Type.Unknown(),
      bodies: { 'application/json': { schema: answers.graphAnswer } },
      answer: answers.savedAnswer,
      refuses: [409],
      handle: ({ identity, params, query, body, request, reply, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const faults = shapeFaults(body)
          if (faults.length > 0) throw invalid(...faults.map(faultOf))
          const graph = body as Graph
          const before = await readFlow(tx, identity.tenant, params.id, true)
          if (before === undefined) throw notFound('flow', params.id)
          const wanted = { tag: request.headers['if-match'], revision: query.revision }
          if (isStale(wanted, before.revision)) {
            reply.header('etag', tagOf(before.revision))
            const save = await readSave(tx, identity.tenant, params.id, before.revision)
            throw stale(
              differenceOf(before.draft, graph),
              save === undefined ? null : { by: save.savedBy, at: save.savedAt },
              'yours',
            )
          }
          const revision = await saveDraft(tx, identity.tenant, params.id, {
            draft: graph,
            name: graph.name ?? before.name,
            by: identity.actor,
            at: clock.now(),
          })
          audit(
            tx,
            { identity, traceparent },
            { at: clock.wall(), action: 'flow.saved', target: `flow:${params.id}`, after: { revision } },
          )
          reply.header('etag', tagOf(revision))
          const world = await worldOf(tx, identity.tenant, graph, notifier, unable)
          const { faults: open = [], warnings } = compileGraph(graph, world)
          return { id: params.id, revision, faults: open.map(faultOf), warnings: warnings.map(faultOf) }
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/flows/:id',
      permission: 'flows:write',
      tag,
      summary: 'Delete a flow that is not published and has no runs, with its drafts, versions and cases',
      description: 'Of a flow that ran the runs are kept, and it with them, until their time is over.',
      params: uuidParams,
      status: 204,
      refuses: [409],
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await readFlow(tx, identity.tenant, params.id, true)
          if (found === undefined) throw notFound('flow', params.id)
          if (found.published !== null)
            throw conflict('It is published: stop it first.', 'Está publicado: detenlo primero.')
          if (await hasRun(tx, identity.tenant, params.id))
            throw conflict(
              'It has runs, which are kept: it can be deleted when their time is over.',
              'Tiene ejecuciones, que se guardan: se podrá eliminar cuando ya no se conserven.',
            )
          await deleteFlow(tx, identity.tenant, params.id)
          audit(
            tx,
            { identity, traceparent },
            { at: clock.wall(), action: 'flow.deleted', target: `flow:${params.id}`, before: { name: found.name } },
          )
        }),
    }),
  ]
}
