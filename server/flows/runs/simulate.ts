import { Type } from '@sinclair/typebox'
import { contextKeyOf, loadContexts } from '#conversations/index.ts'
import { faultOf } from '#flows/authoring/routes.ts'
import { readFlow, readVersion } from '#flows/authoring/store.ts'
import { compileGraph } from '#flows/compile.ts'
import { addSpan, parseDuration } from '#flows/duration.ts'
import type { About, EventView, Facts, NotifyEffect, Outcome } from '#flows/run.ts'
import { createWorld } from '#flows/runs/world.ts'
import { type Scenario, simulate } from '#flows/simulator.ts'
import type { ChannelName, Notifier, NotifyRequest } from '#notifications/index.ts'
import type { Json } from '#platform/event.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound, Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

const text = (maxLength = 255) => Type.String({ minLength: 1, maxLength })
const anything = Type.Record(Type.String(), Type.Unknown())
const event = {
  type: text(),
  id: Type.Optional(text()),
  source: Type.Optional(text(2_048)),
  subject: Type.Optional(text(1_024)),
  data: Type.Optional(Type.Unknown()),
}
const outcome = Type.Object(
  {
    way: text(50),
    value: Type.Optional(Type.Unknown()),
    cause: Type.Optional(text(500)),
    after: Type.Optional(Type.String({ description: 'ISO 8601 duration; default none' })),
  },
  { additionalProperties: false },
)

const body = Type.Object(
  {
    event: Type.Object({ ...event, time: Type.Optional(text(40)) }, { additionalProperties: false }),
    laterEvents: Type.Optional(
      Type.Array(
        Type.Object(
          {
            ...event,
            at: Type.Optional(text(40)),
            after: Type.Optional(Type.String({ description: 'ISO 8601 duration since the first event' })),
          },
          { additionalProperties: false },
        ),
        { maxItems: 200 },
      ),
    ),
    contact: Type.Optional(anything),
    encounter: Type.Optional(anything),
    queue: Type.Optional(anything),
    outcomes: Type.Optional(
      Type.Record(Type.String(), Type.Array(outcome, { maxItems: 50 }), {
        description: 'By node: what its n-th visit comes to',
      }),
    ),
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'Default: the draft' })),
  },
  { additionalProperties: false },
)

type Body = {
  event: Incoming & { time?: string }
  laterEvents?: (Incoming & { at?: string; after?: string })[]
  contact?: { [name: string]: Json }
  encounter?: { [name: string]: Json }
  queue?: { [name: string]: Json }
  outcomes?: { [node: string]: { way: string; value?: Json; cause?: string; after?: string }[] }
  version?: number
}
type Incoming = { type: string; id?: string; source?: string; subject?: string; data?: Json }

function timeAt(path: string, value: string): number {
  const at = Date.parse(value)
  if (Number.isNaN(at)) throw invalid({ path, message: 'must be an RFC 3339 time' })
  return at
}

function durationAt(path: string, value: string, from: number): number {
  const span = parseDuration(value)
  if (span === null) throw invalid({ path, message: 'must be an ISO 8601 duration' })
  return addSpan(from, span)
}

