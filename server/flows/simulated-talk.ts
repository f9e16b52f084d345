import { isGrant, isRenewal, SIGNS_OF_LIFE, seenAfterDeed, seenAfterEvent } from '#conversations/index.ts'
import { textIn } from '#flows/cancelling.ts'
import type { About, Effect, EventView, Facts } from '#flows/run.ts'
import type { Json } from '#platform/event.ts'

type Told = { readonly at: number; readonly event: EventView }
/** What runs do to a conversation. */
export type Deed = Extract<Effect, { kind: 'assign' | 'close' | 'extend' | 'tag' }>

/** The conversation of a simulation: what is known of it follows what happens to it there. */
export type SimulatedTalk<Came extends Told> = {
  /** What is known of the world just now. */
  readonly facts: Facts
  /** Those of the scenario's events that have come by then are known. */
  hear(now: number): void
  /** @returns whether an event tells of it: what cannot be done any more, or changes nothing, is not told */
  do(deed: Deed, now: number): boolean
  /** The scenario's events with what is known as each comes, while nobody does anything. */
  alone(): (Came & { facts: Facts })[]
}

/** @param later the scenario's events in their order */
export function createSimulatedTalk<Came extends Told>(
  about: About,
  begins: Facts,
  later: readonly Came[],
): SimulatedTalk<Came> {
  let facts = begins
  let heard = 0

  const seenAs = (before: Facts, encounter: Facts['encounter']): Facts =>
    encounter === before.encounter ? before : { ...before, encounter }

  function afterEvent(before: Facts, { at, event }: Came): Facts {
    if (!isOfConversation(event, about)) return before
    const { type, data, time } = event
    const told = { type, data, occurredAt: Date.parse(time), receivedAt: at }
    return seenAs(before, seenAfterEvent(before.encounter, told, about.silence))
  }

  return {
    get facts() {
      return facts
    },
    hear(now) {
      for (let next = later[heard]; next !== undefined && next.at <= now; next = later[heard]) {
        facts = afterEvent(facts, next)
        heard += 1
      }
    },
    do(deed, now) {
      const { view, isTold } = seenAfterDeed(facts.encounter, { ...deed, at: now }, about.silence)
      facts = seenAs(facts, view)
      return isTold
    },
    alone() {
      let then = begins
      return later.map((told) => {
        then = afterEvent(then, told)
        return { ...told, facts: then }
      })
    },
  }
}

/** As the log finds it: an event that names no conversation tells of its subject. */
const isOfConversation = ({ data, subject }: EventView, { encounterId }: About): boolean =>
  (textIn(data, 'encounter_id', 'encounterId') ?? subject) === encounterId

/** What ends a silence, and so calls off what was meant for it: a sign of life, or somebody of ours who took it up. */
export const endsSilence = (event: Pick<EventView, 'type' | 'data'>): boolean =>
  SIGNS_OF_LIFE.has(event.type) || isRenewal(event)

/** Whether somebody gave the silence more time, which calls off the close that was meant for it. */
export const isGiven = (came: readonly Told[], about: About, quietSince: number | null): boolean =>
  quietSince !== null &&
  came.some(({ at, event }) => at > quietSince && isGrant(event) && isOfConversation(event, about))

/**
 * Why what was meant for a silence is of no use any more: the conversation is closed, or the silence over; else null.
 * @param came all that came by then
 */
export function whyOver(
  came: readonly Told[],
  { encounter }: Facts,
  about: About,
  quietSince: number | null,
): string | null {
  const heard = came.filter(({ event }) => isOfConversation(event, about))
  const isClosed =
    encounter === null
      ? heard.some(({ event }) => event.type === 'encounter.closed')
      : (encounter as { status?: Json }).status === 'closed'
  if (isClosed) return 'the encounter is closed'
  const ended =
    quietSince === null ? undefined : heard.find(({ at, event }) => at > quietSince && endsSilence(event))?.event
  if (ended === undefined) return null
  return isRenewal(ended) ? 'somebody took the conversation up' : 'the person came back'
}
