import { Type } from '@sinclair/typebox'
import { contextKeyOf, loadContexts } from '#conversations/index.ts'
import { readFlow, readVersion } from '#flows/authoring/store.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { compileGraph } from '#flows/compile.ts'
import { unfit } from '#flows/errors.ts'
import { inventedEvent } from '#flows/incoming.ts'
import type { About, EventView, Facts, NotifyEffect, Outcome } from '#flows/run.ts'
import { createWorld } from '#flows/runs/world.ts'
import { type Scenario, simulate } from '#flows/simulator.ts'
import { timeline } from '#flows/timeline.ts'
import type { ChannelName, Notifier, NotifyRequest } from '#notifications/index.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

const text = (maxLength = 255) => Type.String({ minLength: 1, maxLength })
const anything = Type.Record(Type.String(), Type.Unknown())
const event = Type.Record(Type.String(), Type.Unknown(), {
  description: 'In any form, or only with what matters: { type, subject?, data?, time? }',
})
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
    event,
    laterEvents: Type.Optional(
      Type.Array(event, {
        maxItems: 200,
        description:
          'Each with `at` (a time) or `after` (an ISO 8601 duration since the first event), beside or around `event`',
      }),
    ),
    contact: Type.Optional(anything),
    encounter: Type.Optional(anything),
    queue: Type.Optional(anything),
    outcomes: Type.Optional(
      Type.Record(Type.String(), Type.Array(outcome, { maxItems: 50 }), {
        description: 'By node: what its n-th visit comes to',
      }),
    ),
    useDraft: Type.Optional(Type.Boolean({ description: 'false: the published version' })),
    version: Type.Optional(Type.Integer({ minimum: 1, description: 'Default: the draft' })),
  },
  { additionalProperties: false },
)

type Body = {
  event: Members
  laterEvents?: Members[]
  contact?: { [name: string]: Json }
  encounter?: { [name: string]: Json }
  queue?: { [name: string]: Json }
  outcomes?: { [node: string]: { way: string; value?: Json; cause?: string; after?: string }[] }
  useDraft?: boolean
  version?: number
}
type Members = { [name: string]: Json }

/** Years beyond this no clock of ours shows. */
const MAX_TIME = 253_402_300_799_999

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

const READ_BY_PEOPLE: ReadonlySet<string> = new Set(['notify', 'message'])

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
    const found = await readFlow(db, tenant, flowId)
    if (found === undefined) throw notFound('flow', flowId)
    const version = given.version ?? (given.useDraft === false ? found.published : null)
    const stored = version === null ? found.draft : (await readVersion(db, tenant, flowId, version))?.graph
    if (stored === undefined) throw notFound('version', String(version))
    const { flow, faults = [] } = compileGraph(stored, await worldOf(db, tenant, stored, notifier))
    if (flow === undefined) throw unfit(faults)
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
    const sent = made.sent.map(({ at, nodeId, kind, detail }) => ({
      at: new Date(at).toISOString(),
      nodeId,
      kind,
      ...((kind === 'notify' ? shown[(detail as { preview: number }).preview] : detail) as object),
    }))
    return {
      outcome: made.outcome,
      why: made.why,
      status: made.run?.status ?? null,
      failure: made.run?.failure ?? null,
      vars: made.run?.vars ?? {},
      path: timeline(made.steps),
      messages: sent.filter(({ kind }) => READ_BY_PEOPLE.has(kind)),
      effects: sent.filter(({ kind }) => !READ_BY_PEOPLE.has(kind)),
    }
  }

  async function scenarioOf(db: Db, tenant: string, given: Body): Promise<Scenario> {
    const first = eventOf('/event', given.event, 0, 'simulated', runtime.clock.now())
    const about = aboutOf(given, first)
    const known = (await loadContexts(db, [{ tenant, ...about }])).get(contextKeyOf({ tenant, ...about }))
    const facts: Facts = {
      contact: merged(known?.contact, given.contact, about.contactId),
      encounter: merged(known?.encounter, given.encounter, about.encounterId),
      queue: merged(known?.queue, given.queue, about.queueId),
    }
    const later = (given.laterEvents ?? []).map((item, i) => laterEvent(`/laterEvents/${i}`, item, i + 1, first))
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

function eventOf(path: string, members: Members, n: number, subject: string, usually: number): EventView {
  const made = inventedEvent(members, n, subject)
  if (made === null) throw invalid({ path: `${path}/type`, message: 'must be a text' })
  const at = made.at ?? usually
  if (Number.isNaN(at) || Math.abs(at) > MAX_TIME)
    throw invalid({ path: `${path}/time`, message: 'must be an RFC 3339 time' })
  return { ...made.view, time: new Date(at).toISOString() }
}

function laterEvent(path: string, item: Members, n: number, first: EventView): { at: number; event: EventView } {
  const { at, after, ...own } = item
  const members = typeof own.event === 'object' && own.event !== null && !Array.isArray(own.event) ? own.event : own
  const startAt = Date.parse(first.time)
  if (typeof after === 'string') {
    const then = durationAt(`${path}/after`, after, startAt)
    return {
      at: then,
      event: { ...eventOf(path, members, n, first.subject, then), time: new Date(then).toISOString() },
    }
  }
  if (at !== undefined) {
    const then = typeof at === 'number' ? at : timeAt(`${path}/at`, String(at))
    return { at: then, event: eventOf(path, members, n, first.subject, then) }
  }
  const event = eventOf(path, members, n, first.subject, Number.NaN)
  return { at: Date.parse(event.time), event }
}

/** Id of a person who is described without one. */
const DESCRIBED = 'simulated'

/** Whom the scenario is about: what its event names, else the people it was given. */
function aboutOf(given: Body, event: EventView): About {
  const data = typeof event.data === 'object' && event.data !== null && !Array.isArray(event.data) ? event.data : {}
  const name = (value: Json | undefined) => (typeof value === 'string' && value !== '' ? value : null)
  return {
    encounterId:
      name(data.encounter_id) ??
      name(given.encounter?.id) ??
      (event.type.startsWith('encounter.') ? event.subject : null),
    contactId: name(data.patient_id) ?? name(given.contact?.id) ?? (given.contact === undefined ? null : DESCRIBED),
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
