import type { Author, Encounter } from '#conversations/encounters/encounter.ts'
import type { Fact } from '#conversations/encounters/facts.ts'
import {
  close,
  nextAction,
  type Outcome,
  onTimer,
  renewed,
  reopen,
  type Said,
  type Surroundings,
  signOfLife,
  silentSince,
  wake,
} from '#conversations/encounters/inactivity.ts'
import { spoke } from '#conversations/encounters/silence.ts'
import type { Json } from '#platform/event.ts'

/** What can be done to an encounter. */
export type Action =
  | { kind: 'message'; from: Author; text: string; writtenBy?: string }
  /** A sign of life that says nothing: a link followed, a widget opened. */
  | { kind: 'visit'; how: 'link' | 'widget' }
  | { kind: 'close'; reason: string; message?: string; quietSince?: number | null }
  | { kind: 'extend'; byMs: number; byHand?: boolean }
  /** `from`: the user who must have it still (null: nobody); refused where somebody else took it meanwhile. */
  | { kind: 'assign'; team?: string | null; user?: string | null; from?: string | null }
  | { kind: 'transfer'; queueId: string }
  | { kind: 'return' }
  | { kind: 'bot' }
  | { kind: 'snooze'; until: number }
  | { kind: 'tag'; tags: readonly string[] }
  /** The inactivity timer rang. */
  | { kind: 'timer' }

/** `at` is domain time; `id` a uuid of whoever asks, equal when the same thing is asked again. */
export type Input = Action & { id: string; at: number }

export type Refusal = 'closed' | 'taken'

export type Decision = Outcome & { refused?: Refusal }

/**
 * Decides one input on an encounter as it is now. The same input on the same encounter gives the same decision,
 * ids included; nothing is read and nothing is written.
 */
export function decide(encounter: Encounter, input: Input, around: Surroundings): Decision {
  switch (input.kind) {
    case 'timer':
      return onTimer(encounter, around, input.at)
    case 'message':
      return input.from === 'patient' ? hear(encounter, input, around) : say(encounter, input)
    case 'visit':
      return visit(encounter, input)
    case 'close':
      return close(encounter, around, input)
    case 'extend':
      return extend(encounter, input, around)
    case 'tag':
      return tag(encounter, input)
    default:
      if (encounter.status === 'closed') return { ...just(encounter), refused: 'closed' }
      return isTaken(encounter, input) ? { ...just(encounter), refused: 'taken' } : move(encounter, input)
  }
}

const just = (encounter: Encounter, ...facts: Fact[]): Outcome => ({ encounter, messages: [], facts })

const messageExtra = ({ id, from, text }: Said): { [name: string]: Json } => ({ message_id: id, from, text })

/** The person writes: a sign of life, and where the queue says so the way back into a closed encounter. */
function hear(encounter: Encounter, said: Said, around: Surroundings): Decision {
  if (encounter.status === 'closed' && !around.rules?.queue.reopenClosed)
    return { ...just(encounter), refused: 'closed' }
  const opened = encounter.status === 'closed' ? reopen(encounter, said.at) : just(encounter)
  const alive = signOfLife(opened.encounter, said.at, 'message')
  return {
    encounter: { ...spoke(alive.encounter, 'patient', said.at), messageCount: alive.encounter.messageCount + 1 },
    messages: [said],
    facts: [
      ...opened.facts,
      { subtype: 'message_received', key: said.id, at: said.at, extra: messageExtra(said) },
      ...alive.facts,
    ],
  }
}

/** They look in. A link leads here because somebody sent it: that it was followed is told whatever it changes. */
function visit(encounter: Encounter, { id, at, how }: Of<'visit'>): Decision {
  const alive = signOfLife(encounter, at, how)
  if (how !== 'link') return alive
  const followed: Fact = { subtype: 'link_followed', key: id, at, extra: { round: encounter.round } }
  return { ...alive, facts: [followed, ...alive.facts] }
}

/** We write. The first answer after the person's last word begins their turn; what the system says does not. */
function say(encounter: Encounter, said: Said): Decision {
  if (encounter.status === 'closed') return { ...just(encounter), refused: 'closed' }
  return {
    encounter: {
      ...(said.from === 'agent' || said.from === 'bot' ? spokenTo(encounter, said.at, said.from) : encounter),
      messageCount: encounter.messageCount + 1,
    },
    messages: [said],
    facts: [{ subtype: 'message_sent', key: said.id, at: said.at, extra: messageExtra(said) }],
  }
}

/**
 * Somebody of ours spoke: it is the person's turn. An agent's word takes a warning back; one of the bot, which may well
 * be because of the warning, puts off the close only: the whole time until it begins anew.
 */
