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

/** Whether it rests at a moment: the end of a rest is not written down. */
export const isResting = ({ handling, snoozedUntil }: Encounter, now: number): boolean =>
  handling === 'snoozed' && (snoozedUntil ?? 0) > now

/**
 * Who has the next word: whoever did not say the last one, of the person and of ours; what the system says is nobody's. Null
 * where nobody waits: it is closed or rests, the bot has to answer, or nobody has spoken. `encounter_waits` has those that
 * wait for us.
 */
export function waitsFor(encounter: Encounter, now: number): 'us' | 'them' | null {
  const { status, handling, lastSpeaker } = encounter
  if (status === 'closed' || lastSpeaker === null || isResting(encounter, now)) return null
  if (lastSpeaker !== 'patient') return 'them'
  return handling === 'bot' ? null : 'us'
}

/** Somebody spoke: a move that nobody had answered yet is one no more. */
export function spoke(encounter: Encounter, speaker: NonNullable<Encounter['lastSpeaker']>, at: number): Encounter {
  const wrote = encounter.wrote || speaker === 'patient'
  const unansweredSince = speaker === 'patient' ? (encounter.unansweredSince ?? at) : null
  const known =
    encounter.lastSpeaker === speaker &&
    encounter.unansweredSince === unansweredSince &&
    encounter.wrote === wrote &&
    encounter.lastMove === null
  return known ? encounter : { ...encounter, lastSpeaker: speaker, unansweredSince, lastMove: null, wrote }
}
