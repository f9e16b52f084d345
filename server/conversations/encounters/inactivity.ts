import { addTime } from '#conversations/calendars/calendar.ts'
import type { ConversationContext } from '#conversations/context/context.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import type { Fact } from '#conversations/encounters/facts.ts'
import { minutesOf, shortestMinutes } from '#conversations/encounters/silence.ts'
import type { Rules } from '#conversations/queues/queue.ts'
import { type ConversationText, findText, type TextMoment } from '#conversations/queues/texts.ts'
import type { Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { iso } from '#platform/iso.ts'

/** What a decision about an encounter needs to know beside it. */
export type Surroundings = {
  /** Null: the queue is unknown, so nothing is ever due. */
  rules: Rules | null
  /** The tenant's texts. */
  texts: readonly ConversationText[]
  /** The person's. */
  locale: string | null
  /** For whose language is not known, or has no text. */
  lastResort: string
}

/** A message that a decision writes. `writtenBy`: who of ours did. */
export type Said = {
  id: string
  from: 'patient' | 'agent' | 'bot' | 'system'
  text: string
  at: number
  writtenBy?: string
}

/** What a decision leads to: the encounter as it is then, what is said, and what is told. */
export type Outcome = { encounter: Encounter; messages: readonly Said[]; facts: readonly Fact[] }

export type NextAction = { what: 'warn' | 'close' | 'expire'; at: number }

const MINUTE_MS = 60_000
/** Why the timer closes. */
const INACTIVITY = 'inactivity'

/**
 * Since when it is the person's turn: their last sign of life (or the start of the encounter, a transfer, the end
 * of a snooze, …), or, once somebody answered after that, the first answer. Further words of ours do not start it anew.
 */
export function silentSince(encounter: Encounter): number {
  const base = Math.max(encounter.clockFrom, encounter.lastPatientAt ?? 0)
  return Math.max(base, encounter.awaitingSince ?? 0)
}

type Limits = { warningMs: number | null; closeMs: number | null }

const limits = ({ queue }: Rules, warningMin: number | null, closeMin: number | null): Limits => ({
  warningMs: warningMin === null ? null : warningMin * MINUTE_MS,
  closeMs: closeMin === null ? null : (closeMin + (queue.continuity ? queue.extensionMin : 0)) * MINUTE_MS,
})

/**
 * How soon a timer of a queue can ring in any state, by plain time; what flows added to one encounter comes on top.
 */
export const shortestLimits = (rules: Rules): Limits =>
  limits(rules, shortestMinutes(rules.queue, 'warningMin'), shortestMinutes(rules.queue, 'closeMin'))

/** How long this silence may last, by open time. */
const limitsOf = (encounter: Encounter, rules: Rules): Limits =>
  limits(rules, minutesOf(encounter, rules.queue, 'warningMin'), minutesOf(encounter, rules.queue, 'closeMin'))

/** What the silence leads to next, and when (domain milliseconds); null if nothing is due. */
export function nextAction(encounter: Encounter, rules: Rules | null): NextAction | null {
  if (rules === null || encounter.status === 'closed') return null
  const { queue, calendar } = rules
  const { warningMs, closeMs } = limitsOf(encounter, rules)
  if (encounter.status === 'open') {
    return warningMs === null ? null : { what: 'warn', at: addTime(calendar, silentSince(encounter), warningMs) }
  }
  if (closeMs === null || (encounter.expiredAt !== null && !queue.closeInactive)) return null
  // A word of the bot after the warning holds the close too, and so does a snooze: nobody is shown out just then.
  const from = Math.max(encounter.warnedAt ?? 0, encounter.clockFrom, encounter.snoozedUntil ?? 0)
  return { what: queue.closeInactive ? 'close' : 'expire', at: addTime(calendar, from, closeMs + encounter.extraMs) }
}

const unchanged = (encounter: Encounter): Outcome => ({ encounter, messages: [], facts: [] })

/**
 * The timer rang: warns, closes or does nothing, as the encounter is now. Early (`now` before the deadline), after a
 * sign of life or on a closed encounter it does nothing.
 */
export function onTimer(encounter: Encounter, around: Surroundings, now: number): Outcome {
  const action = nextAction(encounter, around.rules)
  if (action === null || action.at > now) return unchanged(encounter)
  if (action.what === 'warn') return warn(encounter, around, now)
  const expired: Fact[] = encounter.expiredAt === null ? [roundFact(encounter, 'tmip_expired', now)] : []
  if (action.what === 'expire') return { encounter: { ...encounter, expiredAt: now }, messages: [], facts: expired }
  const closed = close(encounter, around, { reason: INACTIVITY, at: now })
  return {
    ...closed,
    encounter: { ...closed.encounter, expiredAt: encounter.expiredAt ?? now },
    facts: [...expired, ...closed.facts],
  }
}

const roundFact = (
  encounter: Encounter,
  subtype: Fact['subtype'],
  at: number,
  extra: { [name: string]: Json } = {},
): Fact => ({ subtype, key: String(encounter.round), at, extra: { round: encounter.round, ...extra } })

/** The close counts from the warning, not from when it was due: who was warned late has the full time to answer. */
function warn(encounter: Encounter, around: Surroundings, now: number): Outcome {
  const warned: Encounter = { ...encounter, status: 'warned', warnedAt: now, messageCount: encounter.messageCount + 1 }
  const bySilence = nextAction(warned, around.rules)?.what === 'close'
  const said = systemMessage(encounter, around, { moment: 'warning', at: now, bySilence })
  const silent = iso(silentSince(encounter))
  return {
    encounter: warned,
    messages: [said],
    facts: [
      roundFact(encounter, 'tmipw_expired', now, { silent_since: silent, message_id: said.id, text: said.text }),
      ...extensionFacts(warned, around.rules, now),
    ],
  }
}

/** A continuity queue gives its extension with the warning. */
export function extensionFacts(warned: Encounter, rules: Rules | null, at: number): Fact[] {
  const next = nextAction(warned, rules)
  if (rules === null || next === null || !rules.queue.continuity || rules.queue.extensionMin === 0) return []
  return [roundFact(warned, 'extended', at, { minutes: rules.queue.extensionMin, until: iso(next.at) })]
}

function systemMessage(
  encounter: Encounter,
  { rules, texts, locale, lastResort }: Surroundings,
  { moment, at, bySilence, text }: { moment: TextMoment; at: number; bySilence: boolean; text?: string | undefined },
): Said {
  const queue = rules?.queue ?? null
  const place = {
    brand: encounter.brandId ?? queue?.brand ?? null,
    product: queue?.product ?? null,
    service: queue?.service ?? null,
    queue: encounter.queueId,
    locale,
    bySilence,
  }
  return {
    id: hashId(encounter.tenant, encounter.id, moment, String(encounter.round)),
    from: 'system',
    text: text ?? findText(moment, place, texts, queue?.warningTexts ?? {}, lastResort),
    at,
  }
}

/**
 * Closes; a closed one stays as it is. Whoever was warned and did not come back reads why in the thread, in the words
 * of whoever closes or else in those of the tenant.
 * @param closing.quietSince does nothing if what was meant for the silence that was there then is called off
 */
export function close(
  encounter: Encounter,
  around: Surroundings,
  closing: { reason: string; message?: string; at: number; quietSince?: number | null },
): Outcome {
  const { reason, message, at, quietSince } = closing
  if (!isClosing(encounter, quietSince)) return unchanged(encounter)
  const isSaid = encounter.status === 'warned' || message !== undefined
  const bySilence = isBySilence(closing)
  const messages = isSaid ? [systemMessage(encounter, around, { moment: 'closing', at, bySilence, text: message })] : []
  return {
    encounter: {
      ...encounter,
      status: 'closed',
      closedAt: at,
      closeReason: reason,
      messageCount: encounter.messageCount + messages.length,
    },
    messages,
    facts: [
      roundFact(encounter, 'closed', at, {
        reason,
        ...(messages[0] === undefined ? {} : { message_id: messages[0].id, text: messages[0].text }),
      }),
    ],
  }
}

const isBySilence = ({ reason, quietSince }: { reason: string; quietSince?: number | null }): boolean =>
  reason === INACTIVITY || quietSince != null

/** What somebody who was warned reads when their conversation is closed, if whoever closes it says nothing. */
export function closingText(
  { contact, encounter, queue }: ConversationContext,
  closing: { reason: string; quietSince: number | null },
  texts: readonly ConversationText[],
  lastResort: string,
): string {
  const place = {
    brand: encounter?.brandId ?? queue?.brand ?? null,
    product: queue?.product ?? null,
    service: queue?.service ?? null,
    queue: queue?.id ?? null,
    locale: contact?.locale ?? null,
    bySilence: isBySilence(closing),
  }
  return findText('closing', place, texts, {}, lastResort)
}

/**
 * The person is there: the silence ends, a warning is taken back. One that is older than what is known changes
 * nothing, nor does one of the same moment, unless a warning of that moment was told in between. Closed encounters stay
 * closed.
 * @param tell false when somebody else already told of the return
 */
export function signOfLife(encounter: Encounter, at: number, how: string, tell = true): Outcome {
  const last = encounter.lastPatientAt ?? 0
  if (at < last || (at === last && encounter.warnedAt !== at)) return unchanged(encounter)
  const rests = encounter.handling === 'snoozed'
  // Written before that, and only now heard of: it neither ends the rest nor takes the conversation out of its queue.
  const before = at < (rests ? restSince(encounter) : encounter.clockFrom)
  const seen: Encounter = { ...encounter, lastPatientAt: at, lastMove: before ? encounter.lastMove : null }
  if (encounter.status === 'closed') return unchanged(seen)
  const snoozed = rests && !before
  const awake = snoozed ? wake(seen, at) : seen
  if (encounter.warnedAt === null) return unchanged(awake)
  // Written before this silence began, and only now heard of: no return.
  if (!snoozed && at < encounter.warnedAt && at <= silentSince(encounter)) return unchanged(awake)
  return cameBack(awake, at, how, tell)
}

/** The end of a silence that had been warned of. Warnings from before this moment are of that silence. */
export function cameBack(encounter: Encounter, at: number, how: string, tell = true): Outcome {
  const resumed: Encounter = { ...nextRound(encounter), clockFrom: Math.max(encounter.clockFrom, at) }
  return { encounter: resumed, messages: [], facts: tell ? [roundFact(resumed, 'resumed', at, { how })] : [] }
}

/** Whether a close would do anything. @param quietSince see `close` */
export const isClosing = (encounter: Encounter, quietSince: number | null | undefined): boolean =>
  encounter.status !== 'closed' && (quietSince == null || !isCalledOff(encounter, quietSince))

/**
 * Whether a close that was meant for the silence that somebody was warned of at `since` is called off: the person came
 * back, we began another silence, or somebody gave this one more time by hand. Of a sign of life of that very moment,
 * what is left of the warning says which came first.
 */
function isCalledOff({ status, lastPatientAt, renewedAt, grantedAt }: Encounter, since: number): boolean {
  const heardAt = lastPatientAt ?? 0
  if (heardAt > since || (heardAt === since && status === 'open')) return true
  return Math.max(renewedAt ?? 0, grantedAt ?? 0) >= since
}

/** When an encounter that rests was laid to rest. */
export const restSince = (encounter: Pick<Encounter, 'snoozedAt' | 'openedAt'>): number =>
  encounter.snoozedAt ?? encounter.openedAt

/** A snooze is over: whoever writes while we said "later" is here now. */
export const wake = (encounter: Encounter, at: number): Encounter => ({
  ...encounter,
  handling: encounter.assignee === null ? 'queued' : 'assigned',
  snoozedAt: null,
  snoozedUntil: null,
  clockFrom: at,
})

/**
 * Somebody of ours took up a conversation whose person had been warned: the warning is taken back. Nobody came back, so
 * no return is told; a new silence begins, with a warning of its own before its close.
 */
export const renewed = (encounter: Encounter, at: number): Encounter =>
  encounter.status === 'warned' ? { ...nextRound(encounter), renewedAt: at } : encounter

/** A new silence: nothing of the last one is left. */
const nextRound = (encounter: Encounter): Encounter => ({
  ...encounter,
  status: 'open',
  warnedAt: null,
  expiredAt: null,
  extraMs: 0,
  round: encounter.round + 1,
})

export function reopen(encounter: Encounter, at: number, tell = true): Outcome {
  const opened: Encounter = {
    ...nextRound(encounter),
    closedAt: null,
    closeReason: null,
    clockFrom: at,
    // Nobody waited for an answer while it was closed.
    unansweredSince: encounter.lastSpeaker === 'patient' ? at : null,
  }
  return { encounter: opened, messages: [], facts: tell ? [roundFact(opened, 'reopened', at)] : [] }
}
