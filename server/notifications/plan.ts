import { hashId } from '#platform/ids.ts'
import type { DueEntry } from '#platform/work.ts'
import { type Decision, decide, type Facts } from './gate.ts'
import { type ChannelName, linkedTo, type NotifyRequest, type Outcome, type StillTrue } from './request.ts'
import { type Pace, withLeft, withoutLeft } from './rules/pace.ts'
import type { NewNotification, OpenNotification, StateChange, Status } from './store.ts'

/** What a decision comes to: the row as it stands after it, and all that goes with it in one commit. */
export type Plan = {
  row: NewNotification
  states: readonly StateChange[]
  /** To be handed to this channel's provider. */
  handover: ChannelName | null
  holdUntil: number | null
  /** To be asked for at that time, if nobody has read or followed it by then. */
  escalation: { at: number; request: NotifyRequest } | null
  /** Set when it is over. */
  outcome: Outcome | null
  /** What the person was told lately, as it stands with this; null: unchanged. */
  pace: Pace | null
}

/** A notification that is not written yet. */
export function planNew(request: NotifyRequest, facts: Facts, now: number): Plan {
  return carryOut(startOf(request, facts.duplicateOf, now), decide(request, facts, 0, now), facts, now)
}

/** A notification that waited for its time is judged as if it were new; that it waits on as before is no news. */
export function planHeld(open: OpenNotification, facts: Facts, now: number): Plan {
  const decision = decide(open.request, { ...facts, written: writtenOf(open) }, open.tried, now, open.createdAt)
  const plan = carryOut(resume(open), decision, facts, now)
  const asBefore = decision.kind === 'hold' && decision.until === open.sendAt && decision.reason === open.reason
  return asBefore ? { ...plan, states: [] } : plan
}

/** What it said on the channel that had it: what its texts could use is not kept. */
function writtenOf({ channel, payload, locale, templateVersion }: OpenNotification): Facts['written'] {
  if (channel === null || payload === null) return undefined
  const { title, body, html } = payload
  return { channel, rendered: { title, body, html }, locale, templateVersion }
}

/** The channel in hand took it. */
export function planSent(open: OpenNotification, now: number): Plan {
  // One that had failed and was sent again by hand has told after all.
  const dedupeKey = open.dedupeKey ?? open.request.dedupeKey ?? null
  return over({ ...resume(open), dedupeKey }, 'sent', null, [], null, now)
}

/**
 * The channel in hand took it although it was called off meanwhile: it has told after all, counts as such, and nothing goes
 * on from it.
 */
export function planSentAfterAll(open: OpenNotification, facts: Facts | undefined, now: number): Plan {
  const { pace = null, rules = null } = facts ?? {}
  const { id, channel, request } = open
  const told =
    pace !== null && rules !== null && channel !== null
      ? withLeft(pace, [id, now, channel, request.category ?? null], rules)
      : null
  return { ...planSent(open, now), escalation: null, pace: told }
}

/** It was called off while it waited for its channel. */
export function planSuppressed(
  open: OpenNotification,
  facts: Pick<Facts, 'pace'> | undefined,
  reason: string,
  now: number,
): Plan {
  return over(resume(open), 'suppressed', reason, [], facts?.pace ?? null, now)
}

/**
 * What asked for it went on without it. What was asked stays where a try may be under way, which ends as it may.
 * @param mayReturn it may be wanted again: what was asked stays too, and who asked is not told
 */
export function planCalledOff(
  open: OpenNotification,
  facts: Pick<Facts, 'pace'> | undefined,
  reason: string,
  now: number,
  mayReturn: boolean,
): Plan {
  const plan = planSuppressed(open, facts, reason, now)
  const request = mayReturn || open.status === 'queued' ? open.request : null
  return { ...plan, row: { ...plan.row, request }, outcome: mayReturn ? null : plan.outcome }
}

/** It was called off and is wanted after all: judged as it was, with the key that it gave back unless another has that by now. */
export const planAgain = (open: OpenNotification, facts: Facts, now: number): Plan =>
  planHeld({ ...open, dedupeKey: open.request.dedupeKey ?? null }, facts, now)

