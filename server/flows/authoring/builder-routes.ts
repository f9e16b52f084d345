import { Type } from '@sinclair/typebox'
import * as answers from '#flows/answers.ts'
import { readFlow } from '#flows/authoring/store.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { compileGraph } from '#flows/compile.ts'
import { faultOf } from '#flows/errors.ts'
import { type Graph, shapeFaults } from '#flows/graph.ts'
import { someStandingRuns } from '#flows/moves/store.ts'
import { unableOf } from '#flows/runs/unable.ts'
import type { Notifier } from '#notifications/index.ts'
import { uuidParams } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

/** Runs that are looked at to tell who stands where: enough for a picture, at the same cost however many wait. */
const LOOKED_AT = 10_000

/** What whoever draws a flow wants to know all the time. */
export function builderRoutes(runtime: Runtime, notifier: Notifier): Route[] {
  const { database } = runtime
  const unable = unableOf(runtime)
  const tag = 'Flows'
  return [
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/check',
      permission: 'flows:read',
      tag,
      summary: 'What is wrong with a graph, as it would be told if it were saved; nothing is saved',
      params: uuidParams,
      body: Type.Unknown(),
      bodies: { 'application/json': { schema: answers.graphAnswer } },
      answer: answers.checkedAnswer,
      handle: ({ identity: { tenant }, params, body }) =>
        database.asTenant(tenant, async (tx) => {
          const shape = shapeFaults(body)
          if (shape.length > 0) throw invalid(...shape.map(faultOf))
          const graph = body as Graph
          if ((await readFlow(tx, tenant, params.id)) === undefined) throw notFound('flow', params.id)
          const world = await worldOf(tx, tenant, graph, notifier, unable)
          const { faults = [], warnings } = compileGraph(graph, world)
          return { faults: faults.map(faultOf), warnings: warnings.map(faultOf) }
        }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/standing',
      permission: 'flows:read',
      tag,
      summary: 'How many runs wait at each step, of each version',
      params: uuidParams,
      answer: answers.standingAnswer,
      handle: ({ identity: { tenant }, params }) =>
        database.asTenant(tenant, async (tx) => {
          if ((await readFlow(tx, tenant, params.id)) === undefined) throw notFound('flow', params.id)
          const { standing, complete } = await someStandingRuns(tx, tenant, params.id, LOOKED_AT)
          return { complete, items: standing }
        }),
    }),
  ]
}
