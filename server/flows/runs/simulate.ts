import { setImmediate } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import { contextKeyOf, loadContexts } from '#conversations/index.ts'
import { cloudEventView } from '#events/index.ts'
import { simulationAnswer } from '#flows/answers.ts'
import { readFlow, readVersion } from '#flows/authoring/store.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { compileGraph } from '#flows/compile.ts'
import { unfit } from '#flows/errors.ts'
import { inventedEvent } from '#flows/incoming.ts'
import type { About, EventView, Outcome } from '#flows/run.ts'
import { aboutOf, completeAbouts } from '#flows/runs/about.ts'
import type { Catalog } from '#flows/runs/catalog.ts'
import { escalations, type Taken } from '#flows/runs/escalations.ts'
import { notifyRequestOf } from '#flows/runs/notify-request.ts'
import { unableOf } from '#flows/runs/unable.ts'
import { createWorld, inSilence } from '#flows/runs/world.ts'
import { type Asked, type Scenario, type Simulation, simulation, type Told } from '#flows/simulator.ts'
import { timeline } from '#flows/timeline.ts'
import type { Notifier, NotifyRequest, Preview } from '#notifications/index.ts'
import { addSpan, parseDuration } from '#platform/duration.ts'
import type { EventDraft, Json } from '#platform/event.ts'
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
export function simulateRoute(runtime: Runtime, catalog: Catalog, notifier: Notifier): Route {
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
    answer: simulationAnswer,
    refuses: [422],
    handle: ({ identity, params, body: given }) =>
      runtime.database.asTenant(identity.tenant, (tx) => play(tx, identity.tenant, params.id, given as Body)),
  })

  async function play(db: Db, tenant: string, flowId: string, given: Body) {
    const found = await readFlow(db, tenant, flowId)
    if (found === undefined) throw notFound('flow', flowId)
    const version = given.version ?? (given.useDraft === false ? found.published : null)
    const stored = version === null ? found.draft : (await readVersion(db, tenant, flowId, version))?.graph
    if (stored === undefined) throw notFound('version', String(version))
    const { flow, faults = [] } = compileGraph(stored, await worldOf(db, tenant, stored, notifier, unableOf(runtime)))
    if (flow === undefined) throw unfit(faults)
    const scenario = await scenarioOf(db, tenant, given)
    const world = createWorld(db, runtime)
    const concern = { tenant, about: scenario.about, flowId, flow }
    await world.load([concern])
    const env = world.env(concern)
    const person = (scenario.facts.contact ?? undefined) as ({ id: string } & { [name: string]: Json }) | undefined
    const preview = async (request: NotifyRequest, at: number) =>
      (await notifier.preview(db, [{ request, at }], person))[0] as Preview
    const taken: Taken[] = []
    const others = (await catalog.of(db, [tenant])).get(tenant)
    const flowOf = (id: string) => others?.published(id)?.flow
    const made = await walked(
      simulation(flow, scenario, { ...env, flowOf }),
      async ({ effect, at, nodeId, scripted }) => {
        const request = notifyRequestOf(tenant, effect.id, effect, scenario)
        const told = toldOf(await preview(request, at))
        const { channel } = told.shown
        if (channel !== null && (scripted ?? told.outcome.way) === 'sent') taken.push({ request, channel, at, nodeId })
        return told
      },
    )
    const followed = await escalations(taken, made, scenario.later, preview)
    const sent = [...made.sent, ...followed]
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, nodeId, kind, detail }) => ({
        at: new Date(at).toISOString(),
        nodeId,
        kind,
        ...(detail as object),
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
    const first = firstEvent(tenant, given.event, runtime.clock.now())
    const about = await aboutIn(db, first, given)
    const known = (await loadContexts(db, [{ tenant, ...about }])).get(contextKeyOf({ tenant, ...about }))
    const facts = known === undefined ? null : inSilence(known, about.silence)
    const later = (given.laterEvents ?? []).map((item, i) =>
      laterEvent(tenant, `/laterEvents/${i}`, item, i + 1, first),
    )
    const outcomes = new Map(
      Object.entries(given.outcomes ?? {}).map(([node, list]) => [
        node,
        list.map(({ way, value = {}, cause, after }, i) => ({
          after: after === undefined ? 0 : durationAt(`/outcomes/${node}/${i}/after`, after, 0),
          outcome: { way, value, ...(cause === undefined ? {} : { cause }) } satisfies Outcome,
        })),
      ]),
    )
    return {
      event: cloudEventView(first),
      about,
      facts: {
        contact: merged(facts?.contact, given.contact, about.contactId),
        encounter: merged(facts?.encounter, given.encounter, about.encounterId),
        queue: merged(facts?.queue, given.queue, about.queueId),
      },
      later,
      outcomes,
    }
  }

  /** Whom the scenario is about: found as for a real event, else the people that were described. */
  async function aboutIn(db: Db, event: EventDraft, { contact, encounter, queue }: Body): Promise<About> {
    const told = { event, position: Number.MAX_SAFE_INTEGER, about: aboutOf(event) }
    const described = told.about.encounterId === null && encounter !== undefined
    if (described) told.about = { ...told.about, encounterId: idOf(encounter) ?? event.subject }
    await completeAbouts([told], db, runtime.clock.scale !== 1)
    return {
      ...told.about,
      contactId: told.about.contactId ?? idOf(contact) ?? (contact === undefined ? null : DESCRIBED),
      queueId: told.about.queueId ?? idOf(queue),
    }
  }
}

