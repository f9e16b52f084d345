import { countedAt } from '#conversations/encounters/counted-at.ts'
import type { Decision } from '#conversations/encounters/decide.ts'
import { BY_HAND, extended, moved, spokenTo } from '#conversations/encounters/decide.ts'
import type { Encounter } from '#conversations/encounters/encounter.ts'
import { cameBack, extensionFacts, reopen, restSince, signOfLife } from '#conversations/encounters/inactivity.ts'
import { spoke } from '#conversations/encounters/silence.ts'
import type { Rules } from '#conversations/queues/queue.ts'
import type { Json, LogEvent } from '#platform/event.ts'
import { storable } from '#platform/storable.ts'

/** What an event of another system tells about an encounter. */
export type OutsideEvent = {
  tenant: string
  encounterId: string
  subtype: string
  queueId: string | null
  contactId: string | null
  brandId: string | null
  /** Domain milliseconds from which silences count. */
  at: number
  data: { readonly [name: string]: Json }
}

/** What is read of an event that comes in. */
export type Incoming = Pick<
  LogEvent,
  'tenant' | 'encounterId' | 'type' | 'data' | 'origin' | 'occurredAt' | 'receivedAt'
>

const isObject = (data: Json): data is { [name: string]: Json } =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

const PREFIX = 'encounter.'
/** Names by which the data of an event may say whom it is about. */
export const PERSON_NAMES = ['patient_id', 'patientId', 'contact_id', 'contactId'] as const
const MAX_REASON = 500
const MAX_ID = 510

