import { isRenewal } from '#conversations/index.ts'
import { compilePattern } from '#events/index.ts'
import { triggerAsked } from '#flows/beginning.ts'
import { openly } from '#flows/concealed.ts'
import { echoOf } from '#flows/echo.ts'
import type { Flow } from '#flows/flow.ts'
import { advance, triggerFor } from '#flows/interpreter.ts'
import {
  type About,
  type Effect,
  type Env,
  type EventView,
  type Facts,
  type HttpEffect,
  type Input,
  type NotifyEffect,
  type Outcome,
  type Run,
  type Step,
  waitsOf,
} from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

/** What is played to a flow. Times are domain milliseconds. */
export type Scenario = {
  event: EventView
  about: About
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
  /** The way out that the scenario has for it; null: what would become of it. */
  scripted: string | null
}
export type Told = { detail: Json; outcome: Outcome }

/** Scripted outcomes go before what is told here. */
export type Stage = Omit<Env, 'facts'> & {
  notify(asked: Asked): Told
}

/** Something that would have gone out, and when. */
export type Sent = { at: number; nodeId: string; kind: Effect['kind']; detail: Json }

export type Simulation = {
  /** Null: no trigger took the event; `why` says which conditions could not be answered. */
  run: Run | null
  why: string | null
  steps: Step[]
  sent: Sent[]
  /** `waiting` when nothing more would happen by itself. */
  outcome: string
}

const ANSWERED: Outcome = { way: 'ok', value: { status: 200, headers: {}, body: null } }

/** Positions between one event of the scenario and the next, for the events that the run itself leads to. */
const APART = 1_000_000
const LIFE: ReadonlySet<string> = new Set(['encounter.message_received', 'encounter.resumed'])

/** What ends a silence, and so calls off what was meant for it: a sign of life, or somebody of ours who took it up. */
export const endsSilence = (event: Pick<EventView, 'type' | 'data'>): boolean =>
  LIFE.has(event.type) || isRenewal(event)

type Due = { at: number; order: number; input: Input }

