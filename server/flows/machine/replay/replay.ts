import type { Calendar, ContactView, ConversationContext, QueueView } from '#conversations/index.ts'
import { cloudEventView } from '#events/index.ts'
import { STOPPED } from '#flows/calling.ts'
import type { Graph } from '#flows/graph.ts'
import type { Walker } from '#flows/machine/engine.ts'
import { asksOtherwise } from '#flows/machine/replay/asked.ts'
import { type Answers, answersOf, endedByHand, retriesOf } from '#flows/machine/replay/recorded.ts'
import { standingTalks } from '#flows/machine/replay/standing.ts'
import type { RealRun } from '#flows/machine/replay/store.ts'
import { APART, createPretendedWorld, type Ground, type Said, type Scripted } from '#flows/machine/world.ts'
import type { About, Effect } from '#flows/run.ts'
import { makesRoom } from '#flows/silences.ts'
import type { FateRow, Left } from '#notifications/index.ts'
import type { EventDraft, LogEvent } from '#platform/event.ts'

/** What is known of the people of a time. It may grow while it is played. */
export type Past = {
  contexts: Map<string, ConversationContext>
  contacts: Map<string, ContactView>
  /** What they were told before the time, as caps count it. */
  told: Map<string, readonly Left[]>
  queues: Map<string, QueueView>
  calendars: Map<string, Calendar>
  /** Runs of the flow that the events began, by the positions of these. */
  real: Map<number, RealRun>
  /** What became of notifications that the runs were not told of at once. */
  fates: Map<string, FateRow>
  /** The versions that they went by. */
  versions: Map<number, Graph>
  /** Keys that runs from before the time had, with the end of each (domain ms) and the silence that it is about. */
  taken: ReadonlyMap<string, { until: number; silence: string | null }>
  /** Whom warnings that began no real run are about, with their silences, by their positions. */
  warned: Map<number, About>
  /** Events count from receipt (on a scaled clock). */
  byReceipt: boolean
}

/** Nothing yet of a time. @param calendars that the flows name */
export const blankPast = (calendars: ReadonlyMap<string, Calendar>, scale: number): Past => ({
  contexts: new Map(),
  contacts: new Map(),
  told: new Map(),
  queues: new Map(),
  calendars: new Map(calendars),
  real: new Map(),
  taken: new Map(),
  fates: new Map(),
  versions: new Map(),
  warned: new Map(),
  byReceipt: scale !== 1,
})

/** A run of the draft, with what it would have told people. */
export type Draft = { walker: Walker; said: Said[] }

/** Events of the real log run on a draft; what they began is in `drafts`, by their positions, or below 0 (`ring`). */
export type Replay = {
  readonly drafts: ReadonlyMap<number, Draft>
  readonly steps: number
  /** The next events, in the order of the log. @param begins whether one may begin a run; default: each may */
  feed(events: readonly LogEvent[], begins?: (event: LogEvent) => boolean): void
  /** What the clock would have told and did not: the n-th has the place -n. Before the first of `feed`. */
  ring(events: readonly EventDraft[]): void
  /** A real run that went on from another one does so on the draft, if that has the step. Behind `began`, which began both. */
  fork(run: RealRun, began: LogEvent): void
  /** Lets time pass up to a moment. */
  pass(until: number): void
}

type Base = Pick<Ground, 'house' | 'flowId' | 'flow' | 'others' | 'unable' | 'stranger'> & { graph: Graph }

