import { Type } from '@sinclair/typebox'
import { type Actor, audit } from '#access/index.ts'
import {
  insertFlow,
  listFlows,
  listVersions,
  publishVersion,
  readFlow,
  readVersion,
  saveDraft,
  summariesOf,
  unpublish,
  versionOf,
} from '#flows/authoring/store.ts'
import { flowAnswer, flowView } from '#flows/authoring/view.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { compileGraph } from '#flows/compile.ts'
import { faultOf, stale, unfit } from '#flows/errors.ts'
import { type Graph, shapeFaults } from '#flows/graph.ts'
import { SCHEDULE_KIND, schedule } from '#flows/runs/schedules.ts'
import type { Notifier } from '#notifications/index.ts'
import { dueTimes } from '#platform/due.ts'
import { pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const id = Type.Object({ id: Type.String({ format: 'uuid' }) })
const byTime = Type.Object({ at: Type.String(), id: Type.String() })

const tagOf = (revision: number) => `"${revision}"`

export function authoringRoutes({ database, clock }: Runtime, notifier: Notifier): Route[] {
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
      query: Type.Object(pageFields),
      answer: pageSchema(flowAnswer),
      handle: ({ identity: { tenant }, query: { limit = 50, cursor } }) =>
        database.asTenant(tenant, async (tx) => {
          const rows = await listFlows(tx, tenant, readCursor(cursor, byTime), limit + 1)
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
      params: id,
      answer: Type.Object({
        ...flowAnswer.properties,
        draft: Type.Unknown(),
        nextScheduledAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
          description: 'When it begins by the clock next',
        }),
      }),
      handle: ({ identity, params, reply }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await readFlow(tx, identity.tenant, params.id)
          if (found === undefined) throw notFound('flow', params.id)
          reply.header('etag', tagOf(found.revision))
          const summaries = await summariesOf(tx, identity.tenant, [params.id])
          const next = (await dueTimes(tx, SCHEDULE_KIND, identity.tenant, [params.id])).get(params.id)
          return {
            ...flowView(found, summaries.get(params.id)),
            draft: found.draft,
            nextScheduledAt: next === undefined ? null : new Date(next).toISOString(),
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
        'With If-Match a draft that somebody else changed meanwhile is not overwritten: 409 with the difference.',
      params: id,
      body: Type.Unknown({ description: 'The graph: nodes and edges in the form of React Flow' }),
      handle: ({ identity, params, body, request, reply, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const faults = shapeFaults(body)
          if (faults.length > 0) throw invalid(...faults.map(faultOf))
          const graph = body as Graph
          const before = await readFlow(tx, identity.tenant, params.id, true)
          if (before === undefined) throw notFound('flow', params.id)
          const wanted = request.headers['if-match']
          if (wanted !== undefined && wanted !== '*' && wanted !== tagOf(before.revision))
            throw stale(before.draft, graph)
          const revision = await saveDraft(
            tx,
            identity.tenant,
            params.id,
            graph,
            graph.name ?? before.name,
            clock.now(),
          )
          audit(
            tx,
            { identity, traceparent },
            { at: clock.wall(), action: 'flow.saved', target: `flow:${params.id}`, after: { revision } },
          )
          reply.header('etag', tagOf(revision))
          const { faults: open = [] } = compileGraph(graph, await worldOf(tx, identity.tenant, graph, notifier))
          return { id: params.id, revision, faults: open.map(faultOf) }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/publish',
      permission: 'flows:write',
      tag,
      summary: 'Freeze the draft as a version; the next event runs it',
      idempotent: true,
      params: id,
      body: Type.Object({ note: Type.Optional(Type.String({ maxLength: 2_000 })) }, { additionalProperties: false }),
      handle: ({ identity, params, body, traceparent, newId }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const publication = newId()
          const found = await readFlow(tx, identity.tenant, params.id, true)
          if (found === undefined) throw notFound('flow', params.id)
          const earlier = await versionOf(tx, identity.tenant, params.id, publication)
          if (earlier !== undefined) return { version: earlier }
          const { draft } = found
          const { flow, faults = [] } = compileGraph(draft, await worldOf(tx, identity.tenant, draft, notifier))
          if (flow === undefined || draft === null) throw unfit(faults)
          const actor: Actor = { identity, traceparent }
          const version = await publishVersion(tx, identity.tenant, {
            flowId: params.id,
            publication,
            graph: draft,
            listens: [...flow.listens.keys()],
            note: body.note ?? null,
            by: identity.actor,
            at: clock.now(),
          })
          schedule(tx, identity.tenant, params.id, { version, flow }, clock.now())
          audit(tx, actor, {
            at: clock.wall(),
            action: 'flow.published',
            target: `flow:${params.id}`,
            before: { version: found.published },
            after: { version, note: body.note ?? null },
          })
          return { version }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/unpublish',
      permission: 'flows:write',
      tag,
      summary: 'Stop starting runs; those under way go on',
      params: id,
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await readFlow(tx, identity.tenant, params.id, true)
          if (found === undefined) throw notFound('flow', params.id)
          await unpublish(tx, identity.tenant, params.id, clock.now())
          schedule(tx, identity.tenant, params.id, null, clock.now())
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'flow.unpublished',
              target: `flow:${params.id}`,
              before: { version: found.published },
            },
          )
          return { id: params.id, published: null }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/versions',
      permission: 'flows:read',
      tag,
      summary: 'Versions of a flow, the newest first',
      params: id,
      query: Type.Object(pageFields),
      handle: ({ identity, params, query: { limit = 50, cursor } }) =>
        database.asTenant(identity.tenant, async (tx) => {
          if ((await readFlow(tx, identity.tenant, params.id)) === undefined) throw notFound('flow', params.id)
          const rows = await listVersions(tx, identity.tenant, params.id, readCursor(cursor, Type.Integer()), limit + 1)
          return pageOf(rows, limit, (last) => last.version)
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/versions/:version',
      permission: 'flows:read',
      tag,
      summary: 'One version with its graph',
      params: Type.Object({ id: Type.String({ format: 'uuid' }), version: Type.Integer({ minimum: 1 }) }),
      handle: ({ identity, params }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await readVersion(tx, identity.tenant, params.id, params.version)
          if (found === undefined) throw notFound('version', String(params.version))
          return found
        }),
    }),
  ]
}
