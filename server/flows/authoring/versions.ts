import { Type } from '@sinclair/typebox'
import * as answers from '#flows/answers.ts'
import { KEPT_SAVES, listVersions, readFlow, readSave, readVersion } from '#flows/authoring/store.ts'
import { differenceOf } from '#flows/difference.ts'
import type { Graph } from '#flows/graph.ts'
import { uuidParams, versionNumber } from '#platform/http/answer-fields.ts'
import { numberCursor, pageFields, pageOf, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

const either = Type.String({
  pattern: '^(draft(@[0-9]{1,9})?|[1-9][0-9]{0,8})$',
  description: 'The number of a version, `draft`, or `draft@` and a revision: the draft as it was saved then',
})

/** A graph of a flow with who made it what it is. */
type Side = { graph: Graph | null; shown: { [name: string]: unknown } }

/** The history of a flow, and what changed between two points of it. */
export function versionRoutes({ database }: Runtime): Route[] {
  const tag = 'Flows'
  return [
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/versions',
      permission: 'flows:read',
      tag,
      summary: 'Versions of a flow, the newest first',
      params: uuidParams,
      query: Type.Object(pageFields),
      answer: pageSchema(answers.versionAnswer),
      handle: ({ identity, params, query: { limit = 50, cursor } }) =>
        database.asTenant(identity.tenant, async (tx) => {
          if ((await readFlow(tx, identity.tenant, params.id)) === undefined) throw notFound('flow', params.id)
          const rows = await listVersions(tx, identity.tenant, params.id, readCursor(cursor, numberCursor), limit + 1)
          return pageOf(rows, limit, (last) => last.version)
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/versions/:version',
      permission: 'flows:read',
      tag,
      summary: 'One version with its graph',
      params: Type.Object({ id: Type.String({ format: 'uuid' }), version: versionNumber() }),
      answer: answers.versionWithGraph,
      handle: ({ identity, params }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const found = await readVersion(tx, identity.tenant, params.id, params.version)
          if (found === undefined) throw notFound('version', String(params.version))
          return found
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/difference',
      permission: 'flows:read',
      tag,
      summary: 'What changed between two versions, or a version and the draft, in words',
      description:
        'Steps added, removed and changed field by field, texts, edges and settings, each said in English and Spanish. Without `from` the published version is the older side, without `to` the draft the newer. `draft@7` is the draft of revision 7: what others changed since one read it. The 20 latest saves are kept; older ones are not found.',
      params: uuidParams,
      query: Type.Object({ from: Type.Optional(either), to: Type.Optional(either) }),
      answer: answers.differenceAnswer,
      handle: ({ identity: { tenant }, params, query }) =>
        database.asTenant(tenant, async (tx) => {
          const flow = await readFlow(tx, tenant, params.id)
          if (flow === undefined) throw notFound('flow', params.id)
          const from = query.from ?? (flow.published === null ? null : String(flow.published))
          const before = from === null ? null : await sideOf(tx, tenant, flow, from)
          const after = await sideOf(tx, tenant, flow, query.to ?? 'draft')
          const { changes, counts } = differenceOf(before?.graph ?? null, after.graph)
          return { from: before?.shown ?? null, to: after.shown, counts, changes }
        }),
    }),
  ]
}

async function sideOf(
  db: Db,
  tenant: string,
  flow: { id: string; draft: Graph | null; revision: number },
  which: string,
): Promise<Side> {
  const [kind, at] = which.split('@')
  if (kind === 'draft') {
    const revision = at === undefined ? flow.revision : Number(at)
    const save = await readSave(db, tenant, flow.id, revision)
    const isNow = revision === flow.revision
    // A draft that is empty, as of a new flow, was saved by nobody.
    if (save === undefined && !isNow && !(revision <= flow.revision && revision > flow.revision - KEPT_SAVES)) {
      throw notFound('save', which)
    }
    const { savedBy = null, savedAt = null, graph = null } = save ?? {}
    return { graph: isNow ? flow.draft : graph, shown: { draft: true, revision, savedBy, savedAt } }
  }
  const found = await readVersion(db, tenant, flow.id, Number(which))
  if (found === undefined) throw notFound('version', which)
  const { graph, ...shown } = found
  return { graph, shown }
}