export function createReplay(base: Base, startAt: number, past: Past): Replay {
  const drafts = new Map<number, Draft>()
  const answers = new Map<number, Answers>()
  const visits = new Map<string, number>()
  const isOther = asksOtherwise(base.graph, past.versions)
  /** Places of what the clock would have told, by its ids. */
  const rung = new Map<string, number>()
  let lastAt = startAt

  /** Where the event stands in the log that began it; no whole number: it is one that runs of the draft told. */
  const placeOf = ({ begunBy }: Walker): number => rung.get(begunBy.event.id) ?? begunBy.position / APART

  function scripted(walker: Walker, effect: Effect): Scripted | 'never' | undefined {
    const place = placeOf(walker)
    const real = walker.caller === null ? past.real.get(place) : undefined
    if (real === undefined) return undefined
    let known = answers.get(place)
    if (known === undefined) {
      known = answersOf(real, past.fates)
      answers.set(place, known)
    }
    const { node } = effect
    const list = known.get(node)
    if (list === undefined) return undefined
    const visit = `${place}\n${node}`
    const nth = visits.get(visit) ?? 0
    visits.set(visit, nth + 1)
    const recorded = list[nth]
    if (recorded === undefined) return undefined
    return effect.kind === 'notify' && isOther(real, recorded.step, effect) ? undefined : recorded.answer
  }

  /** It is of a flow that the real run called there, too: what that tells is of runs of its own. */
  function isOfCall(walker: Walker): boolean {
    let { caller } = walker
    if (caller === null) return false
    while (caller.walker.caller !== null) caller = caller.walker.caller
    const { node } = caller
    return (
      past.real.get(placeOf(walker))?.steps.some(({ nodeId, type }) => nodeId === node && type === 'subflow') === true
    )
  }

  /** As somebody did then, where the run of the draft failed at the same step. */
  function retryAsThen(walker: Walker, real: RealRun): void {
    const { failure, retries = 0 } = walker.run
    const retry = retriesOf(real)[retries]
    if (failure === null || retry?.nodeId !== failure.nodeId) return
    world.engine.at(retry.at, 1, () => world.engine.retry(walker, retry.again))
  }

  /** What people did is not changed: they end the run of the draft as they did the real one. */
  function endAsThen(walker: Walker, real: RealRun | undefined): void {
    if (real?.endedAt == null || real.status !== 'cancelled') return
    // Whoever asked for it is of another flow, and did what it did.
    if (real.outcome === STOPPED) world.engine.stop(walker, real.endedAt)
    else {
      const reason = endedByHand(real, past.versions.get(real.version))
      if (reason !== null) world.engine.at(real.endedAt, 1, () => world.engine.cancel(walker, reason))
    }
  }

  const world = createPretendedWorld(
    {
      ...base,
      startAt,
      queues: past.queues,
      calendars: past.calendars,
      contacts: past.contacts,
      told: past.told,
      scripted,
      byReceipt: past.byReceipt,
      // Whether people would have read what they were not told is not known: neither side tells of second channels.
      goesOn: false,
      taken(key, next, now) {
        const run = past.taken.get(key)
        return run !== undefined && run.until > now && !makesRoom({ about: run }, next)
      },
      talks: (around) => standingTalks(around, past.contexts),
    },
    {
      said(_encounterId, walker, said) {
        if (walker === null || isOfCall(walker)) return
        drafts.get(placeOf(walker))?.said.push(said)
      },
      effect() {},
      told() {},
      stepped() {},
      begun(walker) {
        const place = placeOf(walker)
        if (walker.caller !== null || !Number.isInteger(place)) return
        drafts.set(place, { walker, said: [] })
        endAsThen(walker, past.real.get(place))
      },
      reached() {},
      ended(walker) {
        const place = placeOf(walker)
        const real = walker.caller === null ? past.real.get(place) : undefined
        if (walker.run.status === 'failed' && real !== undefined) retryAsThen(walker, real)
        else answers.delete(place)
      },
      passed() {},
    },
  )

  function pass(until: number): void {
    for (const _turn of world.engine.pass(until)) {
      // The thread has nobody else to let through.
    }
  }

  return {
    drafts,
    get steps() {
      return world.engine.steps
    },
    feed(events, begins = () => true) {
      for (const event of events) {
        // Nodes differ by some milliseconds; the order is that of the log.
        lastAt = Math.max(lastAt, event.receivedAt)
        const about = past.real.get(event.position)?.about ?? past.warned.get(event.position)
        world.record({ ...event, receivedAt: lastAt }, about, begins(event))
      }
      pass(lastAt)
    },
    ring(events) {
      for (const [i, event] of events.entries()) {
        rung.set(event.id, -1 - i)
        world.engine.at(event.occurredAt, 1, () => world.tell(event))
      }
    },
    fork({ forked, event: changed, about, startedAt, eventPosition }, began) {
      if (forked === undefined || !base.flow.nodes.has(forked.node)) return
      const event = changed ?? cloudEventView(began)
      const position = eventPosition * APART
      const from = { ...forked, seen: forked.seen * APART }
      world.engine.at(startedAt, 1, () => world.engine.fork({ event, position, about, hops: 0 }, from))
    },
    pass,
  }
}
