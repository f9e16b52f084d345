import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import * as answers from '#flows/answers.ts'
import { isStale, revision as revisionField, tagOf } from '#flows/authoring/revision.ts'
import {
  clearDraft,
  type Draft,
  readFlow,
  readSave,
  readVersion,
  renameFlow,
  saveDraft,
} from '#flows/authoring/store.ts'
import { differenceOf } from '#flows/difference.ts'
import { stale } from '#flows/errors.ts'
import { orNull, uuidParams } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

/** What is done to a flow's draft besides saving it. */
export function draftRoutes({ database, clock }: Runtime): Route[] {
  const tag = 'Flows'

  async function locked(tx: Tx, tenant: string, flowId: string): Promise<Draft> {
    const found = await readFlow(tx, tenant, flowId, true)
    if (found === undefined) throw notFound('flow', flowId)
    return found
  }

  return [
    route({
      method: 'PATCH',
      path: '/api/v1/flows/:id',
      permission: 'flows:write',
      tag,
      summary: 'Rename a flow; its draft gets the name too',
      params: uuidParams,
      body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) }, { additionalProperties: false }),
      answer: Type.Object({ id: Type.String(), name: Type.String(), revision: Type.Integer() }),
      handle: ({ identity, params, body: { name }, reply, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant, actor } = identity
          const before = await locked(tx, tenant, params.id)
          const at = clock.now()
          const hasName = before.draft?.name !== undefined && before.draft.name !== name
          if (before.name !== name) await renameFlow(tx, tenant, params.id, name, at)
          // Whoever saves next names the flow after the draft.
          const revision =
            before.draft !== null && hasName
              ? await saveDraft(tx, tenant, params.id, { draft: { ...before.draft, name }, name, by: actor, at })
              : before.revision
          if (before.name !== name) {
            audit(
              tx,
              { identity, traceparent },
              {
                at: clock.wall(),
                action: 'flow.renamed',
                target: `flow:${params.id}`,
                before: { name: before.name },
                after: { name },
              },
            )
          }
          reply.header('etag', tagOf(revision))
          return { id: params.id, name, revision }
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/flows/:id/draft',
      permission: 'flows:write',
      tag,
      summary: 'Discard the draft: it is again what is published, or empty where nothing is',
      description:
        'With If-Match, or `revision`, a draft that somebody else changed meanwhile is kept: 409 with what would have been lost.',
      params: uuidParams,
      query: Type.Object({ revision: Type.Optional(revisionField) }),
      answer: Type.Object({
        id: Type.String(),
        revision: Type.Integer(),
        draft: orNull(answers.graphAnswer),
      }),
      refuses: [409],
      handle: ({ identity, params, query, request, reply, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant, actor } = identity
          const before = await locked(tx, tenant, params.id)
          const version =
            before.published === null ? undefined : await readVersion(tx, tenant, params.id, before.published)
          const graph = version?.graph ?? null
          // The flow may have been renamed since.
          const draft = graph?.name === undefined ? graph : { ...graph, name: before.name }
          const wanted = { tag: request.headers['if-match'], revision: query.revision }
          if (isStale(wanted, before.revision)) {
            reply.header('etag', tagOf(before.revision))
            const save = await readSave(tx, tenant, params.id, before.revision)
            throw stale(
              differenceOf(draft, before.draft),
              save === undefined ? null : { by: save.savedBy, at: save.savedAt },
              'discarded',
            )
          }
          const at = clock.now()
          const same = JSON.stringify(draft) === JSON.stringify(before.draft)
          const revision = same
            ? before.revision
            : draft === null
              ? await clearDraft(tx, tenant, params.id, at)
              : await saveDraft(tx, tenant, params.id, { draft, name: before.name, by: actor, at })
          if (!same) {
            audit(
              tx,
              { identity, traceparent },
              { at: clock.wall(), action: 'flow.draft-discarded', target: `flow:${params.id}`, after: { revision } },
            )
          }
          reply.header('etag', tagOf(revision))
          return { id: params.id, revision, draft }
        }),
    }),
  ]
}
