import { compilePattern } from '#events/index.ts'
import type { Flow } from '#flows/flow.ts'
import { advance, triggerFor } from '#flows/interpreter.ts'
import type { About, Effect, EventView, Facts, Input, NotifyEffect, Outcome, Run, Step } from '#flows/run.ts'
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

/** What leads out of the pure world: business time, and how a notification would read. */
export type Stage = {
  addBusinessTime(calendar: string, from: number, ms: number): number | null
  preview(effect: NotifyEffect, at: number): Json
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

/** No scenario needs more: what goes on longer is cut and told as such. */
const MAX_STEPS = 2_000
const MAX_VIRTUAL_MS = 3_660 * 86_400_000
const NOTIFIED: Outcome = { way: 'sent', value: { simulated: true } }
const ANSWERED: Outcome = { way: 'ok', value: { status: 200, headers: {}, body: null } }

type Due = { at: number; order: number; input: Input }

/**
 * Walks a flow through a scenario with the real interpreter, on a clock of its own. Nothing leaves.
 * Of what is due at one moment, events come before timers: a person who answers in the last instant has answered.
 */
export function simulate(flow: Flow, scenario: Scenario, stage: Stage): Simulation {
  const startAt = Date.parse(scenario.event.time)
  const env = { facts: scenario.facts, addBusinessTime: stage.addBusinessTime }
  const reasons: string[] = []
  const candidates = flow.triggers.filter(({ pattern }) => compilePattern(pattern)(scenario.event.type))
  const trigger = triggerFor(candidates, scenario.event, scenario.facts, startAt, (nodeId, cause) => {
    reasons.push(`${nodeId}: ${cause}`)
  })
  if (trigger === null) {
    const why = candidates.length === 0 ? 'no trigger is for this type of event' : (reasons[0] ?? 'no condition holds')
    return { run: null, why, steps: [], sent: [], outcome: 'not started' }
  }
  const log = [...scenario.later]
    .sort((a, b) => a.at - b.at)
    .map(({ at, event }, i) => ({ at, event, position: i + 2 }))
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
    position: 1,
    about: scenario.about,
  }
  while (input !== null && steps.length < MAX_STEPS) {
    const made = advance(flow, run, input, now, env)
    const parked = made.run.parked !== null && made.run.parked !== run?.parked
    run = made.run
    steps.push(...made.steps)
    for (const effect of made.effects) carry(effect)
    const missed: Input | null = parked ? missedBy(run) : null
    if (missed !== null) {
      input = missed
      continue
    }
    const next = nextDue()
    if (next === null || next.at - startAt > MAX_VIRTUAL_MS) break
    now = Math.max(now, next.at)
    input = next.input
  }
  return { run, why: null, steps, sent, outcome: outcomeOf(run, steps.length) }

  function carry(effect: Effect): void {
    const nodeId = effect.node
    switch (effect.kind) {
      case 'arm':
        if (effect.wakeAt !== null) {
          due.push({ at: effect.wakeAt, order: 1, input: { kind: 'wake', node: nodeId, visit: effect.visit } })
        }
        return
      case 'disarm':
        return
      case 'notify':
        sent.push({ at: now, nodeId, kind: effect.kind, detail: stage.preview(effect, now) })
        answer(effect, NOTIFIED)
        return
      case 'http':
        sent.push({ at: now, nodeId, kind: effect.kind, detail: detailOf(effect) })
        answer(effect, ANSWERED)
        return
      default:
        sent.push({ at: now, nodeId, kind: effect.kind, detail: detailOf(effect) })
    }
  }

  function answer({ node, visit }: Effect, usual: Outcome): void {
    const nth = visits.get(node) ?? 0
    visits.set(node, nth + 1)
    const scripted = scenario.outcomes.get(node)?.[nth]
    const outcome = scripted?.outcome ?? usual
    due.push({ at: now + (scripted?.after ?? 0), order: 1, input: { kind: 'wake', node, visit, outcome } })
  }

  /** What came while the run was on its way to this wait: production finds it in the log. */
  function missedBy({ parked, seen }: Run): Input | null {
    if (parked?.kind !== 'event') return null
    for (const { at, event, position } of log) {
      if (at > now || position <= seen || event.type !== parked.event) continue
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
  return detail as unknown as Json
}

function outcomeOf(run: Run | null, steps: number): string {
  if (run === null) return 'not started'
  if (steps >= MAX_STEPS) return `cut after ${MAX_STEPS} steps`
  return run.outcome ?? run.failure?.cause ?? run.status
}
