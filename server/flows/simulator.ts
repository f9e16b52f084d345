import { compilePattern, FLOW_REQUESTED, FLOW_SOURCE } from '#events/index.ts'
import { triggerAsked } from '#flows/beginning.ts'
import { aboutCalled, NOT_PUBLISHED, outcomeOf, refusalOf, STOPPED, TOO_DEEP } from '#flows/calling.ts'
import { echoOf } from '#flows/echo.ts'
import { detailOf } from '#flows/effect-detail.ts'
import { foresee, NOBODY, type Standing } from '#flows/entry/foresee.ts'
import { tooMuchToShow } from '#flows/errors.ts'
import { inSpanish } from '#flows/failure-text.ts'
import type { Flow } from '#flows/flow.ts'
import { advance, keyOfStart, triggerFor } from '#flows/interpreter.ts'
import {
  type About,
  type Advance,
  type Effect,
  type Env,
  type EventView,
  type Facts,
  type Input,
  type NotifyEffect,
  type Outcome,
  type Run,
  type Step,
  type SubflowEffect,
  waitsOf,
  wasEnded,
} from '#flows/run.ts'
import { NEXT_SILENCE } from '#flows/silences.ts'
import { type Due, type Going, type Player, takeFirst, type Unless } from '#flows/simulated-due.ts'
import { createSimulatedTalk, type Deed, endsSilence, isGiven, whyOver } from '#flows/simulated-talk.ts'
import { ANSWERED, USUAL } from '#flows/usual.ts'
import { QUIET, warnedAt } from '#flows/walk.ts'
import { RUN_OVER } from '#notifications/index.ts'
import type { Json } from '#platform/event.ts'
import type { Sentence } from '#platform/sentence.ts'

/** What is played to a flow. Times are domain milliseconds. */
export type Scenario = {
  event: EventView
  about: About
  /** As the event comes. What happens to the conversation in the walk is known from then on. */
  facts: Facts
  /** Events that come later, each at its time. */
  later: readonly { at: number; event: EventView }[]
  /** What calls answer and notifications come to, by node; the n-th visit takes the n-th. Otherwise all goes well. */
  outcomes: ReadonlyMap<string, readonly { after: number; outcome: Outcome }[]>
}

/** A notification that the walk comes to, and when: somebody has to say how it would read and what would become of it. */
export type Asked = {
  effect: NotifyEffect
  at: number
  /** Of the node, behind those of the nodes that led to the run it is of. */
  nodeId: string
  /** What the scenario has it come to; null: what would become of it. */
  scripted: Outcome | null
  /** Why it would not leave by then: the person came back, or the conversation is closed; null: it would. */
  withheld: string | null
  /** So many channels before it took it, and nobody answered; 0: it is the node's own. */
  goneOn: number
}
/** What becomes of it, and when it goes on to the next channel unless somebody has answered by then; or until when it waits. */
export type Told = { detail: Json; outcome: Outcome; goesOn?: { at: number; unless: Unless } } | { heldUntil: number }

/** The flows that runs may ask for, by id, as they are published; absent: there are none. */
type Flows = {
  flowOf?(flowId: string): Flow | undefined
  /** How it stands with the flow; absent: nothing of it runs or has run. */
  standing?: Standing
}

/** Scripted outcomes go before what is told here. */
export type Stage = Omit<Env, 'facts'> &
  Flows & {
    notify(asked: Asked): Told
  }

/** Something that would have gone out, and when. */
export type Sent = { at: number; nodeId: string; kind: Effect['kind']; detail: Json }

export type Simulation = {
  /** Null: no trigger took the event; `why` says which conditions could not be answered. */
  run: Run | null
  why: Sentence | null
  steps: Step[]
  sent: Sent[]
  /** Closes of which the person reads in the conversation, since they had been warned. */
  closings: { at: number; nodeId: string; effect: Extract<Effect, { kind: 'close' }> }[]
  /** `waiting` when nothing more would happen by itself. */
  outcome: string
  /** Of a flow with entry control: when the run begins (null: it does not), and what is to be said of that. */
  entry: { at: number | null; says: readonly Sentence[] } | null
}