const textOf = (data: OutsideEvent['data'], ...names: readonly string[]): string | null => {
  for (const name of names) {
    const value = data[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}

/** Forms other than the flat one carry any text; what is too long for an id is none. */
const idOf = (data: OutsideEvent['data'], ...names: readonly string[]): string | null => {
  const id = textOf(data, ...names)
  return id !== null && id.length <= MAX_ID ? id : null
}

/** Whether conversations write down whom an event of a type is about, once it has passed them. */
export const isOfEncounters = (type: string): boolean => type.startsWith(PREFIX)

/**
 * Reads what concerns this context; null for what does not: other types, and events of our own coming back.
 * The flat form says `queue_id`, `patient_id`, `brand_id`; the others may say it in camelCase.
 * @param byReceipt silences count from receipt (on a scaled clock) instead of from the earlier of both times
 */
export function outsideEvent(event: Incoming, byReceipt: boolean): OutsideEvent | null {
  if (event.origin === 'internal' || event.encounterId === null || !isOfEncounters(event.type)) return null
  const { data } = event
  const fields = isObject(data) ? data : {}
  return {
    tenant: event.tenant,
    encounterId: event.encounterId,
    subtype: event.type.slice(PREFIX.length),
    queueId: idOf(fields, 'queue_id', 'queueId'),
    contactId: idOf(fields, ...PERSON_NAMES),
    brandId: idOf(fields, 'brand_id', 'brandId'),
    at: countedAt(event, byReceipt),
    data: fields,
  }
}

const NO_TAGS: readonly string[] = []

/** An encounter of which only events tell. */
export const bareEncounter = (event: Pick<OutsideEvent, 'tenant' | 'encounterId' | 'at'>): Encounter => ({
  tenant: event.tenant,
  id: event.encounterId,
  queueId: null,
  contactId: null,
  brandId: null,
  channel: null,
  bare: true,
  status: 'open',
  handling: 'queued',
  assignee: null,
  snoozedAt: null,
  snoozedUntil: null,
  openedAt: event.at,
  clockFrom: event.at,
  lastPatientAt: null,
  awaitingSince: null,
  wrote: false,
  lastSpeaker: null,
  unansweredSince: null,
  lastMove: null,
  warnedAt: null,
  renewedAt: null,
  grantedAt: null,
  expiredAt: null,
  closedAt: null,
  closeReason: null,
  extraMs: 0,
  round: 0,
  messageCount: 0,
  tags: NO_TAGS,
  armedAt: null,
  version: 1,
})

const just = (encounter: Encounter): Decision => ({ encounter, messages: [], facts: [] })

/**
 * Follows what another system says happened. What it told is not told again; what follows from it here (a return, an
 * extension, a reopening) is. News older than what is known undoes nothing.
 */
export function follow(encounter: Encounter, event: OutsideEvent, rules: Rules | null): Decision {
  const { at } = event
  const known = fill(encounter, event)
  const open = known.status !== 'closed'
  // A silence that begins with the end of a snooze lies ahead; until then other things go on to happen.
  const since = known.handling === 'snoozed' ? Math.max(restSince(known), known.awaitingSince ?? 0) : known.clockFrom
  /** Nothing that we know happened after it. */
  const news = at >= since && at >= (known.lastPatientAt ?? 0)
  switch (event.subtype) {
    case 'message_received':
      return heard(known, at, rules)
    case 'resumed':
      return signOfLife(known, at, 'outside', false)
    case 'message_sent':
      return just(open ? said(known, event) : known)
    case 'tmipw_expired':
      if (known.status !== 'open') return just(known)
      if (news) return warnedOutside(known, at, rules)
      // A word said here overtakes the log: who answered before the news of the warning came has come back all the same.
      return at >= known.clockFrom && !known.bare ? cameBack(known, known.lastPatientAt ?? at, 'sooner') : just(known)
    case 'tmip_expired':
      return just(open && news && known.expiredAt === null ? { ...known, expiredAt: at } : known)
    case 'extended':
      return just(
        open && news && event.data.given === BY_HAND ? extended(known, minutesOf(event.data) * 60_000, at) : known,
      )
    case 'closed': {
      const reason = storable(textOf(event.data, 'reason') ?? 'outside', MAX_REASON)
      return just(open && news ? { ...known, status: 'closed', closedAt: at, closeReason: reason } : known)
    }
    case 'reopened':
      return !open && at >= (known.closedAt ?? 0) ? reopen(known, at, false) : just(known)
    case 'assigned':
    case 'transferred':
    case 'returned':
    case 'with_bot':
    case 'snoozed':
      return just(open && news ? movedOutside(known, event) : known)
    default:
      return just(known)
  }
}

/** Learns what was not known; what is known stays. */
const fill = (encounter: Encounter, event: OutsideEvent): Encounter =>
  (encounter.queueId ?? event.queueId) === encounter.queueId &&
  (encounter.contactId ?? event.contactId) === encounter.contactId &&
  (encounter.brandId ?? event.brandId) === encounter.brandId
    ? encounter
    : {
        ...encounter,
        queueId: encounter.queueId ?? event.queueId,
        contactId: encounter.contactId ?? event.contactId,
        brandId: encounter.brandId ?? event.brandId,
      }

function heard(encounter: Encounter, at: number, rules: Rules | null): Decision {
  const isLast = at >= Math.max(encounter.lastPatientAt ?? 0, encounter.awaitingSince ?? 0)
  const heardOf = (after: Encounter): Encounter =>
    isLast ? spoke(after, 'patient', at) : after.wrote ? after : { ...after, wrote: true }
  const again = encounter.status === 'closed' && at >= (encounter.closedAt ?? 0) && rules?.queue.reopenClosed === true
  if (!again) {
    const alive = signOfLife(encounter, at, 'message')
    // Its last move is over by the sign of life, unless that was given before it.
    const { lastMove } = alive.encounter
    const after = heardOf(alive.encounter)
    return { ...alive, encounter: after.lastMove === lastMove ? after : { ...after, lastMove } }
  }
  const opened = reopen(encounter, at)
  return { ...opened, encounter: heardOf({ ...opened.encounter, lastPatientAt: at }) }
}

/** Who spoke for us; who does not say so is an agent. */
function speakerOf(data: OutsideEvent['data']): 'agent' | 'bot' | 'system' {
  const from = textOf(data, 'from', 'author')
  return from === 'bot' || from === 'system' ? from : 'agent'
}

/** Events that take a warning back without the person: a word of an agent, and another hand. */
export const RENEWAL_TYPES = ['message_sent', 'assigned', 'transferred', 'returned', 'with_bot', 'snoozed'].map(
  (subtype) => PREFIX + subtype,
)

/** Whether an event takes back a warning that came before it. */
export const isRenewal = ({ type, data }: Pick<LogEvent, 'type' | 'data'>): boolean =>
  RENEWAL_TYPES.includes(type) &&
  (type !== `${PREFIX}message_sent` || speakerOf(isObject(data) ? data : {}) === 'agent')

/** Whether an event tells that somebody gave more time, and not a flow or a queue by itself. */
export const isGrant = ({ type, data }: Pick<LogEvent, 'type' | 'data'>): boolean =>
  type === `${PREFIX}extended` && isObject(data) && data.given === BY_HAND

const minutesOf = ({ minutes }: OutsideEvent['data']): number =>
  Number.isInteger(minutes) && Number(minutes) > 0 && Number(minutes) <= LONGEST_EXTENSION_MIN ? Number(minutes) : 0

/** The system's words are nobody's. */
function said(encounter: Encounter, { data, at }: OutsideEvent): Encounter {
  const speaker = speakerOf(data)
  return speaker === 'system' ? encounter : spokenTo(encounter, at, speaker)
}

/** The other system warned: ours is off for this silence, and our close counts from theirs. */
function warnedOutside(encounter: Encounter, at: number, rules: Rules | null): Decision {
  const warned: Encounter = { ...encounter, status: 'warned', warnedAt: at }
  return { encounter: warned, messages: [], facts: extensionFacts(warned, rules, at) }
}

/** In another hand, by an event of its own or, as ours are, by `assigned` with `to`. */
function movedOutside(encounter: Encounter, event: OutsideEvent): Encounter {
  const { at, data, subtype } = event
  const queueId = event.queueId ?? encounter.queueId
  const to = subtype === 'assigned' ? textOf(data, 'to') : subtype
  if (to === 'with_bot' || to === 'bot') return moved({ ...encounter, queueId }, { kind: 'bot', at })
  if (to === 'returned' || (to === 'queued' && queueId === encounter.queueId)) {
    return moved({ ...encounter, queueId }, { kind: 'return', at })
  }
  if (to === 'transferred' || to === 'queued') {
    return queueId === null
      ? moved(encounter, { kind: 'return', at })
      : moved(encounter, { kind: 'transfer', queueId, at })
  }
  if (to === 'snoozed') {
    const until = momentOf(data, at, 'until', 'snoozed_until', 'snoozedUntil')
    return until === null ? encounter : moved(encounter, { kind: 'snooze', until, at })
  }
  const team = textOf(data, 'team', 'team_id')
  const user = textOf(data, 'user', 'user_id', 'agent_id')
  const assigned = moved({ ...encounter, queueId }, { kind: 'assign', team, user, at })
  return team === null && user === null ? { ...assigned, assignee: encounter.assignee } : assigned
}

/** A year: longer is a mistake. */
export const LONGEST_EXTENSION_MIN = 527_040

/** A rest longer than this is a mistake in the date. */
export const LONGEST_SNOOZE_MS = 3_660 * 86_400_000

/** A time after `at`, in words or in milliseconds; null where there is none. */
function momentOf(data: OutsideEvent['data'], at: number, ...names: readonly string[]): number | null {
  for (const name of names) {
    const value = data[name]
    const moment = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
    if (moment > at && moment <= at + LONGEST_SNOOZE_MS) return moment
  }
  return null
}
