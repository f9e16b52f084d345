import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { previewAnswer } from '#flows/answers.ts'
import { publishable } from '#flows/authoring/publish.ts'
import { fromVersion } from '#flows/authoring/publishing.ts'
import { readFlow, readVersion, setPublished } from '#flows/authoring/store.ts'
import { latestCanary } from '#flows/canary/store.ts'
import { casesOf } from '#flows/cases/store.ts'
import { judgeCases } from '#flows/cases/verdict.ts'
import { compileVersion } from '#flows/compile.ts'
import { differenceOf } from '#flows/difference.ts'
import { canaryUnderWay, faultOf, notUndone } from '#flows/errors.ts'
import { consequencesOf, keysLeft, needsMap } from '#flows/moves/choice.ts'
import { moveRowOf } from '#flows/moves/due.ts'
import { readMove, saveMove } from '#flows/moves/store.ts'
import { moveAnswer, moveView } from '#flows/moves/view.ts'
import { resumeSearches } from '#flows/proof/winners/due.ts'
import type { Rehearsals } from '#flows/rehearsal.ts'
import { schedule } from '#flows/runs/schedules.ts'
import { unableOf } from '#flows/runs/unable.ts'
import type { Notifier } from '#notifications/index.ts'
import { uuidParams, versionNumber } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

/** What a publish would do to the runs under way, how far it has come, and how it is taken back. */
export function moveRoutes(runtime: Runtime, notifier: Notifier, rehearsals: Rehearsals): Route[] {
  const { database, clock } = runtime
  const unable = unableOf(runtime)
  const tag = 'Flows'
  return [
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/publish/preview',
      permission: 'flows:read',
      tag,
      summary: 'What publishing would change, and how many runs stand at each step that it changes',
      description:
        'Nothing is written. `runs.standing` has every step at which runs wait, those that change first, and each run at every step where it has a branch; `needsMap` names the steps of which a publish with `runs: "move"` has to be told where their runs go. `stays` says which of them cannot go over whatever is said: they are inside of a step that is gone, or would come to the body of a loop that they never entered.',
      params: uuidParams,
      body: Type.Object({ fromVersion: Type.Optional(fromVersion) }, { additionalProperties: false }),
      answer: previewAnswer,
      refuses: [422],
      handle: async ({ identity: { tenant }, params, body, left }) => {
        const { found, after, before, cases, inside, keys } = await database.asTenant(tenant, async (tx) => {
          const flow = await readFlow(tx, tenant, params.id)
          if (flow === undefined) throw notFound('flow', params.id)
          const next = await publishable(tx, tenant, flow, body.fromVersion ?? null, notifier, unable)
          return {
            found: flow,
            after: next,
            before: flow.published === null ? undefined : await readVersion(tx, tenant, flow.id, flow.published),
            cases: await casesOf(tx, tenant, flow.id),
            inside: await consequencesOf(tx, tenant, flow.id, next),
            keys: await keysLeft(tx, tenant, flow.id, next),
          }
        })
        const verdicts = await rehearsals.hold(tenant, left(), (turns) => judgeCases(after.flow, cases, turns))
        return {
          published: found.published,
          revision: found.revision,
          difference: differenceOf(before?.graph ?? null, after.graph),
          runs: inside,
          cases: {
            total: verdicts.length,
            red: verdicts.filter(({ passed }) => !passed).map(({ name, misses }) => ({ name, misses })),
          },
          warnings: [...keys, ...after.warnings].map(faultOf),
          needsMap: [...new Set(inside.standing.filter(needsMap).map(({ nodeId }) => nodeId))],
        }
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/flows/:id/versions/:version/move',
      permission: 'flows:read',
      tag,
      summary: 'How far a publish has come with the runs of other versions',
      params: Type.Object({ id: Type.String({ format: 'uuid' }), version: versionNumber() }),
      answer: moveAnswer,
      handle: ({ identity: { tenant }, params }) =>
        database.asTenant(tenant, async (tx) => {
          const row = await readMove(tx, tenant, params.id, params.version)
          if (row === undefined) throw notFound('version', String(params.version))
          return moveView(row)
        }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/flows/:id/publish/undo',
      permission: 'flows:write',
      tag,
      summary: 'Take the latest publish back: the version of before, and every run that has done nothing since',
      description:
        'New events run the version of before at once. Runs that were moved or stopped become what they were, unless something has happened to them since: those go on as they are. To have passed steps that only think or wait is nothing; a call or a message that they have asked for is called off as long as nobody has begun it. What quiet hours or a cap held is held again; runs that were stopped while they waited for an answer that is lost (of a call, an approval, another flow…) stay ended. `GET …/versions/{version}/move` counts who came back (`restored`) and who did not (`lost`, and `why`). Possible for a day, until the next publish; while a canary runs that is stopped or promoted first. Runs that began by the version taken back keep it.',
      params: uuidParams,
      answer: moveAnswer,
      refuses: [409],
      handle: ({ identity, params, traceparent }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant } = identity
          const found = await readFlow(tx, tenant, params.id, true)
          if (found === undefined) throw notFound('flow', params.id)
          const row =
            found.published === null ? undefined : await readMove(tx, tenant, params.id, found.published, 'wait')
          const wall = clock.wall()
          if (row === undefined || (row.state !== 'moving' && row.state !== 'moved')) throw notUndone()
          if (row.undoUntil.getTime() <= wall) throw notUndone()
          // The latest publish is the canary's: whoever takes back means that one, and would take back the one before.
          if ((await latestCanary(tx, tenant, params.id))?.state === 'running') throw canaryUnderWay()
          const { previous, version } = row
          const earlier = previous === null ? undefined : await readVersion(tx, tenant, params.id, previous)
          const flow = earlier === undefined ? undefined : compileVersion(earlier.graph)
          await setPublished(tx, tenant, params.id, previous, clock.now())
          const again = previous === null || flow === undefined ? null : { version: previous, flow }
          schedule(tx, tenant, params.id, again, clock.now())
          if (previous !== null) await resumeSearches(tx, tenant, params.id, previous, clock.now())
          const undoing = { ...row, state: 'undoing' as const, after: null, endedAt: null, why: [] }
          saveMove(tx, undoing)
          tx.schedule([moveRowOf(tenant, { flowId: params.id, version }, wall)])
          audit(
            tx,
            { identity, traceparent },
            {
              at: wall,
              action: 'flow.publish-undone',
              target: `flow:${params.id}`,
              before: { version },
              after: { version: previous },
            },
          )
          return moveView(undoing)
        }),
    }),
  ]
}
