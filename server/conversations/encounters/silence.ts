import type { Encounter } from '#conversations/encounters/encounter.ts'
import { type Queue, SILENCES, type Silence, type StateTimes } from '#conversations/queues/queue.ts'

const HOLDS: Readonly<Record<Silence, (encounter: Encounter) => boolean>> = {
  // Once somebody answered after its end, the snooze is over although nobody said so.
  snoozed: ({ handling, clockFrom, awaitingSince }) => handling === 'snoozed' && (awaitingSince ?? 0) < clockFrom,
  neverWrote: ({ wrote }) => !wrote,
  withBot: ({ handling }) => handling === 'bot',
  transferred: ({ lastMove }) => lastMove === 'transfer',
  returned: ({ lastMove }) => lastMove === 'return',
  agentSpokeLast: ({ lastSpeaker }) => lastSpeaker === 'agent',
  botSpokeLast: ({ lastSpeaker }) => lastSpeaker === 'bot',
  personSpokeLast: ({ lastSpeaker }) => lastSpeaker === 'patient',
}

/** The first of the silences that hold for which the queue has this time of its own; null: the queue's time counts. */
export function silenceOf(encounter: Encounter, queue: Queue, time: keyof StateTimes): Silence | null {
  const own = SILENCES.filter((silence) => queue.thresholds[silence]?.[time] !== undefined)
  return own.find((silence) => HOLDS[silence](encounter)) ?? null
}

/** Minutes that a silence may last; null: for ever. */
export function minutesOf(encounter: Encounter, queue: Queue, time: keyof StateTimes): number | null {
  const silence = silenceOf(encounter, queue, time)
  return silence === null ? queue[time] : (queue.thresholds[silence]?.[time] ?? null)
}

/** The shortest of a time in any state; null: it never comes. */
export function shortestMinutes(queue: Queue, time: keyof StateTimes): number | null {
  const all = [queue[time], ...Object.values(queue.thresholds).map((times) => times[time])]
  const some = all.filter((minutes) => typeof minutes === 'number')
  return some.length === 0 ? null : Math.min(...some)
}

/** Somebody spoke: a move that nobody had answered yet is one no more. */
export function spoke(encounter: Encounter, speaker: NonNullable<Encounter['lastSpeaker']>): Encounter {
  const wrote = encounter.wrote || speaker === 'patient'
  const known = encounter.lastSpeaker === speaker && encounter.wrote === wrote && encounter.lastMove === null
  return known ? encounter : { ...encounter, lastSpeaker: speaker, lastMove: null, wrote }
}
