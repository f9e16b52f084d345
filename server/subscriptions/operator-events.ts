import type { GivenUp } from '#deliveries/index.ts'
import { ownEvent } from '#events/index.ts'
import type { EventDraft, Json } from '#platform/event.ts'
import { hashId } from '#platform/ids.ts'
import { iso } from '#platform/iso.ts'
import { disablesAt, type Failing, WARN_AFTER_MS } from './health/stages.ts'
import { type Reason, reasonText } from './subscription.ts'

const SOURCE = 'cauce'

/** A subscription that something happened to. */
export type About = { tenant: string; id: string; webhookUrl: string }

/** A CloudEvent of our own about a subscription. */
function operatorEvent(
  type: string,
  { tenant, id, eventId, at, data }: { tenant: string; id: string; eventId: string; at: number; data: EventData },
): EventDraft {
  return ownEvent({ tenant, id: eventId, source: SOURCE, type, subject: id, at, data })
}

type EventData = { [name: string]: Json }

export type Warning = About & { failing: Failing; lastStatus: number | null; lastError: string | null }

/**
 * Tells that an endpoint keeps failing; the same warning of the same episode always gives the same id.
 * @param warning with `failing` as it stands after this warning
 * @param now domain milliseconds
 */
export function failingEvent({ tenant, id, webhookUrl, failing, lastStatus, lastError }: Warning, now: number) {
  const { since, warnings } = failing
  return operatorEvent('subscription.failing', {
    tenant,
    id,
    eventId: hashId('subscription.failing', tenant, id, String(since), String(warnings)),
    at: now,
    data: {
      subscriptionId: id,
      webhookUrl,
      failingSince: iso(since),
      warning: warnings,
      warnings: WARN_AFTER_MS.length,
      disablesAt: iso(disablesAt(failing, since)),
      lastStatus,
      lastError,
    },
  })
}

export type Disabling = About & { reason: Reason; disabledAt: number; failingSince: number | null }

/**
 * Tells operators and flows that a subscription was disabled; the same occasion always gives the same id.
 * @param now domain milliseconds
 */
export const disabledEvent = ({ tenant, id, webhookUrl, reason, disabledAt, failingSince }: Disabling, now: number) =>
  operatorEvent('subscription.disabled', {
    tenant,
    id,
    eventId: hashId('subscription.disabled', tenant, id, String(disabledAt)),
    at: now,
    data: {
      subscriptionId: id,
      webhookUrl,
      cause: reason,
      reason: reasonText(reason),
      ...(failingSince === null ? {} : { failingSince: iso(failingSince) }),
    },
  })

export type Recovery = About & { failingSince: number; disabledAt: number | null }

/**
 * Tells that an endpoint whose failing was told of takes requests again. What it missed while it was disabled can be
 * replayed from `disabledAt` on.
 * @param now domain milliseconds
 */
export const recoveredEvent = ({ tenant, id, webhookUrl, failingSince, disabledAt }: Recovery, now: number) =>
  operatorEvent('subscription.recovered', {
    tenant,
    id,
    eventId: hashId('subscription.recovered', tenant, id, String(failingSince), String(disabledAt)),
    at: now,
    data: {
      subscriptionId: id,
      webhookUrl,
      failingSince: iso(failingSince),
      disabledAt: disabledAt === null ? null : iso(disabledAt),
    },
  })

/** Type of the event that tells of a dead letter. */
export const EXHAUSTED = 'subscription.exhausted'

export type Exhaustion = GivenUp & { subscription: string; webhookUrl: string; eventType: string | null }

/**
 * Tells that a delivery is a dead letter; the same end of the same delivery always gives the same id. It can be replayed.
 * @param now domain milliseconds
 */
export const exhaustedEvent = (given: Exhaustion, now: number) =>
  operatorEvent(EXHAUSTED, {
    tenant: given.tenant,
    id: given.subscription,
    eventId: hashId(EXHAUSTED, given.tenant, given.id, String(given.at)),
    at: now,
    data: {
      subscriptionId: given.subscription,
      webhookUrl: given.webhookUrl,
      deliveryId: given.id,
      eventId: given.eventId,
      eventType: given.eventType,
      attempts: given.attempts,
      lastStatus: given.status,
      lastError: given.error,
    },
  })

/** The event that a test sends to one subscription; it is not in the log. */
export const testEvent = (tenant: string, id: string, eventId: string, now: number): EventDraft =>
  operatorEvent('subscription.test', {
    tenant,
    id,
    eventId,
    at: now,
    data: { subscriptionId: id, message: 'This is a test of your webhook.' },
  })

/** The event by which a disabled endpoint is asked whether it is well again; it is not in the log. */
export const probeEvent = (tenant: string, id: string, eventId: string, now: number): EventDraft =>
  operatorEvent('subscription.probe', {
    tenant,
    id,
    eventId,
    at: now,
    data: { subscriptionId: id, message: 'Your webhook was disabled because it failed. An answer of 2xx enables it.' },
  })
