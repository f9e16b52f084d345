import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { publish } from '#flows/authoring/publish.ts'
import { revision } from '#flows/authoring/revision.ts'
import { readFlow, unpublish } from '#flows/authoring/store.ts'
import { schedule } from '#flows/runs/schedules.ts'
import type { Notifier } from '#notifications/index.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const id = Type.Object({ id: Type.String({ format: 'uuid' }) })

export const fromVersion = Type.Integer({
  minimum: 1,
  description: 'Publishes the graph of this version again, as a new one; the draft stays as it is',
})

/** What makes a graph the one that new events run, and what takes it away. */
export function publishingRoutes({ database, clock }: Runtime, notifier: Notifier): Route[] {
  const tag = 'Flows'
  return [
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/publish',
      permission: 'flows:write',
      tag,
      summary: 'Freeze the draft as a version; the next event runs it',
      description: 'With If-Match, or `revision`, a draft that somebody else changed meanwhile is not published: 409.',
      idempotent: true,
      params: id,
      body: Type.Object(
        {
          note: Type.Optional(Type.String({ maxLength: 2_000 })),
          revision: Type.Optional(revision),
          fromVersion: Type.Optional(fromVersion),
        },
        { additionalProperties: false },
      ),
      handle: ({ identity, params, body, request, traceparent, newId }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const asked = {
            flowId: params.id,
            identity,
            traceparent,
            publication: newId(),
            note: body.note ?? null,
            fromVersion: body.fromVersion ?? null,
            basedOn: { tag: request.headers['if-match'], revision: body.revision },
          }
          return { version: await publish(tx, asked, notifier, clock) }
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
  ]
}