export function spokenTo(encounter: Encounter, at: number, speaker: 'agent' | 'bot'): Encounter {
  // What was said before the person's last word, and only now heard of, changes nobody's turn.
  if (at < (encounter.lastPatientAt ?? 0)) return encounter
  const spoken = spoke(encounter, speaker, at)
  if (encounter.status === 'warned') {
    const over = encounter.handling === 'snoozed' && at >= (encounter.snoozedUntil ?? 0)
    const counted = { ...(over ? wake(spoken, at) : spoken), clockFrom: Math.max(encounter.clockFrom, at) }
    return speaker === 'bot' ? counted : { ...renewed(counted, at), awaitingSince: at }
  }
  const answered = (encounter.awaitingSince ?? 0) >= Math.max(encounter.clockFrom, encounter.lastPatientAt ?? 0)
  return answered || at < silentSince(encounter) ? spoken : { ...spoken, awaitingSince: at }
}

/** How an event says that somebody gave the time, and not a flow or the queue. */
export const BY_HAND = 'by hand'

function extend(encounter: Encounter, input: Of<'extend'>, around: Surroundings): Decision {
  if (encounter.status === 'closed') return { ...just(encounter), refused: 'closed' }
  const { byMs, byHand = false, at } = input
  const after = extended(encounter, byMs, byHand ? at : encounter.grantedAt)
  const next = encounter.status === 'warned' ? nextAction(after, around.rules) : null
  const extra = {
    round: encounter.round,
    minutes: Math.round(byMs / 60_000),
    ...(next === null ? {} : { until: new Date(next.at).toISOString() }),
    ...(byHand ? { given: BY_HAND } : {}),
  }
  return just(after, { subtype: 'extended', key: input.id, at: input.at, extra })
}

/** With more time until the close. @param grantedAt when somebody last gave such by hand */
export const extended = (encounter: Encounter, byMs: number, grantedAt: number | null): Encounter => ({
  ...encounter,
  extraMs: encounter.extraMs + byMs,
  grantedAt,
})

/** Most words on one encounter: what comes after them is left out. */
const MOST_TAGS = 50

function tag(encounter: Encounter, { id, at, tags }: Of<'tag'>): Outcome {
  const after = tagged(encounter, tags)
  if (after === encounter) return just(encounter)
  const added = after.tags.slice(encounter.tags.length)
  return just(after, { subtype: 'tagged', key: id, at, extra: { tags: [...after.tags], added } })
}

/** The encounter with more words on it; itself where it has them all, or room for none. */
export function tagged(encounter: Encounter, tags: readonly string[]): Encounter {
  const room = Math.max(0, MOST_TAGS - encounter.tags.length)
  const added = tags.filter((one) => !encounter.tags.includes(one)).slice(0, room)
  return added.length === 0 ? encounter : { ...encounter, tags: [...encounter.tags, ...added] }
}

type Of<Kind extends Action['kind']> = Input & { kind: Kind }

type MoveAction = Extract<Action, { kind: 'assign' | 'transfer' | 'return' | 'bot' | 'snooze' }>
type Move = Input & MoveAction

/** Whether somebody else has it than whoever asks for it believes, and not the one whom it is asked for. */
function isTaken({ assignee }: Encounter, input: Move): boolean {
  const has = assignee?.user ?? null
  return input.kind === 'assign' && input.from !== undefined && has !== input.from && has !== (input.user ?? null)
}

/** Another hand takes over, or none for a while. */
function move(encounter: Encounter, input: Move): Outcome {
  const after = moved(encounter, input)
  const { id, at } = input
  const told = (extra: { [name: string]: Json }): Outcome => just(after, { subtype: 'assigned', key: id, at, extra })
  switch (input.kind) {
    case 'assign':
      return told({ to: 'assigned', team: input.team ?? null, user: input.user ?? null })
    case 'transfer':
      return told({ to: 'queued', from_queue_id: encounter.queueId })
    case 'return':
      return told({ to: 'queued' })
    case 'bot':
      return told({ to: 'bot' })
    case 'snooze':
      return told({ to: 'snoozed', until: new Date(after.clockFrom).toISOString() })
  }
}

/** The encounter in another hand: the person waits for us again, so their silence counts anew, warning and all. */
export function moved(before: Encounter, move: MoveAction & { at: number }): Encounter {
  const { at } = move
  const encounter = renewed(before, at)
  // A snooze that is ended early must not keep its end as the start.
  const clockFrom = encounter.handling === 'snoozed' ? at : Math.max(encounter.clockFrom, at)
  const free: Encounter = { ...encounter, snoozedAt: null, snoozedUntil: null, clockFrom, lastMove: null }
  switch (move.kind) {
    case 'assign':
      return { ...free, handling: 'assigned', assignee: { team: move.team ?? null, user: move.user ?? null } }
    case 'transfer':
      return { ...free, handling: 'queued', assignee: null, queueId: move.queueId, lastMove: 'transfer' }
    case 'return':
      return { ...free, handling: 'queued', assignee: null, lastMove: 'return' }
    case 'bot':
      return { ...free, handling: 'bot', assignee: null }
    case 'snooze': {
      const until = Math.max(move.until, at)
      return { ...encounter, handling: 'snoozed', snoozedAt: at, snoozedUntil: until, clockFrom: until, lastMove: null }
    }
  }
}
