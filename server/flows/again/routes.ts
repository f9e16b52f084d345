import { Type } from '@sinclair/typebox'
import { audit } from '#access/index.ts'
import { retryRuns } from '#flows/again/retry.ts'
import { wholeRuns } from '#flows/again/store.ts'
import { forkedAnswer, retriedAnswer } from '#flows/answers.ts'
import { MAX_VARS, TOO_MANY_VARS } from '#flows/compile.ts'
import { eventGone, runUnderWay, versionUnknown } from '#flows/errors.ts'
import { VARIABLE } from '#flows/nodes/fields.ts'
import { begun } from '#flows/runs/begun.ts'
import type { Catalog } from '#flows/runs/catalog.ts'
import { readRun } from '#flows/runs/shown/store.ts'
import { isKeyTaken } from '#flows/runs/store.ts'
import { createWorld } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import type { Notifier } from '#notifications/index.ts'
import { VALUE_LIMIT } from '#platform/cel/values.ts'
import type { Json } from '#platform/event.ts'
import { anyObject, uuidParams, versionNumber } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import { pointerPart } from '#platform/json-members.ts'
import { MAX_FAULTS } from '#platform/json-text.ts'
import { type Fault, invalid, notFound, says } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import { isStorableJson } from '#platform/storable.ts'
import type { Tx } from '#platform/work.ts'

/** Characters of what a fork is given. */
const MAX_GIVEN = 262_144
const VARIABLE_NAME = new RegExp(VARIABLE)

const fork = Type.Object(
  {
    nodeId: Type.String({ minLength: 1, maxLength: 100, description: 'The step that it begins at' }),
    vars: Type.Optional(
      Type.Unsafe<{ [name: string]: Json }>({ ...anyObject, description: 'Put over the variables of the run' }),
    ),
    data: Type.Optional(
      Type.Unknown({ description: 'What the new run sees as `event.data`; default: as the run does' }),
    ),
    version: Type.Optional(versionNumber({ description: 'Default: that of the run' })),
  },
  { additionalProperties: false },
)

/** What keeps a fork from keeping these variables: the limits are those of a flow's own. */
function varFaults(given: { readonly [name: string]: Json }, kept: { readonly [name: string]: Json }): Fault[] {
  const faults = Object.entries(given).flatMap(([name, value]): Fault[] => {
    const path = `/vars/${pointerPart(name)}`
    if (!VARIABLE_NAME.test(name)) return [{ path, ...says('is no name of a variable', 'no es un nombre de variable') }]
    if (JSON.stringify(value).length <= VALUE_LIMIT) return []
    return [
      {
        path,
        ...says(`must have at most ${VALUE_LIMIT} characters`, `debe tener como máximo ${VALUE_LIMIT} caracteres`),
      },
    ]
  })
  if (Object.keys({ ...kept, ...given }).length <= MAX_VARS) return faults.slice(0, MAX_FAULTS)
  return [{ path: '/vars', ...says(TOO_MANY_VARS.en, TOO_MANY_VARS.es) }]
}

/** Trying a failed run again, and going on from any run as another one. */
export function againRoutes(runtime: Runtime, catalog: Catalog, notifier: Notifier): Route[] {
  const { database, clock } = runtime
  return [
    route({
      method: 'POST',
      path: '/api/v1/runs/:id/retry',
      permission: 'flows:write',
      tag: 'Flows',
      summary: 'Try a failed run again from the step at which it failed',
      description:
        'The same run goes on. A call that may have arrived goes out under the same key, so that whoever honours it is not asked twice.',
      params: uuidParams,
      answer: retriedAnswer,
      refuses: [409],
      handle({ identity, params: { id }, traceparent }) {
        const { tenant } = identity
        const retry = async (tx: Tx) => {
          const flows = (await catalog.of(tx, [tenant])).get(tenant)
          const { retried, refused } = await retryRuns(tx, tenant, [id], { runtime, flows, notifier })
          const [record] = retried
          if (record === undefined) throw refused.get(id) ?? notFound('run', id)
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'run.retried',
              target: `run:${id}`,
              before: { failure: record.loaded?.failure },
            },
          )
          return { id, status: record.run.status }
        }
        return database.asTenant(tenant, retry).catch((error) => {
          throw isKeyTaken(error) ? runUnderWay() : error
        })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/runs/:id/fork',
      permission: 'flows:write',
      tag: 'Flows',
      summary: 'Begin a new run at a step of another, with changed data',
      description:
        'The run that it comes from stays as it is. The new one has keys of its own: whatever it sends is sent anew. It begins beside others of its key.',
      params: uuidParams,
      body: fork,
      answer: forkedAnswer,
      status: 201,
      idempotent: true,
      refuses: [409],
      handle: ({ identity, params: { id }, body, traceparent, newId, reply }) =>
        database.asTenant(identity.tenant, async (tx) => {
          const { tenant } = identity
          const given = JSON.stringify(body)
          if (given.length > MAX_GIVEN)
            throw invalid({
              path: '',
              ...says(`must have at most ${MAX_GIVEN} characters`, `debe tener como máximo ${MAX_GIVEN} caracteres`),
            })
          if (!isStorableJson(given)) {
            throw invalid({
              path: '',
              ...says('holds a text with a character that cannot be kept', 'tiene un carácter que no se puede guardar'),
            })
          }
          const [whole] = await wholeRuns(tx, tenant, [id])
          if (whole === undefined) throw notFound('run', id)
          const { record } = whole
          if (record === null) throw eventGone()
          const faults = varFaults(body.vars ?? {}, record.run.vars)
          if (faults.length > 0) throw invalid(...faults)
          const version = body.version ?? record.version
          const flow = (await catalog.of(tx, [tenant])).get(tenant)?.version(record.flowId, version)
          if (flow === undefined)
            throw body.version === undefined ? versionUnknown() : notFound('version', String(version))
          if (!flow.nodes.has(body.nodeId))
            throw invalid({ path: '/nodeId', ...says('is no step of that version', 'no es un paso de esa versión') })
          const runId = newId()
          const done = await readRun(tx, tenant, runId)
          if (done !== undefined) return { id: runId, status: done.status }
          const { run, flowId } = record
          const now = clock.now()
          const world = createWorld(tx, runtime)
          await world.load([{ tenant, about: run.about, flowId, flow }])
          const { data } = body
          const made = begun(
            {
              tenant,
              runId,
              event: {
                id: record.eventId,
                source: whole.source,
                subject: record.subject,
                position: record.eventPosition,
                hops: record.hops,
                traceparent: record.traceparent,
                cause: null,
              },
              view: data === undefined ? run.event : { ...run.event, data: data as Json },
              about: run.about,
              trigger: body.nodeId,
              root: record.root,
              vars: { ...run.vars, ...body.vars },
              from: { run: id, visits: run.visits, last: run.last, seen: run.seen },
              edited: run.edited === true || data !== undefined,
            },
            { flowId, version, flow },
            now,
            world,
          )
          made.lookAgain = true
          const writes = await prepareWrites([made], { db: tx, runtime, notifier, now })
          writes?.(tx)
          audit(
            tx,
            { identity, traceparent },
            {
              at: clock.wall(),
              action: 'run.forked',
              target: `run:${runId}`,
              after: {
                from: id,
                nodeId: body.nodeId,
                version,
                changed: Object.keys({ ...body.vars, ...(data === undefined ? {} : { data }) }),
              },
            },
          )
          reply.header('location', `/api/v1/runs/${runId}`)
          return { id: runId, status: made.run.status }
        }),
    }),
  ]
}
