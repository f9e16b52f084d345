import type { EncounterView } from '#conversations/context/context.ts'
import type { Because } from '#conversations/encounters/command.ts'
import { type Decision, decide, type Input, tagged } from '#conversations/encounters/decide.ts'
import { type Encounter, stageKey, stageOf } from '#conversations/encounters/encounter.ts'
import { eventOf } from '#conversations/encounters/facts.ts'
import { nextAction, type Said, type Surroundings } from '#conversations/encounters/inactivity.ts'
import { bareEncounter, follow, type Incoming, outsideEvent } from '#conversations/encounters/outside.ts'
import { spoke } from '#conversations/encounters/silence.ts'
import type { Rules } from '#conversations/queues/queue.ts'
import type { EventDraft, Json, LogEvent } from '#platform/event.ts'
import { isoOrNull } from '#platform/iso.ts'

/*
 * Conversations that nobody has, for those who try out what would happen: decided by the same functions as real ones, and
 * kept nowhere.
 */

/** What happened to such a conversation. */
export type Pretended = {
  encounter: Encounter
  /** What is told of it, in order. */
  events: readonly EventDraft[]
  messages: readonly Said[]
  /** When its silence has to be looked at next (domain ms); null: never, as things stand. */
  nextAt: number | null
}

/** Whose conversation it is, and where. */
export type Opened = {
  tenant: string
  id: string
  queueId: string | null
  contactId: string | null
  channel: string | null
  /** Domain milliseconds. */
  at: number
}

const after = ({ encounter, messages, facts }: Decision, rules: Rules | null, because: Because): Pretended => ({
  encounter,
  messages,
  events: facts.map((fact) => eventOf(encounter, fact, because)),
  nextAt: nextAction(encounter, rules)?.at ?? null,
})

/** A conversation that begins, with the event that tells of it. */
export function pretendOpened({ tenant, id, at, ...known }: Opened, rules: Rules | null, because: Because): Pretended {
  const encounter: Encounter = { ...bareEncounter({ tenant, encounterId: id, at }), ...known, bare: false }
  const created = { subtype: 'created', key: '', at, extra: { channel: encounter.channel } } as const
  return after({ encounter, messages: [], facts: [created] }, rules, because)
}

/** Something is done to it, or its timer rings: early, that changes nothing. */
export const pretendInput = (encounter: Encounter, input: Input, around: Surroundings, because: Because): Pretended =>
  after(decide(encounter, input, around), around.rules, because)

/** Another system tells of it. */
export function pretendHeard(encounter: Encounter, event: LogEvent, rules: Rules | null): Pretended {
  const heard = outsideEvent(event, false)
  const because = { cause: event.id, hops: event.hops + 1, traceparent: event.traceparent }
  return after(
    heard === null ? { encounter, messages: [], facts: [] } : follow(encounter, heard, rules),
    rules,
    because,
  )
}

/**
 * A flow writes into it, with the event that tells so: a closed one takes that too. It is the person's turn then, unless it
 * was already; nothing is put off by it.
 */
export function pretendSaid(
  encounter: Encounter,
  said: { id: string; text: string; at: number },
  rules: Rules | null,
  because: Because,
): Pretended {
  const { id, text, at } = said
  const since = Math.max(encounter.clockFrom, encounter.lastPatientAt ?? Number.NEGATIVE_INFINITY)
  const isAwaited = encounter.awaitingSince !== null && encounter.awaitingSince >= since
  const spoken: Encounter = {
    ...spoke(encounter, 'bot', at),
    messageCount: encounter.messageCount + 1,
    awaitingSince: isAwaited ? encounter.awaitingSince : at,
  }
  const told = { subtype: 'message_sent', key: id, at, extra: { message_id: id, from: 'bot', text } } as const
  return after({ encounter: spoken, messages: [{ ...said, from: 'bot' }], facts: [told] }, rules, because)
}

/** What does not change of a conversation while it lasts, as far as it is known. */
export type Lasting = Partial<Pick<Encounter, 'queueId' | 'contactId' | 'brandId' | 'channel' | 'openedAt' | 'tags'>>

/** A conversation of the past before anything of it was told. @param at domain milliseconds */
export const standingBefore = (tenant: string, id: string, at: number, known: Lasting | undefined): Encounter => ({
  ...bareEncounter({ tenant, encounterId: id, at: known?.openedAt ?? at }),
  ...known,
  bare: known === undefined,
})

/** Where a conversation of the past stood after an event that tells of it, whoever told it. */
export function standingAfter(encounter: Encounter, event: Omit<Incoming, 'origin'>): Encounter {
  const heard = outsideEvent({ ...event, origin: 'rest' }, false)
  if (heard === null) return encounter
  // Only flows of ours tag: nobody else is heard saying so.
  if (heard.subtype === 'tagged') return tagged(encounter, textsIn(heard.data.added))
  const { encounter: stands } = follow(encounter, heard, null)
  // Ours say which silence it was.
  const { round } = heard.data
  return typeof round === 'number' && Number.isSafeInteger(round) && round !== stands.round
    ? { ...stands, round }
    : stands
}

export const textsIn = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

const views = new WeakMap<Encounter, EncounterView>()

/** A conversation as conditions and texts see it. */
export function viewOfEncounter(encounter: Encounter): EncounterView {
  const known = views.get(encounter)
  if (known !== undefined) return known
  const view: EncounterView = {
    id: encounter.id,
    queueId: encounter.queueId,
    contactId: encounter.contactId,
    brandId: encounter.brandId,
    channel: encounter.channel,
    status: encounter.status,
    stage: stageOf(encounter),
    round: encounter.round,
    stageKey: stageKey(encounter),
    handling: encounter.handling,
    team: encounter.assignee?.team ?? null,
    user: encounter.assignee?.user ?? null,
    snoozedUntil: isoOrNull(encounter.snoozedUntil),
    openedAt: new Date(encounter.openedAt).toISOString(),
    lastPatientAt: isoOrNull(encounter.lastPatientAt),
    warnedAt: isoOrNull(encounter.warnedAt),
    closedAt: isoOrNull(encounter.closedAt),
    closeReason: encounter.closeReason,
    tags: encounter.tags,
  }
  views.set(encounter, view)
  return view
}
