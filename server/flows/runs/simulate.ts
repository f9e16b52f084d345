import { Type } from '@sinclair/typebox'
import { type ConversationContext, closingText, conversationTexts } from '#conversations/index.ts'
import { simulationAnswer } from '#flows/answers.ts'
import { outcomeFaults } from '#flows/asking.ts'
import { readFlow, readVersion } from '#flows/authoring/store.ts'
import { worldOf } from '#flows/authoring/world.ts'
import { compileGraph } from '#flows/compile.ts'
import { standingOf } from '#flows/entry/standing.ts'
import { rulesOf } from '#flows/entry/words.ts'
import { unfit } from '#flows/errors.ts'
import type { Flow } from '#flows/flow.ts'
import type { Graph } from '#flows/graph.ts'
import { keyOfStart } from '#flows/interpreter.ts'
import type { Rehearsals, Turns } from '#flows/rehearsal.ts'
import type { Outcome } from '#flows/run.ts'
import type { Catalog, TenantFlows } from '#flows/runs/catalog.ts'
import { notifyRequestOf } from '#flows/runs/notify-request.ts'
import { failureView } from '#flows/runs/routes.ts'
import { type Body, scenarioOf } from '#flows/runs/scenario.ts'
import { unableOf } from '#flows/runs/unable.ts'
import { createWorld } from '#flows/runs/world.ts'
import { type Scenario, type Simulation, simulation, suppressed } from '#flows/simulator.ts'
import { timeline } from '#flows/timeline.ts'
import {
  type ChannelName,
  escalationOf,
  type Notifier,
  type NotifyRequest,
  type Preview,
  type PreviewItem,
} from '#notifications/index.ts'
import type { Json } from '#platform/event.ts'
import { anyObject, versionNumber } from '#platform/http/answer-fields.ts'
import { type Route, route } from '#platform/http/route.ts'
import { invalid, notFound } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'

const text = (maxLength = 255) => Type.String({ minLength: 1, maxLength })
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
    contact: Type.Optional(anyObject),
    encounter: Type.Optional(anyObject),
    queue: Type.Optional(anyObject),
    outcomes: Type.Optional(
      Type.Record(Type.String(), Type.Array(outcome, { maxItems: 50 }), {
        description: 'By node: what its n-th visit comes to',
      }),
    ),
    useDraft: Type.Optional(Type.Boolean({ description: 'false: the published version' })),
    version: Type.Optional(versionNumber({ description: 'Default: the draft' })),
  },
  { additionalProperties: false },
)

const READ_BY_PEOPLE: ReadonlySet<string> = new Set(['notify', 'message'])