/** Id of a person who is described without one. */
const DESCRIBED = 'simulated'

const idOf = (described: { [name: string]: Json } | undefined): string | null =>
  typeof described?.id === 'string' && described.id !== '' ? described.id : null

/** What production would make of a notification that reads like this. */
function toldOf(shown: Preview): Told & { shown: Preview } {
  const { channel, reason } = shown
  const value = { notificationId: null, channel, reason }
  const outcome: Outcome =
    channel === null ? { way: 'failed', value, ...(reason === null ? {} : { cause: reason }) } : { way: 'sent', value }
  return { shown, detail: shown as unknown as Json, outcome }
}

/** Long walks let others through. */
const TURN_MS = 10

async function walked(walk: ReturnType<typeof simulation>, tell: (asked: Asked) => Promise<Told>): Promise<Simulation> {
  let since = performance.now()
  let step = walk.next()
  while (!step.done) {
    if (step.value !== null) step = walk.next(await tell(step.value))
    else {
      if (performance.now() - since > TURN_MS) {
        await setImmediate()
        since = performance.now()
      }
      step = walk.next()
    }
  }
  return step.value
}

function firstEvent(tenant: string, members: Members, now: number): EventDraft {
  return inTime(
    '/event',
    inventedEvent(tenant, members, '/event', { id: 'simulated-0', subject: 'simulated', at: now }),
  )
}

function inTime(path: string, event: EventDraft): EventDraft {
  if (Math.abs(event.occurredAt) > MAX_TIME)
    throw invalid({ path: `${path}/time`, message: 'must be before the year 10000' })
  return event
}

function laterEvent(
  tenant: string,
  path: string,
  item: Members,
  n: number,
  first: EventDraft,
): { at: number; event: EventView } {
  const { at, after, ...own } = item
  const inside = typeof own.event === 'object' && own.event !== null && !Array.isArray(own.event)
  const [members, where] = inside ? [own.event as Members, `${path}/event`] : [own, path]
  const then =
    typeof after === 'string'
      ? durationAt(`${path}/after`, after, first.occurredAt)
      : at === undefined
        ? null
        : typeof at === 'number'
          ? at
          : timeAt(`${path}/at`, String(at))
  if (then === null && !['time', 'occurredAt', 'datetime'].some((name) => members[name] !== undefined)) {
    throw invalid({ path: `${path}/after`, message: 'is required, or at, or a time of the event' })
  }
  const event = inventedEvent(tenant, members, where, {
    id: `simulated-${n}`,
    subject: first.subject,
    at: then ?? first.occurredAt,
  })
  // `after` moves an event that says a time of its own; `at` says when it is heard.
  const told = typeof after === 'string' && then !== null ? { ...event, occurredAt: then } : event
  return { at: then ?? event.occurredAt, event: cloudEventView(inTime(where, told)) }
}

function merged(known: Json | undefined, given: { [name: string]: Json } | undefined, id: string | null): Json {
  if (!known && given === undefined) return null
  return { id, ...(known as { [name: string]: Json } | null), ...given }
}