/** Somebody called it off by hand: whoever waits for it is told that it was not sent. */
export function planCancelled(
  open: OpenNotification,
  facts: Pick<Facts, 'pace'> | undefined,
  reason: string,
  now: number,
): Plan {
  const plan = planSuppressed(open, facts, reason, now)
  const states = plan.states.map((change) => ({ ...change, status: 'cancelled' }))
  return { ...plan, row: { ...plan.row, status: 'cancelled' }, states }
}

/** Whether the request names a channel after the one in hand. */
export const hasNext = ({ tried, request }: Pick<OpenNotification, 'tried' | 'request'>): boolean =>
  tried + 1 < request.channels.length

/**
 * The channel in hand failed for good: what was said there is kept in the history, and the next one is tried.
 */
export function planFailed(open: OpenNotification, facts: Facts | undefined, reason: string, now: number): Plan {
  const row = resume(open)
  const failed: StateChange = {
    ...changeOf(row, 'channel_failed', now),
    address: open.address,
    reason,
    payload: open.payload,
  }
  const tried = open.tried + 1
  const decision: Decision =
    facts !== undefined && hasNext(open)
      ? decide(open.request, facts, tried, now, open.createdAt)
      : { kind: 'fail', reason, skipped: [] }
  const plan = carryOut({ ...row, tried }, decision, facts, now)
  return { ...plan, states: [failed, ...plan.states] }
}

function carryOut(before: NewNotification, decision: Decision, facts: Facts | undefined, now: number): Plan {
  const row = { ...before, at: now }
  const { id, tenant } = row
  const pace = facts?.pace ?? null
  switch (decision.kind) {
    case 'hold':
      return {
        row: { ...row, status: 'held', reason: decision.reason, sendAt: decision.until },
        states: [{ tenant, id, at: now, status: 'held', channel: null, reason: decision.reason }],
        handover: null,
        holdUntil: decision.lookAt,
        escalation: null,
        outcome: null,
        pace: pace && withoutLeft(pace, id),
      }
    case 'suppress':
      return over(row, 'suppressed', decision.reason, skippedStates(row, decision.skipped ?? [], now), pace, now)
    case 'fail':
      return over(row, 'failed', decision.reason, skippedStates(row, decision.skipped, now), pace, now)
    case 'hand': {
      const { channel, address, rendered, skipped } = decision
      const { request } = row
      const tried = row.tried + skipped.length
      const handed: NewNotification = {
        ...row,
        channel,
        address,
        tried,
        templateVersion: decision.templateVersion,
        locale: decision.locale,
        payload: { ...rendered, link: facts?.link ?? null, data: { ...request?.data } },
        // Nothing will be rendered any more: what texts could use is most of the row.
        request: request !== null && !hasNext({ tried, request }) ? withoutScope(request) : request,
        status: 'queued',
        reason: null,
      }
      const states = skippedStates(row, skipped, now)
      const told = pace && facts?.rules ? withLeft(pace, [id, now, channel, row.category], facts.rules) : null
      if (channel === 'inbox') return { ...over(handed, 'sent', null, states, null, now), pace: told }
      return {
        row: handed,
        states: [...states, { ...changeOf(handed, 'queued', now), address }],
        handover: channel,
        holdUntil: null,
        escalation: null,
        outcome: null,
        pace: told,
      }
    }
  }
}

const withoutScope = ({ scope: _scope, ...request }: NotifyRequest): NotifyRequest => request

const skippedStates = (
  row: NewNotification,
  skipped: readonly { channel: ChannelName; reason: string }[],
  now: number,
) =>
  skipped.map(({ channel, reason }) => ({
    tenant: row.tenant,
    id: row.id,
    at: now,
    status: 'skipped',
    channel,
    reason,
  }))

const changeOf = (row: NewNotification, status: string, at: number): StateChange => ({
  tenant: row.tenant,
  id: row.id,
  at,
  status,
  channel: row.channel,
  templateVersion: row.templateVersion,
})

