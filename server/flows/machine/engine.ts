import { compilePattern, FLOW_REQUESTED, FLOW_SOURCE } from '#events/index.ts'
import { runIdOf, triggerAsked } from '#flows/beginning.ts'
import { aboutCalled, NOT_PUBLISHED, outcomeOf, refusalOf, STOPPED, TOO_DEEP } from '#flows/calling.ts'
import { endsRuns, hearsOfPerson } from '#flows/cancelling.ts'
import type { Flow, Trigger } from '#flows/flow.ts'
import { advance, keyOfStart, triggerFor } from '#flows/interpreter.ts'
import { createAgenda } from '#flows/machine/agenda.ts'
import { type Beat, createHeard } from '#flows/machine/heard.ts'
import { cannotAnswer, NO_CONDITION, UNDER_WAY } from '#flows/machine/not-begun.ts'
import { createTurns } from '#flows/machine/turns.ts'
import { createStanding } from '#flows/machine/under-way.ts'
import { keyFor } from '#flows/nodes/wait-for-event.ts'
import { windowOf } from '#flows/proof/entries.ts'
import {
  type About,
  type Effect,
  type Env,
  type EventView,
  type Facts,
  type Forked,
  type Input,
  knowing,
  type Outcome,
  type Run,
  type Step,
  type SubflowEffect,
  waitsOf,
} from '#flows/run.ts'
import { MAX_HOPS } from '#flows/runs/cascades.ts'
import { makesRoom, NEXT_SILENCE } from '#flows/silences.ts'
import { addSpan } from '#platform/duration.ts'
import type { Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import type { Sentence } from '#platform/sentence.ts'

/*
 * The runs of one flow in a world of many people, on a clock of its own: what the consumer of the log and the due rows do
 * in earnest, in memory. Whoever opens it says what the world is like and what becomes of what runs ask of it.
 */

/** A run of the world. */
export type Walker = {
  readonly flowId: string
  readonly flow: Flow
  /** Before the ids of its nodes, where they are told: those of the nodes that led to it. */
  readonly prefix: string
  readonly depth: number
  readonly caller: {
    readonly walker: Walker
    readonly node: string
    readonly visit: number
    readonly waits: boolean
  } | null
  /** The event that began the whole. */
  readonly begunBy: Beat
  /** The most of any event that moved it; what it tells is one further away. */
  hops: number
  run: Run
  steps: Step[]
}

export type Surroundings = {
  tenant: string
  /** What conditions and texts may know of these people just then. */
  facts(about: About, flow: Flow): Facts
  /** As in earnest; facts and experiment are added. */
  env: Omit<Env, 'facts' | 'experiment' | 'addBusinessTime'>
  addBusinessTime(about: About, calendar: string, from: number, ms: number): number | null
  /** Another flow, as it is published. */
  flowOf(flowId: string): Flow | undefined
  /** A run asks something of the world; what becomes of it is told by `answer`. */
  carry(walker: Walker, effect: Effect, now: number): void
  /** What a call to another flow comes to without being made; absent: it is made. */
  scripted(walker: Walker, effect: SubflowEffect): { after: number; outcome: Outcome } | 'never' | undefined
  /** Steps were taken. */
  stepped?(walker: Walker, steps: readonly Step[]): void
  begun?(walker: Walker): void
  ended?(walker: Walker): void
  /** The goal of a run that is over came. */
  reached?(walker: Walker): void
  /** An event began no run, and why, as far as that is known. */
  passed?(beat: Beat, why: Sentence): void
  /** A run that is not of this world is under way under a key, and does not make room. */
  taken?(key: string, next: About, now: number): boolean
}

export type Engine = {
  readonly now: number
  /** Something of the world is to happen then. Of one moment: events (0) before timers (1). */
  at(at: number, order: 0 | 1, happen: () => void): void
  /** An event is in the log: whoever waits for it hears of it, and runs begin. */
  tell(beat: Beat): void
  /**
   * What an effect came to. Of one moment what a provider, a service or a person answers comes last: it took them a while.
   * @param from `inside`: decided by the program itself
   */
  answer(
    walker: Walker,
    effect: Pick<Effect, 'node' | 'visit'>,
    outcome: Outcome,
    after?: number,
    from?: 'inside' | 'outside',
  ): void
  /** Somebody ends a run, if it is under way. */
  cancel(walker: Walker, reason: string): void
  /** Somebody tries a run again that failed, if it can be. @param again as the same visit */
  retry(walker: Walker, again: boolean): void
  /** Somebody begins a run of the flow at a step, going on from another one. */
  fork(beat: Beat, from: Forked): void
  /** Lets time pass up to a moment, and stops now and then (null) so that others get their turn. */
  pass(until: number): Generator<null, void>
  /** Whoever asked for a run is over, or goes on without it. */
  stop(walker: Walker, at: number): void
  readonly steps: number
  /** Events that still wait for their turn to begin a run. */
  readonly waiting: readonly Beat[]
}

/** As deep as flows may begin others in earnest, and as many as one may lead to. */
const MAX_DEPTH = 16
const MAX_CALLED = 1_000
/** Things that happen between one stop and the next. */
const TURN = 256

/** @param flow the one that is tried out, under its id */
export function createEngine(flowId: string, flow: Flow, startAt: number, world: Surroundings): Engine {
  const agenda = createAgenda<() => void>()
  const heard = createHeard()
  const standing = createStanding<Walker>()
  const calledBy = new Map<Walker, Walker[]>()
  const called = new Map<Beat, number>()
  const fitting = new Map<string, readonly Trigger[]>()
  const flowsById = new Map<string, Flow>([[flowId, flow]])
  let now = startAt
  let steps = 0
  /** Runs of the flow itself. */
  let underWay = 0

  const turns =
    flow.entry === null
      ? null
      : createTurns(flow, {
          tenant: world.tenant,
          flowId,
          now: () => now,
          at: (at, happen) => agenda.add(at, 1, happen),
          underWay: () => underWay,
          stands,
          begin: enter,
          passed: (beat, why) => world.passed?.(beat, why),
        })

  const envOf = (walker: Pick<Walker, 'flowId' | 'flow'>, about: About): Env => ({
    ...world.env,
    facts: world.facts(about, walker.flow),
    experiment: `${world.tenant}/${walker.flowId}`,
    addBusinessTime: (calendar, from, ms) => world.addBusinessTime(about, calendar, from, ms),
  })

  function triggersFor(type: string): readonly Trigger[] {
    let found = fitting.get(type)
    if (found === undefined) {
      found = flow.triggers.filter(({ pattern }) => compilePattern(pattern)(type))
      fitting.set(type, found)
    }
    return found
  }

  function tell(beat: Beat): void {
    if (beat.hops >= MAX_HOPS) return
    for (const [id, own] of flowsById) {
      const expressions = own.listens.get(beat.event.type)
      if (expressions === undefined) continue
      heard.note(beat)
      const facts = world.facts(beat.about, own)
      const scope = { event: beat.event, last: null, ...facts, vars: {}, now: new Date(now) }
      const keys = new Set(expressions.map((key) => keyFor(key, beat.event, scope)))
      const concerned = new Set<Walker>()
      for (const key of keys) {
        if (key !== null) for (const walker of standing.ofKey(id, key)) concerned.add(walker)
      }
      if (own.goal?.event === beat.event.type) returned(id, own, keyFor(own.key, beat.event, scope), beat.position)
      const { contactId } = beat.about
      if (contactId !== null && hearsOfPerson(own, beat.event.type)) {
        for (const walker of standing.ofPerson(id, contactId)) concerned.add(walker)
      }
      for (const walker of concerned) {
        if (put(walker, heardAs(beat))) walker.hops = Math.max(walker.hops, beat.hops)
      }
    }
    withdrawBy(beat)
    const { asks } = beat
    const isNew = beat.begins !== false && beat.recorded !== true
    if (isNew && asks !== undefined && asks !== flowId && beat.event.type === FLOW_REQUESTED) beginOther(beat, asks)
    const asked = triggerAsked(flow, beat.event)
    const isAsked = asked !== null && beat.event.source === FLOW_SOURCE && (beat.asks ?? flowId) === flowId
    const candidates = isAsked ? [asked] : triggersFor(beat.event.type)
    if (candidates.length === 0) return
    const facts = world.facts(beat.about, flow)
    let why = NO_CONDITION
    const trigger = triggerFor(candidates, beat.event, facts, now, (nodeId, cause) => {
      why = cannotAnswer(nodeId, cause)
    })
    if (trigger === null) {
      world.passed?.(beat, why)
      return
    }
    const key = keyOfStart(flow, beat.event, facts, now)
    // What another run waits for begins beside others, and has had its turn with that.
    const isCalled = isAsked && beat.called === true
    const isTaken = key !== null && flow.onePerKey && !isCalled && stands(key, beat.about)
    if (beat.begins === false) return
    // Of a batch none is lost: it is for the next run.
    if (isTaken && (flow.entry?.batch ?? null) === null) {
      world.passed?.(beat, UNDER_WAY)
      return
    }
    if (turns === null || isCalled) enter(beat, trigger.node.id, {})
    else turns.arrive(beat, { runId: runIdOf(world.tenant, flowId, beat.event), trigger: trigger.node.id, key, facts })
  }

  /** Whether a run of the key is under way still, after those of earlier silences made room. */
  function stands(key: string, next: About): boolean {
    for (const walker of [...standing.ofKey(flowId, key)]) {
      if (makesRoom(walker.run, next)) put(walker, { kind: 'cancel', reason: NEXT_SILENCE })
    }
    return standing.isTaken(flowId, key) || world.taken?.(key, next, now) === true
  }

  /** People of runs that are over reach the goal all the same, within the window in which it counts. */
  function returned(id: string, own: Flow, key: string | null, position: number): void {
    if (key === null) return
    for (const walker of [...standing.overOfKey(id, key)]) {
      const { run } = walker
      if (position <= run.seen || now > addSpan(run.startedAt, windowOf(own))) continue
      walker.run = { ...run, goalAt: now }
      standing.note(walker, false)
      world.reached?.(walker)
    }
  }

  /** What would have ended a run ends what waits to begin one. */
  function withdrawBy({ event, about, at }: Beat): void {
    if (turns === null) return
    const ending = { type: event.type, at }
    const { contactId: person } = about
    if (endsRuns(flow, event, { key: true, person: false }, now)) {
      const key = keyOfStart(flow, event, world.facts(about, flow), now)
      if (key !== null) turns.withdraw({ key, ending })
    }
    if (person !== null && endsRuns(flow, event, { key: false, person: true }, now)) turns.withdraw({ person, ending })
  }

  function enter(beat: Beat, trigger: string, vars: Run['vars']): void {
    const of: Begun = { flowId, flow, prefix: '', depth: 0, caller: null, begunBy: beat }
    const walker = begin(of, { ...beat, vars }, trigger)
    if (turns === null) return
    // What came since its event met no run.
    const missed = missedBy(walker)
    if (missed !== null) put(walker, missed)
  }

  function fork(beat: Beat, { node, vars, visits, last, seen }: Forked): void {
    const of: Begun = { flowId, flow, prefix: '', depth: 0, caller: null, begunBy: beat }
    const walker = begin(of, { ...beat, vars, from: { visits, last, seen } }, node)
    const missed = missedBy(walker)
    if (missed !== null) put(walker, missed)
  }

  /** Another flow that an event asks for: the one that is named for runs that fail. */
  function beginOther(beat: Beat, id: string): void {
    const other = world.flowOf(id)
    if (!other?.manual) return
    flowsById.set(id, other)
    begin({ flowId: id, flow: other, prefix: '', depth: 1, caller: null, begunBy: beat }, beat, other.manual.id)
  }

  type Begun = Pick<Walker, 'flowId' | 'flow' | 'prefix' | 'depth' | 'caller' | 'begunBy'>

  function begin(
    of: Begun,
    {
      event,
      position,
      about,
      vars,
      from,
    }: Pick<Beat, 'event' | 'position' | 'about'> & Pick<Extract<Input, { kind: 'start' }>, 'vars' | 'from'>,
    trigger: string,
  ): Walker {
    const runId = runIdOf(world.tenant, of.flowId, event)
    const made = advance(
      of.flow,
      null,
      {
        ...{ kind: 'start', runId, trigger, event, position, about },
        ...(vars === undefined ? {} : { vars }),
        ...(from === undefined ? {} : { from }),
      },
      now,
      envOf(of, about),
    )
    const walker: Walker = { ...of, hops: of.begunBy.hops, run: made.run, steps: [] }
    settle(walker, null, made.effects, made.steps)
    return walker
  }

  /** @returns whether it was something for the run */
  function put(walker: Walker, first: Input): boolean {
    let encounter: Json | undefined
    for (let input: Input | null = first; input !== null; ) {
      const before: Run = walker.run
      const made = advance(walker.flow, before, input, now, knowing(envOf(walker, before.about), encounter))
      if (made.run === before) return false
      walker.run = made.run
      encounter = made.encounter ?? encounter
      settle(walker, before, made.effects, made.steps)
      input = first.kind === 'event' ? null : missedBy(walker, encounter)
    }
    return true
  }

  /** What came while a run was on its way to this wait: in earnest it is found in the log. */
  function missedBy(walker: Walker, encounter?: Json): Input | null {
    const { run, flow: own } = walker
    if (run.status !== 'waiting' || run.key === null) return null
    for (const { event: type, seen = run.seen } of waitsOf(run)) {
      if (type === null) continue
      const bySubject = (own.listens.get(type) ?? []).every((key) => key === null)
      for (const beat of heard.since(type, bySubject ? run.key : null, seen)) {
        const input = heardAs(beat)
        if (advance(own, run, input, now, knowing(envOf(walker, run.about), encounter)).run !== run) return input
      }
    }
    return null
  }

  function settle(walker: Walker, before: Run | null, effects: readonly Effect[], taken: readonly Step[]): void {
    steps += taken.length
    walker.steps.push(...taken)
    index(walker, before)
    if (before === null) world.begun?.(walker)
    world.stepped?.(walker, taken)
    for (const effect of effects) carry(walker, effect)
    if (walker.run.status === 'waiting') return
    if (before === null || before.status === 'waiting') {
      tellCaller(walker)
      world.ended?.(walker)
      if (walker.flowId === flowId) turns?.freed(walker.run.key)
    }
  }

  function index(walker: Walker, before: Run | null): void {
    const { run } = walker
    const isWaiting = run.status === 'waiting'
    if (walker.flowId === flowId && isWaiting !== (before?.status === 'waiting')) underWay += isWaiting ? 1 : -1
    if (before !== null && isWaiting === (before.status === 'waiting')) return
    standing.note(walker, isWaiting)
  }

  function carry(walker: Walker, effect: Effect): void {
    switch (effect.kind) {
      case 'arm': {
        const { wakeAt, node, visit } = effect
        if (wakeAt !== null) agenda.add(wakeAt, 1, () => void put(walker, { kind: 'wake', node, visit }))
        return
      }
      case 'limit':
        if (effect.wakeAt !== null) agenda.add(effect.wakeAt, 1, () => void put(walker, { kind: 'limit' }))
        return
      case 'disarm':
      case 'withdraw':
        return
      case 'subflow':
        call(walker, effect)
        return
      case 'stop':
        for (const other of calledBy.get(walker) ?? []) {
          if (other.caller?.visit !== effect.visit) continue
          stop(other, now)
        }
        return
      default:
        world.carry(walker, effect, now)
    }
  }

  function stop(walker: Walker, at: number): void {
    agenda.add(Math.max(at, now), 1, () => void put(walker, { kind: 'cancel', reason: STOPPED, whenUndone: true }))
  }

  function call(walker: Walker, effect: SubflowEffect): void {
    const { node, visit, waits, flowId: id, input: data, quietSince } = effect
    const scripted = waits ? world.scripted(walker, effect) : undefined
    if (scripted !== undefined) {
      if (scripted !== 'never') answer(walker, effect, scripted.outcome, scripted.after, 'inside')
      return
    }
    const other = world.flowOf(id)
    const ledTo = called.get(walker.begunBy) ?? 0
    const refused = walker.depth + 1 >= MAX_DEPTH || ledTo >= MAX_CALLED ? TOO_DEEP : refusalOf(other)
    if (refused !== null || !other?.manual) {
      if (waits) answer(walker, effect, { way: 'error', value: {}, cause: refused ?? NOT_PUBLISHED }, 0, 'inside')
      return
    }
    called.set(walker.begunBy, ledTo + 1)
    flowsById.set(id, other)
    const { manual } = other
    const eventId = hashId('flow', effect.id)
    const time = new Date(now).toISOString()
    const { subject } = walker.run.event
    const event: EventView = { id: eventId, source: FLOW_SOURCE, type: FLOW_REQUESTED, subject, time, data }
    const about = aboutCalled(walker.run.about, quietSince)
    const of: Begun = {
      flowId: id,
      flow: other,
      prefix: `${walker.prefix}${node}/`,
      depth: walker.depth + 1,
      caller: { walker, node, visit, waits },
      begunBy: walker.begunBy,
    }
    agenda.add(now, 0, () => {
      if (!waits && other.onePerKey) {
        // It begins as with any event: not beside one of its key.
        const key = keyOfStart(other, event, world.facts(about, other), now)
        if (key !== null && standing.isTaken(id, key)) return
      }
      const begun = begin(of, { event, position: heard.last, about }, manual.id)
      const others = calledBy.get(walker)
      if (others === undefined) calledBy.set(walker, [begun])
      else others.push(begun)
    })
  }

  function tellCaller({ run, caller }: Walker): void {
    if (caller?.waits) answer(caller.walker, caller, outcomeOf(run), 0, 'inside')
  }

  function answer(
    walker: Walker,
    { node, visit }: Pick<Effect, 'node' | 'visit'>,
    outcome: Outcome,
    after = 0,
    from: 'inside' | 'outside' = 'outside',
  ): void {
    agenda.add(now + after, from === 'inside' ? 1 : 2, () => void put(walker, { kind: 'wake', node, visit, outcome }))
  }

  return {
    get now() {
      return now
    },
    get steps() {
      return steps
    },
    get waiting() {
      return turns?.waiting ?? []
    },
    at: (at, order, happen) => agenda.add(Math.max(at, now), order, happen),
    tell,
    answer,
    cancel: (walker, reason) => void put(walker, { kind: 'cancel', reason }),
    retry: (walker, again) => void put(walker, { kind: 'retry', again }),
    fork,
    stop,
    *pass(until) {
      let done = 0
      for (let next = agenda.take(until); next !== null; next = agenda.take(until)) {
        now = Math.max(now, next.at)
        next.item()
        done += 1
        if (done % TURN === 0) yield null
      }
      now = Math.max(now, until)
    },
  }
}

const heardAs = ({ event, position, at }: Beat): Input => ({
  kind: 'event',
  event,
  position,
  ...(at === undefined ? {} : { at }),
})
