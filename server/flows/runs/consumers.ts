import { countedAt } from '#conversations/index.ts'
import { readyForDeliveries } from '#deliveries/index.ts'
import { cloudEventView } from '#events/index.ts'
import { flowAsked, runIdOf } from '#flows/beginning.ts'
import { TOO_DEEP } from '#flows/calling.ts'
import { endsRuns, hearsOfPerson } from '#flows/cancelling.ts'
import type { Cel, Scope } from '#flows/cel.ts'
import { type Arrivals, arrivals } from '#flows/entry/arrivals.ts'
import { entryOf } from '#flows/entry/entry.ts'
import type { Flow } from '#flows/flow.ts'
import { keyOfStart, triggerFor } from '#flows/interpreter.ts'
import { keyFor } from '#flows/nodes/wait-for-event.ts'
import { type OutcomeNews, outcomeNews } from '#flows/proof/news.ts'
import { type About, type Caller, type EventView, type Facts, waitsOf } from '#flows/run.ts'
import { completeAbouts } from '#flows/runs/about.ts'
import { advanceRecord, giveWay } from '#flows/runs/advancing.ts'
import { begun } from '#flows/runs/begun.ts'
import { type Cascades, createCascades } from '#flows/runs/cascades.ts'
import type { Catalog, TenantFlows, Triggered, Version } from '#flows/runs/catalog.ts'
import { type Concerned, concern, isOfItsSide } from '#flows/runs/concern.ts'
import type { RecentRuns } from '#flows/runs/recent.ts'
import type { RunRecord } from '#flows/runs/record.ts'
import { indexRuns, type RunIndex } from '#flows/runs/run-index.ts'
import { type KeyWanted, type PersonWanted, rootsOf, runsById, runsByKey, runsByPerson } from '#flows/runs/store.ts'
import { answerRow } from '#flows/runs/timers.ts'
import { untilHeard } from '#flows/runs/unheard.ts'
import { type Concern, createWorld, type World } from '#flows/runs/world.ts'
import { prepareWrites } from '#flows/runs/writer.ts'
import { isFromBefore, makesRoom } from '#flows/silences.ts'
import type { Notifier } from '#notifications/index.ts'
import { turns } from '#platform/effort.ts'
import type { LogEvent } from '#platform/event.ts'
import { isUuid } from '#platform/ids.ts'
import type { Consumer, Runtime } from '#platform/service.ts'
import type { DueEntry } from '#platform/work.ts'

/** An event that concerns some flow, with all that is needed to decide. */
type Work = {
  event: LogEvent
  view: EventView
  about: About
  /** The visit of another run that asks for one, and waits for it. */
  caller: Caller | null
  triggered: readonly Triggered[]
  refusal: string | null
  flows: TenantFlows
  listening: readonly Listening[]
  starts: readonly { at: Triggered; key: string | null; facts: Facts }[]
}

/** A version whose runs may be concerned. */
type Listening = {
  at: Version
  keys: readonly string[]
  /** Whose runs of that version it may end; null: nobody's. */
  person: string | null
  /** The key under which the event is the goal of that version; null: it is not. */
  goal: string | null
}

/** Starts runs and hands events to those that listen. */
export function flowsConsumer(
  runtime: Pick<Runtime, 'database' | 'clock' | 'logger' | 'metrics' | 'settings' | 'publicUrl'>,
  catalog: Catalog,
  notifier: Notifier,
  recent: RecentRuns,
): Consumer {
  const cascades = createCascades(runtime)
  /** Events count from receipt (on a scaled clock). */
  const byReceipt = runtime.clock.scale !== 1
  return {
    name: 'flows',
    required: true,
    batch: 200,
    ready: () => readyForDeliveries(runtime),
    async handle(events, db, now, signal) {
      const flows = await catalog.of(db, [...new Set(events.map((event) => event.tenant))])
      const concerned = events.flatMap((event) => {
        const found = concern(event, flows.get(event.tenant), cascades)
        return found === null ? [] : [found]
      })
      const news = outcomeNews()
      for (const event of events) if (flows.get(event.tenant)?.keepsOutcomes === true) news.heard(event)
      if (concerned.length === 0) return news.isEmpty() ? null : news.write
      const callers = indexRuns(await runsById(db, concerned.flatMap(callingRun)))
      for (const item of concerned) {
        const calling = item.caller === null ? undefined : callers.byId(item.event.tenant, item.caller.runId)
        // What another run asked for is about the same people.
        if (calling !== undefined) item.about = calling.run.about
      }
      await completeAbouts(concerned, db, byReceipt)
      const concerns = concerned.flatMap(({ event, about, triggered, listening }) =>
        [...triggered, ...listening].map(({ flowId, flow }) => ({ tenant: event.tenant, about, flowId, flow })),
      )
      let world = createWorld(db, runtime)
      await world.load(concerns)
      if (await untilHeard(concerned, world, db, signal)) {
        world = createWorld(db, runtime)
        await world.load(concerns)
      }
      const work = concerned.map((item) => withKeys(item, world, now, runtime.logger))
      const runs = indexRuns(await runsByKey(db, keysWanted(work)))
      const others = [...callers.all, ...(await runsByPerson(db, personsWanted(work)))]
      for (const record of others) if (runs.byId(record.tenant, record.run.id) === undefined) runs.add(record)
      await world.load(
        [...runs.all].flatMap((record) => {
          const flow = flows.get(record.tenant)?.version(record.flowId, record.version)
          if (flow === undefined) return []
          const { tenant, flowId, run } = record
          return [{ tenant, about: run.about, flowId, flow } satisfies Concern]
        }),
      )
      const roots = await rootsOf(db, work.flatMap(causingRun))
      const started = cascades.batch()
      const refused: DueEntry[] = []
      const entries = arrivals()
      const around = { roots, started, refused, entries, news, byReceipt }
      const rest = turns()
      for (const item of work) {
        handleEvent(item, runs, world, now, around)
        const pause = rest()
        if (pause !== undefined) await pause
      }
      const writes = await prepareWrites([...runs.all], { db, runtime, notifier, recent, now })
      const entered = entries.writes(now)
      if (writes === null && entered === null && refused.length === 0 && news.isEmpty()) return null
      return (tx) => {
        writes?.(tx)
        // After the runs, as whoever wakes them does; what they have just entered is there.
        news.write(tx)
        entered?.(tx)
        tx.schedule(refused)
        tx.afterCommit(started.counted)
      }
    },
  }
}