/** Walks the draft, or a version, through a scenario. Nothing leaves and nothing is written. */
export function simulateRoute(runtime: Runtime, catalog: Catalog, notifier: Notifier, rehearsals: Rehearsals): Route {
  const { database } = runtime
  return route({
    method: 'POST',
    path: '/api/v1/flows/:id/simulate',
    permission: 'flows:read',
    tag: 'Flows',
    summary: 'Walk the draft through a scenario on a clock of its own',
    description:
      'Gives the path, the messages as their receivers would read them, and when each would go. Nothing leaves. It may take 2 s of computing; a tenant has two at once.',
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    body,
    answer: simulationAnswer,
    refuses: [422],
    handle: ({ identity: { tenant }, params, body: given, left }) =>
      rehearsals.hold(tenant, left(), (turns) => play(turns, tenant, params.id, given as Body)),
  })

  /** Reads in short transactions, and plays outside of them: a long walk holds no connection that others wait for. */
  async function play(turns: Turns, tenant: string, flowId: string, given: Body) {
    const { graph, judgedBy, winners, others } = await database.asTenant(tenant, (tx) =>
      read(tx, tenant, flowId, given),
    )
    const { flow: compiled, faults = [] } = compileGraph(graph, judgedBy)
    if (compiled === undefined) throw unfit(faults)
    const flow = { ...compiled, winners: winners ?? compiled.winners }
    const misnamed = outcomeFaults(flow, given.outcomes, true)
    if (misnamed.length > 0) throw invalid(...misnamed)
    const { scenario, env } = await database.asTenant(tenant, async (tx) => {
      const made = await scenarioOf(tx, runtime.clock, tenant, given)
      const world = createWorld(tx, runtime)
      const concern = { tenant, about: made.about, flowId, flow }
      await world.load(ledTo(flow, others).map((called) => ({ ...concern, flow: called })))
      const startAt = Date.parse(made.event.time)
      const key = keyOfStart(flow, made.event, made.facts, startAt)
      const standing = await standingOf(tx, concern, key, startAt)
      return { scenario: made, env: { ...world.env(concern), ...(standing === undefined ? {} : { standing }) } }
    })
    const person = (scenario.facts.contact ?? undefined) as ({ id: string } & { [name: string]: Json }) | undefined
    const preview = async (item: PreviewItem) => {
      turns.check()
      return (await database.asTenant(tenant, (tx) => notifier.preview(tx, [item], person)))[0] as Preview
    }
    const taken: { request: NotifyRequest; channel: ChannelName; at: number }[] = []
    /** What is asked of the channels after those that nobody answered on. */
    const goingOn = new Map<string, NotifyRequest>()
    /** Who has a dedupe key: where, and by which effect. What told nobody anything gives it back. */
    const holders = new Map<string, { nodeId: string; id: string }>()
    const waited = new Map<string, { since: string; reason: string | null }>()
    const walk = simulation(flow, scenario, { ...env, flowOf: (id) => others?.published(id)?.flow })
    let step = await turns.on(walk)
    while (!step.done) {
      const { effect, at, nodeId, scripted, withheld, goneOn } = step.value
      const request = goingOn.get(`${effect.id}/${goneOn}`) ?? notifyRequestOf(tenant, effect.id, effect, scenario)
      const key = goneOn === 0 ? effect.dedupeKey : null
      const holder = key === null || scripted !== null ? undefined : holders.get(key)
      const repeats = holder === undefined || holder.id === effect.id ? null : `the same as ${holder.nodeId}`
      const unwanted = repeats ?? withheld
      // What the scenario has an answer for is not judged.
      const read = await preview({ request, at, ...(scripted === null ? { taken } : {}) })
      if (key !== null && unwanted === null) holders.set(key, { nodeId, id: effect.id })
      if (read.heldUntil !== null && unwanted === null) {
        if (!waited.has(request.id)) waited.set(request.id, { since: new Date(at).toISOString(), reason: read.reason })
        step = await turns.on(walk, { heldUntil: read.heldUntil })
        continue
      }
      const held = waited.get(request.id)
      const told = toldOf({ ...read, ...(held === undefined ? {} : { held }) }, unwanted, scripted)
      const { channel } = told.shown
      const isSent = (scripted?.way ?? told.outcome.way) === 'sent'
      if (key !== null && !isSent && holders.get(key)?.id === effect.id) holders.delete(key)
      const taker = isSent ? channel : null
      const next = taker === null ? null : escalationOf({ request, tried: request.channels.indexOf(taker) }, at)
      if (taker !== null) taken.push({ request, channel: taker, at })
      if (next !== null) goingOn.set(`${effect.id}/${goneOn + 1}`, next.request)
      step = await turns.on(walk, next === null ? told : { ...told, goesOn: { at: next.at, unless: unlessOf(next) } })
    }
    const made = step.value
    const closings =
      made.closings.length === 0
        ? []
        : await database.asTenant(tenant, (tx) =>
            closingTexts(tx, tenant, scenario.facts, made.closings, env.lastResort),
          )
    const sent = made.sent.map(({ at, nodeId, kind, detail }) => ({
      at: new Date(at).toISOString(),
      nodeId,
      kind,
      ...(detail as object),
    }))
    return {
      outcome: made.outcome,
      why: made.why?.en ?? null,
      whySays: made.why,
      status: made.run?.status ?? null,
      failure: failureView(made.run?.failure ?? null),
      vars: made.run?.vars ?? {},
      entry:
        made.entry === null
          ? null
          : {
              begins: made.entry.at === null ? null : new Date(made.entry.at).toISOString(),
              says: [...made.entry.says],
              rules: rulesOf((graph as Graph).settings ?? {}),
            },
      startAt: scenario.event.time,
      later: scenario.later.map(({ at, event: { type, data } }) => ({ at: new Date(at).toISOString(), type, data })),
      path: timeline(made.steps),
      messages: [...sent.filter(({ kind }) => READ_BY_PEOPLE.has(kind)), ...closings].sort((a, b) =>
        a.at < b.at ? -1 : Number(a.at > b.at),
      ),
      effects: sent.filter(({ kind }) => !READ_BY_PEOPLE.has(kind)),
    }
  }

  async function read(db: Db, tenant: string, flowId: string, given: Body) {
    const found = await readFlow(db, tenant, flowId)
    if (found === undefined) throw notFound('flow', flowId)
    const version = given.version ?? (given.useDraft === false ? found.published : null)
    const graph = version === null ? found.draft : (await readVersion(db, tenant, flowId, version))?.graph
    if (graph === undefined) throw notFound('version', String(version))
    const judgedBy = await worldOf(db, tenant, graph, notifier, unableOf(runtime))
    const others = (await catalog.of(db, [tenant])).get(tenant)
    // A draft would be a new experiment.
    const winners = version === null ? undefined : others?.version(flowId, version)?.winners
    return { graph, judgedBy, winners, others }
  }
}

