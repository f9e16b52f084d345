import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { insertFlow, readFlow, readVersion, saveDraft } from '#flows/authoring/store.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { documentAnswer, importedAnswer } from '#flows/cases/answers.ts'
import { casesOf, deleteOtherCases, saveCase } from '#flows/cases/store.ts'
import { compileGraph } from '#flows/compile.ts'
import { differenceOf } from '#flows/difference.ts'
import { faultOf, unfit } from '#flows/errors.ts'
import { documentOf, type FlowDocument, readDocument, textOf } from '#flows/portable/document.ts'
import type { Note } from '#flows/portable/drawing.ts'
import { FORMATS, type Format, readForeign } from '#flows/portable/formats.ts'
import type { Notifier } from '#notifications/index.ts'
import { uuidParams, versionNumber } from '#platform/http/answer-fields.ts'
import type { Identity } from '#platform/http/route.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Tx } from '#platform/work.ts'

const format = Type.Union(
  (['cauce', ...FORMATS] as const).map((name) => Type.Literal(name)),
  { description: 'cauce: what an export gave, the default' },
)

/** Flows as files, and back; also those of other products. */
export function portableRoutes({ database, clock }: Runtime, notifier: Notifier): Route[] {
  const tag = 'Flows'
  return [
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/export',
      permission: 'flows:read',
      tag,
      summary: 'A flow as a file for version control: graph and cases in a fixed order',
      params: uuidParams,
      query: Type.Object({ version: Type.Optional(versionNumber({ description: 'Default: the draft' })) }),
      answer: documentAnswer,
      refuses: [422],
      handle: ({ identity: { tenant }, params, query }) =>
        database.asTenant(tenant, async (tx) => {
          const found = await readFlow(tx, tenant, params.id)
          if (found === undefined) throw notFound('flow', params.id)
          const { version } = query
          const stored = version === undefined ? null : await readVersion(tx, tenant, params.id, version)
          if (stored === undefined) throw notFound('version', String(version))
          const graph = stored === null ? found.draft : stored.graph
          if (graph === null) throw unfit(compileGraph(null).faults ?? [])
          return documentOf({
            id: params.id,
            graph: { name: found.name, ...graph },
            cases: await casesOf(tx, tenant, params.id),
          })
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/import',
      permission: 'flows:write',
      tag,
      summary: 'A flow from a file: a new one, or the draft of the one with its id',
      description:
        'Of our own files nothing is lost, and the cases become those of the file; a graph alone, without `cauce`, is taken too. From n8n, Typebot and Novu comes a new flow with a draft, and `notes` tells in English and Spanish of everything that could not be carried over: what has no counterpart stands in the draft as it was. Nothing is published.',
      idempotent: true,
      query: Type.Object({ format: Type.Optional(format) }),
      body: Type.Unknown({ description: 'What the file holds' }),
      status: 201,
      bodies: { 'application/json': { schema: documentAnswer } },
      answer: importedAnswer,
      handle: ({ identity, query, body, traceparent, newId }) => {
        const which = query.format ?? 'cauce'
        const { document, notes, faults } =
          which === 'cauce' ? { notes: [], faults: [], ...readDocument(body) } : readForeign(which as Format, body)
        if (document === undefined) throw invalid(...faults.map(faultOf))
        return database.asTenant(identity.tenant, (tx) =>
          take(tx, document, notes, { identity, traceparent, newId: document.id ?? newId() }),
        )
      },
    }),
  ]

  async function take(
    tx: Tx,
    { graph, cases }: FlowDocument,
    notes: readonly Note[],
    { identity, traceparent, newId }: { identity: Identity; traceparent: string; newId: string },
  ) {
    const { tenant, actor } = identity
    const at = clock.now()
    const created = await insertFlow(tx, tenant, newId, graph.name ?? 'Imported', at)
    const before = await readFlow(tx, tenant, newId, true)
    // As an export of it would be: a draft that has no name goes by the flow's.
    const old = before?.draft == null ? null : { name: before.name, ...before.draft }
    const alike = (a: FlowDocument, b: FlowDocument) => textOf(a) === textOf(b)
    const same = old !== null && alike({ id: null, graph: old, cases: null }, { id: null, graph, cases: null })
    const save = { draft: graph, name: graph.name ?? before?.name ?? 'Imported', by: actor, at }
    const revision = same ? (before?.revision ?? 0) : await saveDraft(tx, tenant, newId, save)
    const kept = cases === null ? null : await casesOf(tx, tenant, newId)
    const sameCases = alike({ id: null, graph, cases }, { id: null, graph, cases: kept })
    if (cases !== null && !sameCases) {
      for (const one of cases) await saveCase(tx, tenant, newId, one, { by: actor, at })
      await deleteOtherCases(
        tx,
        tenant,
        newId,
        cases.map(({ name }) => name),
      )
    }
    const changed = !same || !sameCases
    if (changed) {
      audit(
        tx,
        { identity, traceparent },
        { at: clock.wall(), action: 'flow.imported', target: `flow:${newId}`, after: { revision, created } },
      )
    }
    const { faults = [] } = compileGraph(graph, await worldOf(tx, tenant, graph, notifier))
    return {
      id: newId,
      name: save.name,
      created,
      changed,
      revision,
      difference: created ? null : differenceOf(old, graph),
      faults: faults.map(faultOf),
      notes,
    }
  }
}