/** @param pace out of which it is taken: what told nobody anything counts for no cap */
function over(
  row: NewNotification,
  status: Extract<Status, Outcome>,
  reason: string | null,
  before: readonly StateChange[],
  pace: Pace | null,
  now: number,
): Plan {
  return {
    row: {
      ...row,
      status,
      reason,
      // A failed one keeps its request: an operator may have it sent again.
      request: status === 'failed' ? row.request : null,
      // What told nobody anything stands in nobody's way.
      dedupeKey: status === 'sent' ? row.dedupeKey : null,
      at: now,
    },
    states: [...before, { ...changeOf(row, status, now), address: row.address, reason }],
    handover: null,
    holdUntil: null,
    escalation: status === 'sent' ? escalationOf(row, now) : null,
    outcome: status,
    pace: pace && withoutLeft(pace, row.id),
  }
}

/**
 * What is asked for when the channel that took a notification stays without an echo: a notification of its own on the
 * channels after it, so that what was said before stays as it was. A sign of life since then says that it was followed.
 */
export function escalationOf(
  { request, tried }: { request: NotifyRequest | null; tried: number },
  now: number,
): { at: number; request: NotifyRequest } | null {
  if (request?.escalateAfterMs === undefined || !hasNext({ tried, request })) return null
  const { dedupeKey: _key, notifyOn: _asker, sendAt: _at, ...same } = request
  const { stillTrue, asker = request.cause } = request
  const about = linkedTo(request)
  const followed: StillTrue | null =
    about === null ? null : { encounterId: about, statuses: ['open', 'warned'], quietSince: now }
  return {
    at: now + request.escalateAfterMs,
    request: {
      ...same,
      id: hashId('escalation', request.tenant, request.id),
      channels: request.channels.slice(tried + 1),
      cause: `notification:${request.id}`,
      ...(asker ? { asker } : {}),
      ...(stillTrue === undefined && followed !== null ? { stillTrue: followed } : {}),
    },
  }
}

function startOf(request: NotifyRequest, duplicateOf: string | null, now: number): NewNotification {
  const { to } = request
  const user = 'contactId' in to ? to.contactId : 'userId' in to ? to.userId : null
  return {
    tenant: request.tenant,
    id: request.id,
    userKind: 'contactId' in to ? 'contact' : 'userId' in to ? 'user' : null,
    userId: user,
    address: 'address' in to ? to.address : null,
    channel: null,
    tried: 0,
    template: request.template ?? null,
    templateVersion: null,
    locale: null,
    payload: null,
    request,
    category: request.category ?? null,
    status: 'queued',
    reason: null,
    // The key stays with the one that has it; a repeat is written without, so that the history shows it.
    dedupeKey: duplicateOf === null ? (request.dedupeKey ?? null) : null,
    cause: request.cause ?? null,
    encounterId: request.encounterId ?? linkedTo(request),
    sendAt: request.sendAt ?? null,
    at: now,
  }
}

function resume(open: OpenNotification): NewNotification {
  return {
    ...startOf(open.request, null, open.createdAt),
    dedupeKey: open.dedupeKey,
    address: open.address,
    channel: open.channel,
    tried: open.tried,
    templateVersion: open.templateVersion,
    locale: open.locale,
    payload: open.payload,
    status: open.status,
  }
}

/** The due row that tells the asker of the end. */
export function wakeOf(plan: Plan, request: NotifyRequest, now: number): DueEntry | null {
  const { notifyOn } = request
  if (notifyOn === undefined || plan.outcome === null) return null
  return toldOf(notifyOn, plan.row, plan.outcome, now)
}

/** The same of one that is over since. */
export function toldOf(
  notifyOn: NonNullable<NotifyRequest['notifyOn']>,
  { tenant, id, channel, reason }: Pick<NewNotification, 'tenant' | 'id' | 'channel' | 'reason'>,
  outcome: Outcome,
  now: number,
): DueEntry {
  return {
    kind: notifyOn.kind,
    tenant,
    key: notifyOn.key,
    dueAt: now,
    payload: {
      ...notifyOn.payload,
      outcome,
      notificationId: id,
      channel: outcome === 'sent' ? channel : null,
      reason,
      // No channel had it: it was written to nobody.
      ...(outcome === 'failed' && channel === null ? { nowhere: true } : {}),
    },
  }
}