/** What the person reads in the conversation where it is closed. */
async function closingTexts(
  db: Db,
  tenant: string,
  { contact, encounter, queue }: Scenario['facts'],
  closings: Simulation['closings'],
  lastResort: string,
) {
  const texts = await conversationTexts(db, tenant)
  return closings.map(({ at, nodeId, effect }) => ({
    at: new Date(at).toISOString(),
    nodeId,
    kind: 'close',
    channel: 'chat',
    text: closingText({ contact, encounter, queue } as ConversationContext, effect, texts, lastResort),
  }))
}

/** A flow, with those that its steps begin, and that those begin: what is read for them is read for all. */
function ledTo(flow: Flow, others: TenantFlows | undefined): Flow[] {
  const found = new Set([flow])
  for (const { flows } of found) {
    for (const id of flows) {
      const called = others?.published(id)?.flow
      if (called !== undefined) found.add(called)
    }
  }
  return [...found]
}

/** What production would make of a notification that reads like this. */
function toldOf(read: Preview, withheld: string | null, scripted: Outcome | null) {
  if (scripted !== null) {
    // It reads as it would, and comes to what the scenario says.
    const { way, cause = null } = scripted
    const shown = {
      ...read,
      channel: way === 'sent' ? read.channel : null,
      outcome: way,
      reason: cause,
      heldUntil: null,
    }
    return { shown, detail: shown as unknown as Json, outcome: scripted }
  }
  const unsent = { channel: null, reason: withheld, outcome: 'suppressed' as const, heldUntil: null }
  const shown = withheld === null ? read : { ...read, ...unsent }
  const { channel, reason } = shown
  const value = { notificationId: null, channel, reason }
  if (withheld !== null) return { shown, detail: shown as unknown as Json, outcome: suppressed(withheld) }
  const outcome: Outcome = {
    way: read.outcome ?? 'failed',
    value,
    ...(channel === null && reason !== null ? { cause: reason } : {}),
  }
  return { shown, detail: shown as unknown as Json, outcome }
}

/** What makes needless that a message goes on. */
const unlessOf = ({ request: { stillTrue } }: { request: NotifyRequest }) =>
  stillTrue === undefined ? null : { quietSince: stillTrue.quietSince ?? null }