/** Positions between one event of the scenario and the next, for the events that the run itself leads to. */
const APART = 1_000_000

/** How far the log went at some moment, and what was known then. */
type Stood = { told: number; facts: Facts }

/** What a notification comes to that is of no use any more. */
export const suppressed = (reason: string): Outcome => ({
  way: 'suppressed',
  value: { notificationId: null, channel: null, reason },
  cause: reason,
})

/** Walks a flow through a scenario at once. */
export function simulate(flow: Flow, scenario: Scenario, stage: Stage): Simulation {
  const walk = simulation(flow, scenario, stage)
  let step = walk.next()
  while (!step.done) step = walk.next(step.value === null ? undefined : stage.notify(step.value))
  return step.value
}

const NO_TRIGGER: Sentence = {
  en: 'no trigger is for this type of event',
  es: 'ningún inicio es para este tipo de evento',
}
const NOTHING_HOLDS: Sentence = { en: 'no condition holds', es: 'no se cumple ninguna condición' }
const NOT_STARTED: Simulation = {
  run: null,
  why: null,
  steps: [],
  sent: [],
  closings: [],
  outcome: 'not started',
  entry: null,
}

/** As many as one run may lead to in earnest. */
const MAX_PLAYERS = 1_000
const MAX_DEPTH = 16
/** Characters of all that a walk shows: what each step took and gave, and what would have gone out. */
const MAX_SHOWN = 8_000_000

/**
 * Walks a flow through a scenario with the real interpreter, on a clock of its own; its bounds are those of real runs.
 * Nothing leaves. Of what is due at one moment, events come before timers: a person who answers in the last instant has
 * answered.
 *
 * Stops before each advance (null), since a long walk must let others through, and at each notification, which wants
 * to be told what would become of it.
 */