const scopeOf = (event: EventView, facts: Facts, now: number): Scope => ({
  event,
  last: null,
  ...facts,
  vars: {},
  now: new Date(now),
})

function keysOf(flow: Flow, view: EventView, facts: Facts, now: number): string[] {
  const expressions: readonly (Cel | null)[] = flow.listens.get(view.type) ?? []
  const keys = expressions.map((key) => keyFor(key, view, scopeOf(view, facts, now)))
  return [...new Set(keys.filter((key) => key !== null))]
}

/** The key of the runs whose goal the event is; null: it is nobody's. */
const goalKey = ({ goal, key }: Flow, view: EventView, facts: Facts, now: number): string | null =>
  goal?.event === view.type ? keyFor(key, view, scopeOf(view, facts, now)) : null

/** Decides which runs an event would start, and under which keys others may wait for it. */
function withKeys(item: Concerned, world: World, now: number, logger: Runtime['logger']): Work {
  const { event, about } = item
  const { tenant } = event
  const view = cloudEventView(event)
  const starts = item.triggered.flatMap((at) => {
    if (!isOfItsSide(at, item, view, world, now)) return []
    const facts = world.facts({ tenant, about, ...at })
    const trigger = triggerFor(at.triggers, view, facts, now, (nodeId, cause) =>
      logger.debug(
        { tenantId: tenant, eventId: event.id, flowId: at.flowId, nodeId, cause },
        'a trigger could not be judged',
      ),
    )
    return trigger === null
      ? []
      : [{ at: { ...at, triggers: [trigger] }, key: keyOfStart(at.flow, view, facts, now), facts }]
  })
  const listening = item.listening.map((at) => {
    const facts = world.facts({ tenant, about, ...at })
    const person = hearsOfPerson(at.flow, view.type) ? about.contactId : null
    return { at, keys: keysOf(at.flow, view, facts, now), person, goal: goalKey(at.flow, view, facts, now) }
  })
  return { ...item, view, starts, listening }
}

function keysWanted(work: readonly Work[]): KeyWanted[] {
  const wanted = new Map<string, KeyWanted>()
  const want = (tenant: string, flowId: string, key: string) =>
    wanted.set(`${tenant}\n${flowId}\n${key}`, { tenant, flowId, key })
  for (const { event, starts, listening } of work) {
    for (const { at, keys } of listening) for (const key of keys) want(event.tenant, at.flowId, key)
    for (const { at, key } of starts) if (key !== null && at.flow.onePerKey) want(event.tenant, at.flowId, key)
  }
  return [...wanted.values()]
}

function personsWanted(work: readonly Work[]): PersonWanted[] {
  const wanted = new Map<string, PersonWanted>()
  for (const { event, listening } of work) {
    for (const { at, person } of listening) {
      if (person === null) continue
      const { tenant } = event
      wanted.set(`${tenant}\n${at.flowId}\n${person}`, { tenant, flowId: at.flowId, person })
    }
  }
  return [...wanted.values()]
}

/** The run that told the event which would start another. */
function causingRun({ event, starts }: Work): { tenant: string; id: string }[] {
  const id = starts.length > 0 && event.hops > 0 && event.cause?.startsWith('run:') ? event.cause.slice(4) : ''
  return isUuid(id) ? [{ tenant: event.tenant, id }] : []
}

