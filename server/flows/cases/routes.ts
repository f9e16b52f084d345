import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { publishable } from '#flows/authoring/publish.ts'
import { readFlow } from '#flows/authoring/store.ts'
import { caseAnswer, caseSaved, casesPlayed } from '#flows/cases/answers.ts'
import { CASE_NAME, type CaseBody, caseBody, MAX_CASES, type NamedCase, namedCase } from '#flows/cases/case.ts'
import { tooManyCases } from '#flows/cases/errors.ts'
import { scenarioOf } from '#flows/cases/play.ts'
import { casesOf, deleteCase, listCases, readCase, saveCase } from '#flows/cases/store.ts'
import { judgeCases } from '#flows/cases/verdict.ts'
import type { Rehearsals } from '#flows/rehearsal.ts'
import type { Notifier } from '#notifications/index.ts'
import { uuidParams, versionNumber } from '#platform/http/answer-fields.ts'
import { pageFields, pageFrom, pageSchema, readCursor } from '#platform/http/page.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

const named = Type.Object({ id: Type.String({ format: 'uuid' }), name: CASE_NAME })

/** Cases of a flow: what is played to it, and what it should do. */
export function caseRoutes({ database, clock }: Runtime, notifier: Notifier, rehearsals: Rehearsals): Route[] {
  const tag = 'Flows'
  return [
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/cases',
      permission: 'flows:read',
      tag,
      summary: 'Cases of a flow by name',
      params: uuidParams,
      query: Type.Object(pageFields),
      answer: pageSchema(caseAnswer),
      handle: ({ identity: { tenant }, params, query: { limit = 50, cursor } }) =>
        database.asTenant(tenant, async (tx) => {
          if ((await readFlow(tx, tenant, params.id)) === undefined) throw notFound('flow', params.id)
          const found = await listCases(tx, tenant, params.id, readCursor(cursor, Type.String()), limit)
          const page = pageFrom(found, (last) => last.name)
          return { ...page, items: page.items.map(({ body, ...row }) => ({ ...row, ...body })) }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/cases/:name',
      permission: 'flows:read',
      tag,
      summary: 'One case',
      params: named,
      answer: caseAnswer,
      handle: ({ identity: { tenant }, params }) =>
        database.asTenant(tenant, async (tx) => {
          const row = await readCase(tx, tenant, params.id, params.name)
          if (row === undefined) throw notFound('case', params.name)
          const { body, ...shown } = row
          return { ...shown, ...body }
        }),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/flows/:id/cases/:name',
      permission: 'flows:write',
      tag,
      summary: 'Save a case: an event, people, replies with their times, and the steps and messages that are expected',
      description:
        'Cases are played on every publish, which a red one stops. They are played without a database: the case describes the people and calendars, a notification goes by the first channel that its step names, and texts of templates are told by their key.',
      params: named,
      body: caseBody,
      answer: caseSaved,
      refuses: [422],
      handle: ({ identity, params, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant } = identity
          scenarioOf(body as CaseBody)
          if ((await readFlow(tx, tenant, params.id, true)) === undefined) throw notFound('flow', params.id)
          const before = await readCase(tx, tenant, params.id, params.name)
          const given = { name: params.name, ...(body as CaseBody) }
          const saved = { by: identity.actor, at: clock.now() }
          if ((await saveCase(tx, tenant, params.id, given, saved)) > MAX_CASES) throw tooManyCases()
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: before === undefined ? 'flow-case.created' : 'flow-case.changed',
              target: `flow:${params.id}`,
              after: { name: params.name },
            },
          )
          return given
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/flows/:id/cases/:name',
      permission: 'flows:write',
      tag,
      summary: 'Remove a case',
      params: named,
      status: 204,
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          if (!(await deleteCase(tx, identity.tenant, params.id, params.name))) throw notFound('case', params.name)
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'flow-case.deleted',
              target: `flow:${params.id}`,
              before: { name: params.name },
            },
          )
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/cases/run',
      permission: 'flows:read',
      tag,
      summary: 'Play the cases to the draft, or to a version, and say what came otherwise',
      params: uuidParams,
      description: 'All that are kept, or one that is being written (`case`): it is played alone, and not kept.',
      body: Type.Object(
        {
          version: Type.Optional(versionNumber({ description: 'Default: the draft' })),
          case: Type.Optional(namedCase),
        },
        { additionalProperties: false },
      ),
      answer: casesPlayed,
      refuses: [422],
      handle: async ({ identity: { tenant }, params, body, left }) => {
        const { flow, cases } = await database.asTenant(tenant, async (tx) => {
          const found = await readFlow(tx, tenant, params.id)
          if (found === undefined) throw notFound('flow', params.id)
          const after = await publishable(tx, tenant, found, body.version ?? null, notifier)
          const cases = body.case === undefined ? await casesOf(tx, tenant, params.id) : [body.case as NamedCase]
          return { flow: after.flow, cases }
        })
        const results = await rehearsals.hold(tenant, left(), (turns) => judgeCases(flow, cases, turns))
        const passed = results.filter((result) => result.passed).length
        return { passed, failed: results.length - passed, results }
      },
    }),
  ]
}
