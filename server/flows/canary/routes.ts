import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { canaryAnswer, warnings as warningsAnswer } from '#flows/answers.ts'
import { readFlow, readVersion, setPublished, touchFlow } from '#flows/authoring/store.ts'
import { type CanaryRow, endedRuns, failedRuns, latestCanary, saveCanary } from '#flows/canary/store.ts'
import { compileVersion } from '#flows/compile.ts'
import { faultOf, noCanary, versionUnknown } from '#flows/errors.ts'
import { begin, checkChoice } from '#flows/moves/choice.ts'
import { runsFields, runsOf } from '#flows/moves/fields.ts'
import { moveAnswer, moveView } from '#flows/moves/view.ts'
import { schedule } from '#flows/runs/schedules.ts'
import { uuidParams } from '#platform/http/answer-fields.ts'
import type { Identity } from '#platform/http/route.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db, Tx } from '#platform/work.ts'

export const percent = Type.Number({
  exclusiveMinimum: 0,
  maximum: 100,
  description: 'Of the keys whose new runs begin with the new version',
})

/** Of so many runs that ended the rate is shown: enough to judge, at the same cost however many there are. */
const COUNTED = 10_000

const view = ({ tenant: _tenant, flowId: _flow, startedAt, endedAt, ...row }: CanaryRow) => ({
  ...row,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
})

/** A version that a share of the new runs begin with: how it does, and what becomes of it. */
export function canaryRoutes({ database, clock }: Runtime): Route[] {
  const tag = 'Flows'
  return [
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/canary',
      permission: 'flows:read',
      tag,
      summary:
        'The version that a share of the new runs begin with, or the last that was tried so, and how its runs went',
      params: uuidParams,
      answer: canaryAnswer,
      handle: ({ identity: { tenant }, params }) =>
        database.asTenant(tenant, async (tx) => {
          const row = await latestCanary(tx, tenant, params.id)
          if (row === undefined) throw notFound('canary', params.id)
          return view(row.state === 'running' ? await counted(tx, row) : row)
        }),
    }),
    route({
      method: 'PUT',
      path: '/api/v1/flows/:id/canary',
      permission: 'flows:write',
      tag,
      summary: 'Give it a larger or smaller share; whoever was of a smaller one is of the larger too',
      params: uuidParams,
      body: Type.Object({ percent }, { additionalProperties: false }),
      answer: canaryAnswer,
      refuses: [409],
      handle: ({ identity, params, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const row = await running(tx, identity.tenant, params.id)
          const changed = { ...row, percent: body.percent }
          saveCanary(tx, changed)
          touchFlow(tx, identity.tenant)
          note(tx, { identity, traceparent }, 'flow.canary-changed', row, { percent: body.percent })
          return view(await counted(tx, changed))
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/canary/promote',
      permission: 'flows:write',
      tag,
      summary: 'Publish it for all new runs, and say what becomes of those under way',
      params: uuidParams,
      body: Type.Object(runsFields, { additionalProperties: false }),
      answer: Type.Object({ version: Type.Integer(), warnings: warningsAnswer, move: moveAnswer }),
      refuses: [409, 422],
      handle: ({ identity, params, body, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant, actor } = identity
          const row = await running(tx, tenant, params.id)
          const found = await readFlow(tx, tenant, params.id, true)
          const stored = await readVersion(tx, tenant, params.id, row.version)
          const flow = stored === undefined ? undefined : compileVersion(stored.graph)
          if (found === undefined || stored === undefined || flow === undefined) throw versionUnknown()
          const runs = runsOf(body)
          const left = await checkChoice(tx, tenant, params.id, { graph: stored.graph, flow }, runs)
          const { version } = row
          await setPublished(tx, tenant, params.id, version, clock.now())
          schedule(tx, tenant, params.id, { version, flow }, clock.now())
          await ends(tx, row, 'promoted', actor)
          const published = { flowId: params.id, version, previous: found.published, by: actor, wall: clock.wall() }
          const move = await begin(tx, tenant, published, runs)
          note(tx, { identity, traceparent }, 'flow.canary-promoted', row, { published: version, runs: runs.choice })
          return { version, warnings: left.map(faultOf), move: moveView(move) }
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/canary/stop',
      permission: 'flows:write',
      tag,
      summary: 'All new runs take the published version again; runs under way keep theirs',
      params: uuidParams,
      answer: canaryAnswer,
      refuses: [409],
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const row = await running(tx, identity.tenant, params.id)
          touchFlow(tx, identity.tenant)
          const ended = await ends(tx, row, 'stopped', identity.actor)
          note(tx, { identity, traceparent }, 'flow.canary-stopped', row, {})
          return view(ended)
        }),
    }),
  ]

  /** The flow's row first, as everybody who publishes takes it. */
  async function running(tx: Tx, tenant: string, flowId: string): Promise<CanaryRow> {
    if ((await readFlow(tx, tenant, flowId, true)) === undefined) throw notFound('flow', flowId)
    const row = await latestCanary(tx, tenant, flowId, true)
    if (row?.state !== 'running') throw noCanary()
    return row
  }

  async function ends(tx: Tx, row: CanaryRow, state: 'promoted' | 'stopped', by: string): Promise<CanaryRow> {
    const ended = { ...(await counted(tx, row)), state, endedBy: by, endedAt: new Date(clock.now()) }
    saveCanary(tx, ended)
    return ended
  }

  function note(
    tx: Tx,
    actor: { identity: Identity; traceparent: string },
    action: string,
    { flowId, version, percent: before }: CanaryRow,
    after: object,
  ): void {
    const target = `flow:${flowId}`
    audit(tx, actor, { at: clock.wall(), action, target, before: { version, percent: before }, after })
  }
}

/** With how its runs went until now. */
async function counted(db: Db, row: CanaryRow): Promise<CanaryRow> {
  const [failed, ended] = await Promise.all([
    failedRuns(db, row.tenant, row.flowId, row.version),
    endedRuns(db, row.tenant, row, COUNTED),
  ])
  return { ...row, failed, ended }
}
