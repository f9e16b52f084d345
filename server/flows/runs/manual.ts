import { Type } from '@sinclair/typebox'
import { cloudEventView, DEFAULT_SOURCE, FLOW_REQUESTED, FLOW_SOURCE, readEvents } from '#events/index.ts'
import { begunAnswer } from '#flows/answers.ts'
import { readFlow } from '#flows/authoring/store.ts'
import { runIdOf } from '#flows/beginning.ts'
import { notBegunByHand, runUnderWay } from '#flows/errors.ts'
import { keyOfStart } from '#flows/interpreter.ts'
import { aboutOf, completeAbouts } from '#flows/runs/about.ts'
import type { Catalog, Version } from '#flows/runs/catalog.ts'
import { runsByKey } from '#flows/runs/store.ts'
import { createWorld } from '#flows/runs/world.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { type Route, route } from '#platform/http/route.ts'
import { notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

const body = Type.Object(
  {
    input: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'What the run sees as `event.data`' }),
    ),
    subject: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'Whom it is about, an encounter for example; default: itself',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Begins a run of a published flow by hand: an event of its own in the log, which the flow alone answers to. */
export function manualRoute(runtime: Runtime, catalog: Catalog): Route {
  const { database, clock } = runtime
  return route({
    method: 'POST',
    path: '/api/v1/flows/:id/runs',
    permission: 'flows:run',
    tag: 'Flows',
    summary: 'Begin a run by hand',
    description:
      'For flows with a trigger that is `manual`. The request is durable when it is answered; the run is there a moment later, under the id that is given back.',
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    body,
    answer: begunAnswer,
    status: 202,
    idempotent: true,
    async handle({ identity, params, body: given, traceparent, chain, newId, reply }) {
      const { tenant } = identity
      const flowId = params.id
      const event = requestOf(given, {
        id: newId(),
        flowId,
        context: { tenant, now: clock.now(), origin: 'internal', traceparent, chain, defaultSource: DEFAULT_SOURCE },
      })
      const runId = runIdOf(tenant, flowId, event)
      await database.asTenant(tenant, async (tx) => {
        if ((await readFlow(tx, tenant, flowId)) === undefined) throw notFound('flow', flowId)
        const published = (await catalog.of(tx, [tenant])).get(tenant)?.published(flowId)
        if (!published?.flow.manual) throw notBegunByHand()
        if (await isTaken(tx, published, event, runId)) throw runUnderWay()
      })
      await runtime.appendEvent(event)
      reply.header('location', `/api/v1/runs/${runId}`)
      return { id: runId, eventId: event.id }
    },
  })

  /** Whether another run stands under the key that this one would have. */
  async function isTaken(db: Db, { flowId, flow }: Version, event: EventDraft, runId: string): Promise<boolean> {
    if (!flow.onePerKey) return false
    const { tenant } = event
    const told = { event, position: Number.MAX_SAFE_INTEGER, about: aboutOf(event) }
    await completeAbouts([told], db, clock.scale !== 1)
    const world = createWorld(db, runtime)
    const concern = { tenant, about: told.about, flowId, flow }
    await world.load([concern])
    const key = keyOfStart(flow, cloudEventView(event), world.facts(concern), clock.now())
    const runs = key === null ? [] : await runsByKey(db, [{ tenant, flowId, key }])
    return runs.some(({ run }) => run.id !== runId)
  }
}

type Origin = { id: string; flowId: string; context: Parameters<typeof readEvents>[1] }

/** The request as an event, read by the door's reader: what the log cannot keep is refused as there. */
function requestOf(given: { input?: { [name: string]: unknown }; subject?: string }, origin: Origin): EventDraft {
  const { id, flowId, context } = origin
  const [event] = readEvents(
    {
      contentType: 'application/json',
      headers: {},
      body: JSON.stringify({
        specversion: '1.0',
        id,
        source: FLOW_SOURCE,
        type: FLOW_REQUESTED,
        flowid: flowId,
        subject: given.subject ?? id,
        time: new Date(context.now).toISOString(),
        datacontenttype: 'application/json',
        data: (given.input ?? {}) as Json,
      }),
    },
    context,
  )
  return event as EventDraft
}
