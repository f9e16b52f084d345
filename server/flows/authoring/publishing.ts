import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { warnings as warningsAnswer } from '#flows/answers.ts'
import { publish, rehearse } from '#flows/authoring/publish.ts'
import { revision } from '#flows/authoring/revision.ts'
import { readFlow, setPublished } from '#flows/authoring/store.ts'
import { percent } from '#flows/canary/routes.ts'
import { stopCanary } from '#flows/canary/store.ts'
import { faultOf } from '#flows/errors.ts'
import { runsFields, runsOf } from '#flows/moves/fields.ts'
import { readMove } from '#flows/moves/store.ts'
import { moveAnswer, moveView } from '#flows/moves/view.ts'
import type { Rehearsals } from '#flows/rehearsal.ts'
import { schedule } from '#flows/runs/schedules.ts'
import { unableOf } from '#flows/runs/unable.ts'
import type { Notifier } from '#notifications/index.ts'
import { uuidParams, versionNumber } from '#platform/http/answer-fields.ts'
import { type Identity, type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { type About, tellerOf } from '#platform/telemetry/tell.ts'

export const fromVersion = versionNumber({
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
export function publishingRoutes(runtime: Runtime, notifier: Notifier, rehearsals: Rehearsals): Route[] {
  const { database, clock, logger } = runtime
  const unable = unableOf(runtime)
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
      params: uuidParams,
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
          canary: Type.Optional(
            Type.Object(
              {
                percent,
                threshold: Type.Optional(
                  Type.Number({
                    minimum: 0,
                    maximum: 1,
                    description: 'Share of its ended runs that may fail before the way back is taken; default 0.05',
                  }),
                ),
                minimumRuns: Type.Optional(
                  Type.Integer({
                    minimum: 1,
                    maximum: 1_000_000,
                    description: 'Runs that must have ended before they are judged; default 50',
                  }),
                ),
              },
              {
                additionalProperties: false,
                description: 'Only so many of the new runs take the new version, until it is promoted or stopped',
              },
            ),
          ),
          ...runsFields,
        },
        { additionalProperties: false },
      ),
      answer: Type.Object({
        version: Type.Integer(),
        warnings: warningsAnswer,
        move: Type.Optional(moveAnswer),
      }),
      handle: async ({ identity, params, body, request, traceparent, newId, left }) => {
        const what = {
          tenant: identity.tenant,
          flowId: params.id,
          fromVersion: body.fromVersion ?? null,
          left: left(),
          unable,
        }
        const rehearsed = await rehearse(database, what, notifier, rehearsals)
        return database.asTenant(identity.tenant, async (tx) => {
          const asked = {
            flowId: params.id,
            rehearsed,
            identity,
            traceparent,
            publication: newId(),
            note: body.note ?? null,
            fromVersion: body.fromVersion ?? null,
            force: body.force ?? false,
            runs: runsOf(body),
            canary: body.canary === undefined ? null : { threshold: 0.05, minimumRuns: 50, ...body.canary },
            unable,
            basedOn: { tag: request.headers['if-match'], revision: body.revision },
          }
          const { version, warnings } = await publish(tx, asked, notifier, clock)
          tx.afterCommit(() => tell('flow published', () => aboutFlow(identity, params.id, traceparent, version)))
          const row = await readMove(tx, identity.tenant, params.id, version)
          return { version, warnings: warnings.map(faultOf), ...(row === undefined ? {} : { move: moveView(row) }) }
        })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/unpublish',
      permission: 'flows:write',
      tag,
      summary: 'Stop starting runs; those under way go on, and what waits its turn to begin one is dropped',
      params: uuidParams,
      answer: Type.Object({ id: Type.String(), published: Type.Null() }),
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await readFlow(tx, identity.tenant, params.id, true)
          if (found === undefined) throw notFound('flow', params.id)
          await setPublished(tx, identity.tenant, params.id, null, clock.now())
          await stopCanary(tx, identity.tenant, params.id, { by: identity.actor, at: clock.now() })
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