/** Walks a flow through a scenario at once. */
export function simulate(flow: Flow, scenario: Scenario, stage: Stage): Simulation {
  const walk = simulation(flow, scenario, stage)
  let step = walk.next()
  while (!step.done) step = walk.next(step.value === null ? undefined : stage.notify(step.value))
  return step.value
}

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
  stage: Omit<Env, 'facts'>,
): Generator<Asked | null, Simulation, Told | undefined> {
  const startAt = Date.parse(scenario.event.time)
  const env: Env = { ...stage, facts: scenario.facts }
  const reasons: string[] = []
  const asked = triggerAsked(flow, scenario.event)
  const fitting = flow.triggers.filter(({ pattern }) => compilePattern(pattern)(scenario.event.type))
  const candidates = asked === null ? fitting : [asked]
  const trigger = triggerFor(candidates, scenario.event, scenario.facts, startAt, (nodeId, cause) => {
    reasons.push(`${nodeId}: ${cause}`)
  })
  if (trigger === null) {
    const why = candidates.length === 0 ? 'no trigger is for this type of event' : (reasons[0] ?? 'no condition holds')
    return { run: null, why, steps: [], sent: [], outcome: 'not started' }
  }
  const log = [...scenario.later]
    .sort((a, b) => a.at - b.at)
    .map(({ at, event }, i) => ({ at, event, position: (i + 2) * APART }))
  const due: Due[] = log.map(({ at, event, position }) => ({ at, order: 0, input: { kind: 'event', event, position } }))
  const visits = new Map<string, number>()
  const steps: Step[] = []
  const sent: Sent[] = []
  let run: Run | null = null
  let now = startAt
  let input: Input | null = {
    kind: 'start',
    runId: 'simulated',
    trigger: trigger.node.id,
    event: scenario.event,
    position: APART,
    about: scenario.about,
  }
  while (input !== null) {
    yield null
    const made = advance(flow, run, input, now, env)
    const listens = made.run !== run
    run = made.run
    steps.push(...made.steps)
    for (const effect of made.effects) {
      if (effect.kind === 'notify')
        notified(effect, yield { effect, at: now, scripted: scriptedFor(effect)?.outcome.way ?? null })
      else carry(effect)
    }
    const missed: Input | null = listens ? missedBy(run) : null
    if (missed !== null) {
      input = missed
      continue
    }
    const next = nextDue()
    if (next === null) break
    now = Math.max(now, next.at)
    input = next.input
  }
  return { run, why: null, steps, sent, outcome: run?.outcome ?? run?.failure?.cause ?? run?.status ?? 'not started' }

  function notified(effect: NotifyEffect, told: Told | undefined): void {
    if (told === undefined) throw new Error(`nobody told what becomes of ${effect.id}`)
    sent.push({ at: now, nodeId: effect.node, kind: effect.kind, detail: told.detail })
    answer(effect, told.outcome)
  }

  function carry(effect: Effect): void {
    const nodeId = effect.node
    switch (effect.kind) {
      case 'arm':
        if (effect.wakeAt !== null) {
          due.push({ at: effect.wakeAt, order: 1, input: { kind: 'wake', node: nodeId, visit: effect.visit } })
        }
        return
      case 'disarm':
      case 'split':
        return
      case 'limit':
        if (effect.wakeAt !== null) due.push({ at: effect.wakeAt, order: 1, input: { kind: 'limit' } })
        return
      case 'http':
        sent.push({ at: now, nodeId, kind: effect.kind, detail: detailOf(effect) })
        answer(effect, ANSWERED)
        return
      default:
        if (effect.kind === 'close' && calledOff(effect.quietSince)) return
        sent.push({ at: now, nodeId, kind: effect.kind, detail: detailOf(effect) })
        echo(effect)
    }
  }

  /** The run's own effect comes back to it as an event, after all that has come so far. */
  function echo(effect: Effect): void {
    const event = echoOf(effect, scenario.about, scenario.event.subject, now)
    if (event === null) return
    const before = log.filter(({ at }) => at <= now).reduce((last, { position }) => Math.max(last, position), APART)
    const told = { at: now, event, position: before + 1 }
    log.push(told)
    due.push({ at: now, order: 0, input: { kind: 'event', event, position: told.position } })
  }

  /** A closed conversation is not closed again, nor one whose silence is over. */
  function calledOff(quietSince: number | null): boolean {
    const { encounter } = scenario.facts
    const isClosed = (encounter as { status?: Json } | null)?.status === 'closed'
    const came = log.filter(({ at }) => at <= now)
    return (
      isClosed ||
      came.some(({ event }) => event.type === 'encounter.closed') ||
      (quietSince !== null && came.some(({ at, event }) => at > quietSince && endsSilence(event)))
    )
  }

  function scriptedFor({ node }: Effect) {
    return scenario.outcomes.get(node)?.[visits.get(node) ?? 0]
  }

  function answer(effect: Effect, usual: Outcome): void {
    const { node, visit } = effect
    const scripted = scriptedFor(effect)
    visits.set(node, (visits.get(node) ?? 0) + 1)
    const outcome = scripted?.outcome ?? usual
    due.push({ at: now + (scripted?.after ?? 0), order: 1, input: { kind: 'wake', node, visit, outcome } })
  }

  /** What came while the run was on its way to this wait: production finds it in the log. */
  function missedBy(waiting: Run): Input | null {
    const listening = waitsOf(waiting).filter(({ kind }) => kind === 'event')
    if (listening.length === 0) return null
    for (const { at, event, position } of log.toSorted((a, b) => a.position - b.position)) {
      if (at > now) continue
      if (!listening.some(({ event: type, seen = waiting.seen }) => type === event.type && position > seen)) continue
      const arrival: Input = { kind: 'event', event, position }
      if (run !== null && advance(flow, run, arrival, now, env).run !== run) return arrival
    }
    return null
  }

  function nextDue(): Due | null {
    let first = -1
    for (const [i, item] of due.entries()) {
      const best = due[first]
      if (best === undefined || item.at < best.at || (item.at === best.at && item.order < best.order)) first = i
    }
    return first === -1 ? null : (due.splice(first, 1)[0] ?? null)
  }
}

/** What an effect is, besides where it comes from. */
function detailOf(effect: Effect): Json {
  const { id: _id, node: _node, visit: _visit, kind: _kind, ...detail } = effect
  return (effect.kind === 'http' ? { ...detail, ...shownRequest(effect) } : detail) as unknown as Json
}

/** Secrets by their names, as the author wrote them. */
const shownRequest = ({ headers, body }: HttpEffect) => ({
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, openly(value)])),
  body: body === null ? null : openly(body),
})