/** Walks the draft, or a version, through a scenario. Nothing leaves and nothing is written. */
export function simulateRoute(runtime: Runtime, notifier: Notifier): Route {
  return route({
    method: 'POST',
    path: '/api/v1/flows/:id/simulate',
    permission: 'flows:read',
    tag: 'Flows',
    summary: 'Walk the draft through a scenario on a clock of its own',
    description:
      'Gives the path, the messages as their receivers would read them, and when each would go. Nothing leaves.',
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    body,
    handle: ({ identity, params, body: given }) =>
      runtime.database.asTenant(identity.tenant, (tx) => play(tx, identity.tenant, params.id, given as Body)),
  })

  async function play(db: Db, tenant: string, flowId: string, given: Body) {
    const stored =
      given.version === undefined
        ? (await readFlow(db, tenant, flowId))?.draft
        : (await readVersion(db, tenant, flowId, given.version))?.graph
    if (stored === undefined) throw notFound(given.version === undefined ? 'flow' : 'version', flowId)
    const { flow, faults = [] } = compileGraph(stored, { templates: await notifier.templates(db, tenant) })
    if (flow === undefined) {
      throw new Problem(422, 'flows/unfit', 'The graph cannot run, so it cannot be simulated.', {
        faults: faults.map(faultOf),
      })
    }
    const scenario = await scenarioOf(db, tenant, given)
    const world = createWorld(db)
    const concern = { tenant, about: scenario.about, flow }
    await world.load([concern])
    const { addBusinessTime } = world.env(concern)
    const previews: { request: NotifyRequest; at: number }[] = []
    const made = simulate(flow, scenario, {
      addBusinessTime,
      preview(effect, at) {
        previews.push({ request: requestOf(tenant, effect), at })
        return { preview: previews.length - 1 }
      },
    })
    const person = scenario.facts.contact as ({ id: string } & { [name: string]: Json }) | null
    const shown = await notifier.preview(db, previews, person ?? undefined)
    return {
      outcome: made.outcome,
      why: made.why,
      status: made.run?.status ?? null,
      failure: made.run?.failure ?? null,
      vars: made.run?.vars ?? {},
      path: made.steps.map((step) => ({ ...step, at: new Date(step.at).toISOString() })),
      sent: made.sent.map(({ at, nodeId, kind, detail }) => ({
        at: new Date(at).toISOString(),
        nodeId,
        kind,
        ...(kind === 'notify' ? { message: shown[(detail as { preview: number }).preview] } : { detail }),
      })),
    }
  }

  async function scenarioOf(db: Db, tenant: string, given: Body): Promise<Scenario> {
    const startAt = given.event.time === undefined ? runtime.clock.now() : timeAt('/event/time', given.event.time)
    const first = viewOf(given.event, startAt, 0)
    const about = aboutOf(given, first)
    const known = (await loadContexts(db, [{ tenant, ...about }])).get(contextKeyOf({ tenant, ...about }))
    const facts: Facts = {
      contact: merged(known?.contact, given.contact, about.contactId),
      encounter: merged(known?.encounter, given.encounter, about.encounterId),
      queue: merged(known?.queue, given.queue, about.queueId),
    }
    const later = (given.laterEvents ?? []).map((incoming, i) => {
      const path = `/laterEvents/${i}`
      if ((incoming.at === undefined) === (incoming.after === undefined))
        throw invalid({ path, message: 'needs either at or after' })
      const at =
        incoming.at !== undefined
          ? timeAt(`${path}/at`, incoming.at)
          : durationAt(`${path}/after`, incoming.after as string, startAt)
      return { at, event: viewOf({ subject: first.subject, ...incoming }, at, i + 1) }
    })
    const outcomes = new Map(
      Object.entries(given.outcomes ?? {}).map(([node, list]) => [
        node,
        list.map(({ way, value = {}, cause, after }, i) => ({
          after: after === undefined ? 0 : durationAt(`/outcomes/${node}/${i}/after`, after, 0),
          outcome: { way, value, ...(cause === undefined ? {} : { cause }) } satisfies Outcome,
        })),
      ]),
    )
    return { event: first, about, facts, later, outcomes }
  }
}

function viewOf({ type, id, source, subject, data }: Incoming, at: number, n: number): EventView {
  return {
    id: id ?? `simulated-${n}`,
    source: source ?? 'cauce:simulation',
    type,
    subject: subject ?? 'simulated',
    time: new Date(at).toISOString(),
    data: data ?? {},
  }
}

/** Whom the scenario is about: what its event names, else the people it was given. */
function aboutOf(given: Body, event: EventView): About {
  const data = typeof event.data === 'object' && event.data !== null && !Array.isArray(event.data) ? event.data : {}
  const name = (value: Json | undefined) => (typeof value === 'string' && value !== '' ? value : null)
  return {
    encounterId:
      name(data.encounter_id) ??
      name(given.encounter?.id) ??
      (event.type.startsWith('encounter.') ? event.subject : null),
    contactId: name(data.patient_id) ?? name(given.contact?.id),
    queueId: name(data.queue_id) ?? name(given.queue?.id),
  }
}

function merged(
  known: object | null | undefined,
  given: { [name: string]: Json } | undefined,
  id: string | null,
): Json {
  if (!known && given === undefined) return null
  return { id, ...(known as { [name: string]: Json } | null), ...given }
}

function requestOf(tenant: string, effect: NotifyEffect): NotifyRequest {
  const { template, content, deepLink } = effect
  return {
    tenant,
    id: effect.id,
    to: effect.to,
    ...(template === null ? {} : { template }),
    ...(content === null ? {} : { content: { format: 'liquid', ...content } }),
    channels: effect.channels as readonly ChannelName[],
    ...(deepLink === null ? {} : { deepLink }),
    scope: effect.scope,
  }
}