export function* simulation(
  flow: Flow,
  scenario: Scenario,
  stage: Omit<Env, 'facts'> & Flows,
): Generator<Asked | null, Simulation, Told | undefined> {
  const startAt = Date.parse(scenario.event.time)
  const { about } = scenario
  const reasons: Sentence[] = []
  const asked = triggerAsked(flow, scenario.event)
  const fitting = flow.triggers.filter(({ pattern }) => compilePattern(pattern)(scenario.event.type))
  const candidates = asked === null ? fitting : [asked]
  const trigger = triggerFor(candidates, scenario.event, scenario.facts, startAt, (nodeId, cause) => {
    reasons.push({ en: `${nodeId}: ${cause}`, es: `${nodeId}: ${inSpanish(cause)}` })
  })
  if (trigger === null) {
    const why = candidates.length === 0 ? NO_TRIGGER : (reasons[0] ?? NOTHING_HOLDS)
    return { ...NOT_STARTED, why }
  }
  const later = [...scenario.later]
    .sort((a, b) => a.at - b.at)
    .map(({ at, event }, i) => ({ at, event, position: (i + 2) * APART }))
  const log = [...later]
  const talk = createSimulatedTalk(about, scenario.facts, later)
  const first = { at: startAt, event: scenario.event, position: APART }
  const { entry } = flow
  const foreseen =
    entry === null
      ? null
      : foresee({ ...flow, entry }, [{ ...first, facts: scenario.facts }, ...talk.alone()], stage.standing ?? NOBODY)
  if (foreseen !== null && foreseen.refused !== null) {
    const { refused, says } = foreseen
    return { ...NOT_STARTED, why: refused, entry: { at: null, says: [...says, refused] } }
  }
  const begins = foreseen ?? { ...first, vars: {} }
  const due: Due[] = log.map(({ at, event, position }) => ({
    at,
    order: 0,
    input: { kind: 'event', event, position },
    player: null,
  }))
  const visits = new Map<string, number>()
  const steps: Step[] = []
  const sent: Sent[] = []
  const closings: Simulation['closings'] = []
  const main: Player = { flow, env: stage, prefix: '', depth: 0, caller: null, run: null }
  const players = [main]
  let now = begins.at
  let weight = 0
  talk.hear(now)
  yield* put(main, {
    kind: 'start',
    runId: 'simulated',
    trigger: trigger.node.id,
    event: begins.event,
    position: begins.position,
    about,
    vars: begins.vars,
  })
  for (let next = takeFirst(due); next !== null; next = takeFirst(due)) {
    now = Math.max(now, next.at)
    talk.hear(now)
    if (next.input === null) {
      yield* ask(next.player, next.effect, next.going, stands())
      continue
    }
    const { input, player } = next
    for (const one of player === null ? [...players] : [player]) {
      if (one.run !== null || input.kind === 'start') yield* put(one, input)
    }
    if (input.kind === 'event' && isNextSilence(input)) yield* put(main, { kind: 'cancel', reason: NEXT_SILENCE })
  }
  const { run } = main
  return {
    run,
    why: null,
    steps,
    sent,
    closings,
    outcome: run?.outcome ?? run?.failure?.cause ?? run?.status ?? 'not started',
    entry: foreseen === null ? null : { at: foreseen.at, says: foreseen.says },
  }

  /** Advances a run by an input, and by what it has missed meanwhile. */
  function* put(player: Player, first: Input): Generator<Asked | null, void, Told | undefined> {
    for (let input: Input | null = first; input !== null; ) {
      yield null
      const before: Run | null = player.run
      const made: Advance = advance(player.flow, before, input, now, envOf(player))
      player.run = made.run
      // In earnest what it does to the conversation is carried out in a moment of its own, after what it tells beside it.
      const stood = stands()
      if (player === main) {
        steps.push(...made.steps)
        for (const { input: took, output } of made.steps) weigh(took, output)
      }
      for (const effect of made.effects) {
        if (effect.kind === 'notify') yield* ask(player, effect, null, stood)
        else carry(player, effect)
      }
      if (before?.status !== made.run.status) tellCaller(player)
      input = made.run === before ? null : missedBy(player, made.run)
    }
  }

  function* ask(
    player: Player,
    effect: NotifyEffect,
    going: Going | null,
    stood: Stood,
  ): Generator<Asked, void, Told | undefined> {
    const { run } = player
    const nodeId = player.prefix + effect.node
    const scripted = going === null ? (scriptedFor(nodeId)?.outcome ?? null) : null
    const isForSilence = effect.whileQuiet && run !== null && run.about.encounterId !== null
    const unless =
      going !== null ? going.unless : scripted === null && isForSilence ? { quietSince: warnedAt(run) } : null
    const withheld = unless === null ? null : overBy(unless.quietSince, stood)
    if (going !== null && (withheld !== null || (run !== null && wasEnded(run)))) return
    const goneOn = going?.goneOn ?? 0
    const told = yield { effect, at: now, nodeId, scripted, withheld, goneOn }
    if (told === undefined) throw new Error(`nobody told what becomes of ${effect.id}`)
    const again = { order: 1, input: null, player, effect } as const
    if ('heldUntil' in told) {
      due.push({ ...again, at: told.heldUntil, going })
      return
    }
    send(player, effect, told.detail)
    // The run goes on by the first; what follows is for the person.
    if (going === null) answer(player, effect, told.outcome, scripted === null ? saidBy(told.outcome) : 'outside')
    const { goesOn } = told
    if (goesOn !== undefined) {
      due.push({ ...again, at: goesOn.at, going: { goneOn: goneOn + 1, unless: goesOn.unless } })
    }
  }

  /** What is shown is kept until the end. */
  function weigh(...values: readonly unknown[]): void {
    for (const value of values) weight += value === undefined ? 0 : JSON.stringify(value).length
    if (weight > MAX_SHOWN) throw tooMuchToShow(MAX_SHOWN)
  }

  function send(player: Player, effect: Effect, detail: Json = detailOf(effect)): void {
    weigh(detail)
    sent.push({ at: now, nodeId: player.prefix + effect.node, kind: effect.kind, detail })
  }

  function carry(player: Player, effect: Effect): void {
    switch (effect.kind) {
      case 'arm':
        if (effect.wakeAt !== null) {
          const input = { kind: 'wake', node: effect.node, visit: effect.visit } as const
          due.push({ at: effect.wakeAt, order: 1, input, player })
        }
        return
      case 'disarm':
      case 'withdraw':
      case 'failed':
        return
      case 'split': {
        const nodeId = player.prefix + effect.node
        visits.set(nodeId, (visits.get(nodeId) ?? 0) + 1)
        return
      }
      case 'callOff': {
        const held = due.findIndex((one) => one.input === null && one.going === null && one.effect.id === effect.id)
        if (held === -1) return
        const [{ effect: waited }] = due.splice(held, 1) as [Extract<Due, { input: null }>]
        send(player, waited, { channel: null, reason: RUN_OVER })
        return
      }
      case 'limit':
        if (effect.wakeAt !== null) due.push({ at: effect.wakeAt, order: 1, input: { kind: 'limit' }, player })
        return
      case 'subflow':
        call(player, effect)
        return
      case 'stop': {
        const called = players.find(({ caller }) => caller?.player === player && caller.visit === effect.visit)
        const input = { kind: 'cancel', reason: STOPPED, whenUndone: true } as const
        if (called !== undefined) due.push({ at: now, order: 1, input, player: called })
        return
      }
      case 'http': {
        send(player, effect)
        const refused = stage.unable('http', effect.url)
        answer(player, effect, refused === null ? ANSWERED : { way: 'error', value: {}, cause: refused.en }, 'outside')
        return
      }
      case 'approval':
      case 'llm':
      case 'ask':
        send(player, effect)
        answer(player, effect, USUAL[effect.kind], 'outside')
        return
      case 'assign':
      case 'close':
      case 'extend':
      case 'tag':
        done(player, effect)
        return
      default:
        send(player, effect)
        echo(effect)
    }
  }

  /** Something is done to the conversation, if it can be done to it still. */
  function done(player: Player, effect: Deed): void {
    if (effect.kind === 'close' && isCalledOff(effect.quietSince, stands())) return
    const isWarned = (talk.facts.encounter as { status?: Json } | null)?.status === 'warned'
    const isTold = talk.do(effect, now)
    if (effect.kind === 'close' && !isTold) return
    if (effect.kind === 'close' && isWarned) closings.push({ at: now, nodeId: player.prefix + effect.node, effect })
    send(player, effect)
    if (isTold) echo(effect)
  }

  function stands(): Stood {
    return { told: log.length, facts: talk.facts }
  }

  /** A run of another flow begins, unless the scenario says what it comes to. */
  function call(player: Player, effect: SubflowEffect): void {
    const { node, visit, waits, flowId, input: data, quietSince } = effect
    const nodeId = player.prefix + node
    if (waits && scriptedFor(nodeId) !== undefined) {
      answer(player, effect, ANSWERED, 'inside')
      return
    }
    visits.set(nodeId, (visits.get(nodeId) ?? 0) + 1)
    const other = stage.flowOf?.(flowId)
    const refused = player.depth + 1 >= MAX_DEPTH || players.length > MAX_PLAYERS ? TOO_DEEP : refusalOf(other)
    if (refused !== null || !other?.manual) {
      if (waits) tell(player, node, visit, { way: 'error', value: {}, cause: refused ?? NOT_PUBLISHED })
      return
    }
    const subject = scenario.event.subject
    const time = new Date(now).toISOString()
    const event: EventView = { id: effect.id, source: FLOW_SOURCE, type: FLOW_REQUESTED, subject, time, data }
    const experiment = `${stage.experiment.split('/')[0]}/${flowId}`
    const called: Player = {
      flow: other,
      env: { ...player.env, experiment },
      prefix: `${nodeId}/`,
      depth: player.depth + 1,
      caller: { player, node, visit, waits },
      run: null,
    }
    players.push(called)
    const input: Input = {
      kind: 'start',
      runId: effect.id,
      trigger: other.manual.id,
      event,
      position: latest() + 1,
      about: aboutCalled(about, quietSince),
    }
    due.push({ at: now, order: 0, input, player: called })
  }

  function tellCaller({ run: ended, caller }: Player): void {
    if (caller === null || !caller.waits || ended === null || ended.status === 'waiting') return
    tell(caller.player, caller.node, caller.visit, outcomeOf(ended))
  }

  function tell(player: Player, node: string, visit: number, outcome: Outcome): void {
    due.push({ at: now, order: 1, input: { kind: 'wake', node, visit, outcome }, player })
  }

  /** The position of the latest event that has come. */
  function latest(): number {
    return log.filter(({ at }) => at <= now).reduce((last, { position }) => Math.max(last, position), APART)
  }

  /** The run's own effect comes back to it as an event, after all that has come so far. */
  function echo(effect: Effect): void {
    const event = echoOf(effect, about, scenario.event.subject, now)
    if (event === null) return
    const told = { at: now, event, position: latest() + 1 }
    log.push(told)
    due.push({ at: now, order: 0, input: { kind: 'event', event, position: told.position }, player: null })
  }

  function cameBy({ told }: Stood) {
    return log.slice(0, told).filter(({ at }) => at <= now)
  }

  /** Why what was meant for a silence is of no use any more, as things stood; null: it is of use. */
  function overBy(quietSince: number | null, stood: Stood): string | null {
    return whyOver(cameBy(stood), stood.facts, about, quietSince)
  }

  function isCalledOff(quietSince: number | null, stood: Stood): boolean {
    return overBy(quietSince, stood) !== null || isGiven(cameBy(stood), about, quietSince)
  }

  /** Whether an event begins a run of the next silence under the key of the one that is walked, which gives way to it. */
  function isNextSilence({ event, position }: Extract<Input, { kind: 'event' }>): boolean {
    const { run } = main
    if (event.type !== QUIET || run?.status !== 'waiting' || run.event.type !== QUIET || !flow.onePerKey) return false
    if (run.about.encounterId === null) return false
    const isBetween = (at: number) => at > begins.position && at < position
    if (!log.some((told) => isBetween(told.position) && endsSilence(told.event))) return false
    const triggers = flow.triggers.filter(({ pattern }) => compilePattern(pattern)(event.type))
    return (
      triggerFor(triggers, event, talk.facts, now, () => {}) !== null &&
      keyOfStart(flow, event, talk.facts, now) === run.key
    )
  }

  /** What a run knows just then; of splits the arms that the scenario says. */
  function envOf({ env, prefix }: Player): Env {
    return { ...env, facts: talk.facts, armOf: (node) => scriptedFor(prefix + node)?.outcome.way }
  }

  function scriptedFor(nodeId: string) {
    return scenario.outcomes.get(nodeId)?.[visits.get(nodeId) ?? 0]
  }

  /** Of one moment what a provider, a service or a person answers comes last: it took them a while. */
  function answer(player: Player, { node, visit }: Effect, usual: Outcome, from: 'inside' | 'outside'): void {
    const nodeId = player.prefix + node
    const scripted = scriptedFor(nodeId)
    visits.set(nodeId, (visits.get(nodeId) ?? 0) + 1)
    const input: Input = { kind: 'wake', node, visit, outcome: scripted?.outcome ?? usual }
    due.push({ at: now + (scripted?.after ?? 0), order: from === 'inside' ? 1 : 2, input, player })
  }

  /** What came while a run was on its way to this wait: production finds it in the log. */
  function missedBy(player: Player, waiting: Run): Input | null {
    const { flow: own } = player
    const listening = waitsOf(waiting).filter(({ kind }) => kind === 'event')
    if (listening.length === 0) return null
    for (const { at, event, position } of log.toSorted((a, b) => a.position - b.position)) {
      if (at > now) continue
      if (!listening.some(({ event: type, seen = waiting.seen }) => type === event.type && position > seen)) continue
      const arrival: Input = { kind: 'event', event, position }
      if (advance(own, waiting, arrival, now, envOf(player)).run !== waiting) return arrival
    }
    return null
  }
}

/** Who says what became of a notification: a provider only of what it had to take. */
const saidBy = ({ way, value }: Outcome): 'inside' | 'outside' =>
  way === 'sent' && (value as { channel?: Json } | null)?.channel !== 'inbox' ? 'outside' : 'inside'
