import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { publish } from '#flows/authoring/publish.ts'
import { revision } from '#flows/authoring/revision.ts'
import { readFlow, setPublished } from '#flows/authoring/store.ts'
import { PER_MINUTE } from '#flows/moves/choice.ts'
import { readMove } from '#flows/moves/store.ts'
import { moveAnswer, moveView } from '#flows/moves/view.ts'
import { schedule } from '#flows/runs/schedules.ts'
import type { Notifier } from '#notifications/index.ts'
import { type Identity, type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { type About, tellerOf } from '#platform/telemetry/tell.ts'

const id = Type.Object({ id: Type.String({ format: 'uuid' }) })

const STEP = Type.String({ minLength: 1, maxLength: 100 })

export const fromVersion = Type.Integer({
  minimum: 1,
  description: 'Publishes the graph of this version again, as a new one; the draft stays as it is',
})

const aboutFlow = ({ tenant, actor }: Identity, flowId: string, traceparent: string, version?: number): About => ({
  tenantId: tenant,
  traceId: traceparent.slice(3, 35),
  flowId,
  version,
  actor,
})

/** What makes a graph the one that new events run, and what takes it away. */
export function publishingRoutes({ database, clock, logger }: Runtime, notifier: Notifier): Route[] {
  const tell = tellerOf(logger)
  const tag = 'Flows'
  return [
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/publish',
      permission: 'flows:write',
      tag,
      summary: 'Freeze the draft as a version; the next event runs it',
      description:
        'With If-Match, or `revision`, a draft that somebody else changed meanwhile is not published: 409. `POST …/publish/preview` tells beforehand what becomes of the runs under way.',
      idempotent: true,
      params: id,
      body: Type.Object(
        {
          note: Type.Optional(Type.String({ maxLength: 2_000 })),
          revision: Type.Optional(revision),
          fromVersion: Type.Optional(fromVersion),
          force: Type.Optional(
            Type.Boolean({
              description: 'In spite of red cases: for owners and administrators, and kept in the audit',
            }),
          ),
          runs: Type.Optional(
            Type.Union([Type.Literal('stay'), Type.Literal('move'), Type.Literal('stop')], {
              description:
                'What becomes of runs under way: they keep their version (`stay`, the default), go on by the new one (`move`), or end (`stop`)',
            }),
          ),
          map: Type.Optional(
            Type.Record(STEP, Type.Union([STEP, Type.Null()]), {
              maxProperties: 500,
              description:
                'With `move`: for each step that is gone, the step that its runs enter instead; null leaves them with their version',
            }),
          ),
          perMinute: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 60_000,
              description: `With \`move\`: how many runs may act in a minute because they were moved; default ${PER_MINUTE}`,
            }),
          ),
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({ version: Type.Integer(), move: Type.Optional(moveAnswer) }),
      handle: ({ identity, params, body, request, traceparent, newId }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const asked = {
            flowId: params.id,
            identity,
            traceparent,
            publication: newId(),
            note: body.note ?? null,
            fromVersion: body.fromVersion ?? null,
            force: body.force ?? false,
            runs: {
              choice: body.runs ?? ('stay' as const),
              map: body.map ?? {},
              perMinute: body.perMinute ?? PER_MINUTE,
            },
            basedOn: { tag: request.headers['if-match'], revision: body.revision },
          }
          const version = await publish(tx, asked, notifier, clock)
          tx.afterCommit(() => tell('flow published', () => aboutFlow(identity, params.id, traceparent, version)))
          const row = await readMove(tx, identity.tenant, params.id, version)
          return { version, ...(row === undefined ? {} : { move: moveView(row) }) }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/unpublish',
      permission: 'flows:write',
      tag,
      summary: 'Stop starting runs; those under way go on',
      params: id,
      answer: Type.Object({ id: Type.String(), published: Type.Null() }),
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await readFlow(tx, identity.tenant, params.id, true)
          if (found === undefined) throw notFound('flow', params.id)
          await setPublished(tx, identity.tenant, params.id, null, clock.now())
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
          tx.afterCommit(() => tell('flow unpublished', () => aboutFlow(identity, params.id, traceparent)))
          return { id: params.id, published: null }
        }),
    }),
  ]
}