const callingRun = ({ event, caller }: Pick<Concerned, 'event' | 'caller'>): { tenant: string; id: string }[] =>
  caller === null || !isUuid(caller.runId) ? [] : [{ tenant: event.tenant, id: caller.runId }]

type Around = {
  news: OutcomeNews
  byReceipt: boolean
  roots: ReadonlyMap<string, string>
  started: ReturnType<Cascades['batch']>
  refused: DueEntry[]
  entries: Arrivals
}

function handleEvent(work: Work, runs: RunIndex, world: World, now: number, around: Around): void {
  const { event, view, about } = work
  const { entries, news, byReceipt } = around
  const ending = { type: event.type, at: countedAt(event, byReceipt) }
  const { tenant } = event
  for (const { at, keys, person, goal } of work.listening) {
    const { flowId, flow } = at
    if (goal !== null) {
      const later = runs
        .waiting(tenant, flowId, goal)
        .filter(({ run }) => isFromBefore(run.about, ending.type, ending.at))
      const position = Math.min(event.position, ...later.map(({ eventPosition }) => eventPosition))
      news.goal({ ...event, position }, at, goal)
    }
    // What waits will begin with what is published by then: older versions do not call it off.
    if (flow.entry !== null && isBegunWith(work.flows, at)) {
      const key = keyOfStart(flow, view, world.facts({ tenant, about, ...at }), now)
      if (key !== null && endsRuns(flow, view, { key: true, person: false }, now)) {
        entries.withdraw({ tenant, flowId, key, ending })
      }
      if (person !== null && endsRuns(flow, view, { key: false, person: true }, now)) {
        entries.withdraw({ tenant, flowId, person, ending })
      }
    }
    const concerned = new Set(keys.flatMap((key) => runs.waiting(tenant, flowId, key)))
    if (person !== null) for (const record of runs.waitingOf(tenant, flowId, person)) concerned.add(record)
    for (const record of concerned) {
      if (record.version !== at.version) continue
      const input = { kind: 'event', event: view, position: event.position, at: ending.at } as const
      if (!advanceRecord(record, flow, input, now, world, event.hops)) record.met = true
    }
  }
  handleStarts(work, runs, world, now, around)
}

const isBegunWith = (flows: TenantFlows, { flowId, version }: Version): boolean =>
  flows.published(flowId)?.version === version || flows.canary(flowId)?.version === version

function handleStarts(work: Work, runs: RunIndex, world: World, now: number, around: Around): void {
  const { event, view, about, caller } = work
  const { roots, started, refused, entries } = around
  const { tenant } = event
  const refuse = (cause: string) => {
    if (caller !== null) refused.push(answerRow(tenant, caller, { way: 'error', value: {}, cause }, now))
  }
  const calling = caller === null ? undefined : runs.byId(tenant, caller.runId)
  const isWaitedFor = caller !== null && calling !== undefined && isAt(calling, caller)
  // While this is committed it still waits: who ends it later finds the run that it asked for.
  if (isWaitedFor && calling !== undefined) calling.met = true
  if (work.refusal !== null) refuse(work.refusal)
  const asked = caller === null ? null : flowAsked(event)
  for (const { at, key, facts } of work.starts) {
    const { flowId, flow } = at
    const isCalled = flowId === asked
    // Who asked for it is over, or went on.
    if (isCalled && !isWaitedFor) continue
    const ofKey = key !== null && flow.onePerKey && !isCalled ? runs.waiting(tenant, flowId, key) : []
    for (const record of ofKey) if (makesRoom(record.run, about)) giveWay(record, work.flows, world, now)
    const stands = ofKey.some(({ run }) => run.status === 'waiting')
    // Of a batch none is lost: it is for the next run.
    if (stands && (flow.entry?.batch ?? null) === null) continue
    const root = roots.get(`${tenant}\n${event.cause?.slice(4)}`) ?? null
    if (!started.admits(event, root)) {
      if (isCalled) refuse(TOO_DEEP)
      continue
    }
    const runId = runIdOf(tenant, flowId, event)
    const trigger = at.triggers[0]?.node.id ?? ''
    const beginning = { tenant, runId, event, view, about, trigger, root }
    // One that another run waits for has had its turn with that.
    if (isCalled && caller !== null) runs.add(begun({ ...beginning, caller }, at, now, world))
    else if (flow.entry === null) runs.add(begun(beginning, at, now, world))
    else {
      const { id, source, subject, position, hops, traceparent, cause } = event
      const origin = { id, source, subject, position, hops, traceparent, cause }
      const body = { event: origin, view, about, trigger, root }
      const came = { tenant, flowId, id: runId, key, body, scope: scopeOf(view, facts, now) }
      entries.enter(entryOf({ onePerKey: flow.onePerKey, entry: flow.entry }, came, now), flow.entry)
    }
  }
}

const isAt = ({ run }: RunRecord, { node, visit }: Caller): boolean =>
  run.status === 'waiting' && waitsOf(run).some((parked) => parked.node === node && parked.visit === visit)
